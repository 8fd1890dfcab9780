import { beforeEach, expect, test } from 'vitest';
import { ManualGridClock, ManualProcessClock } from '../../../edge/platform/clock.ts';
import { GridwardenError } from '../../../edge/platform/errors.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { startUpkeep } from '../../../server/upkeep.ts';
import { FakeStore } from '../../support/fake-store.ts';

const HOUR_MS = 3_600_000;
let store: FakeStore;
let processClock: ManualProcessClock;
let retentions: number[];

beforeEach(() => {
  store = new FakeStore();
  processClock = new ManualProcessClock();
  retentions = [];
  store.applyRetention = (...[nowMs]: unknown[]) => {
    retentions.push(Number(nowMs));
    return Promise.resolve([]);
  };
});

function start() {
  return startUpkeep({ store, processClock, gridClock: new ManualGridClock(77), logger: silentLogger() });
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
