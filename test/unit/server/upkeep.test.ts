import { beforeEach, expect, test } from 'vitest';
import { ManualGridClock, ManualProcessClock } from '../../../edge/platform/clock.ts';
import { GridwardenError } from '../../../edge/platform/errors.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { startUpkeep } from '../../../server/upkeep.ts';
import { FakeStore } from '../../support/fake-store.ts';

const HOUR_MS = 3_600_000;
let store: FakeStore;
let processClock: ManualProcessClock;
let metrics: Metrics;
let retentions: number[];

beforeEach(() => {
  store = new FakeStore();
  processClock = new ManualProcessClock();
  metrics = new Metrics();
  retentions = [];
  store.applyRetention = (...[nowMs]: unknown[]) => {
    retentions.push(Number(nowMs));
    return Promise.resolve([]);
  };
});

function start() {
  return startUpkeep({ store, processClock, metrics, gridClock: new ManualGridClock(77), logger: silentLogger() });
}
async function advance(deltaMs: number): Promise<void> {
  processClock.advance(deltaMs);
  for (let i = 0; i < 10; i++) await Promise.resolve();
}

test('retention is applied a minute after the start and then each hour, at grid time', async () => {
  const upkeep = start();
  await advance(59_999);
  expect(retentions).toEqual([]);
  await advance(1);
  expect(retentions).toEqual([77]);
  await advance(HOUR_MS);
  await advance(HOUR_MS);
  expect(retentions).toHaveLength(3);
  await upkeep.stop();
  expect(processClock.pendingTimers).toBe(0);
});

test('how the store grows is in the metrics', async () => {
  store.statistics = () => Promise.resolve({ bytes: 10, points: 20, series: 3, bytesPerDay: 4 });
  const upkeep = start();
  await advance(0);
  const lines = (await metrics.text()).split('\n');
  for (const line of ['bytes 10', 'points 20', 'series 3', 'bytes_per_day 4'])
    expect(lines).toContain(`gridwarden_store_${line}`);
  await upkeep.stop();
});

test('a failure ends nothing: it is tried at the next turn', async () => {
  store.applyRetention = () => {
    retentions.push(0);
    return Promise.reject(new GridwardenError('STORE_UNAVAILABLE', 'away'));
  };
  const upkeep = start();
  await advance(60_000);
  await advance(HOUR_MS);
  expect(retentions).toHaveLength(2);
  await upkeep.stop();
});

test('stopping waits for what runs', async () => {
  const { promise, resolve } = Promise.withResolvers<readonly string[]>();
  store.applyRetention = () => promise;
  const upkeep = start();
  await advance(60_000);
  let isStopped = false;
  const stopped = upkeep.stop().then(() => {
    isStopped = true;
  });
  await advance(0);
  expect(isStopped).toBe(false);
  resolve([]);
  await stopped;
  expect(processClock.pendingTimers).toBe(0);
});
