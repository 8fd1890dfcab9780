import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualGridClock, ManualProcessClock } from '../../../../../edge/platform/clock.ts';
import { GridwardenError } from '../../../../../edge/platform/errors.ts';
import { createLogger } from '../../../../../edge/platform/log.ts';
import { Metrics } from '../../../../../edge/platform/metrics.ts';
import type { CallName, Calls } from '../../../../../server/store/duckdb/messages.ts';
import { DuckDbStore } from '../../../../../server/store/duckdb/store.ts';
import type { StoreThread } from '../../../../../server/store/duckdb/worker-client.ts';
import { StoreMetrics } from '../../../../../server/store/store-metrics.ts';
import { request } from '../../../../contract/store/batch.ts';

const POWER = { device: 'M-1', metric: 'active_power', kind: 'meter', pollClass: 'fast' } as const;
const NOW = Date.UTC(2026, 2, 10);

/** A thread that notes what it is asked and answers as it is told. */
class Thread implements StoreThread {
  readonly id = 'store';
  readonly known = [];
  hasEnded = false;
  readonly calls: { readonly name: CallName; readonly args: readonly unknown[] }[] = [];
  answer: (name: CallName) => unknown = () => undefined;

  async call<N extends CallName>(name: N, args: Calls[N]['args']): Promise<Calls[N]['answer']> {
    this.calls.push({ name, args });
    return (await this.answer(name)) as Calls[N]['answer'];
  }

  async close(): Promise<void> {
    this.hasEnded = true;
  }
}

let folder = '';
let threads: Thread[];
let log: { level: number; msg: string }[];
let clock: ManualProcessClock;
let metrics: Metrics;
let store: DuckDbStore;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-store-'));
  threads = [];
  log = [];
  clock = new ManualProcessClock();
  metrics = new Metrics();
  const sink = { write: (line: string) => log.push(JSON.parse(line)) > 0 } as unknown as NodeJS.WritableStream;
  store = await DuckDbStore.open(
    { path: folder, memoryLimit: '128MiB', threads: 1 },
    { fastMs: 1, registersMs: 1 },
    {
      gridClock: new ManualGridClock(NOW),
      processClock: clock,
      logger: createLogger('test', 'info', sink),
      metrics: new StoreMetrics(metrics),
    },
    async () => {
      const thread = new Thread();
      threads.push(thread);
      return thread;
    },
  );
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const only = (): Thread => threads.at(-1) ?? new Thread();
const commits = (thread: Thread) => thread.calls.filter(({ name }) => name === 'commit').map(({ args }) => args[0]);

describe('a commit', () => {
  test('brings new series until they are durable, and keeps the caller’s columns whole', async () => {
    const series = store.seriesOf(POWER);
    const batch = request([{ series, timeMs: NOW, value: 1, n: 1 }]);
    only().answer = () => Promise.reject(new GridwardenError('DISK_FULL', 'full'));
    await expect(store.commit(batch)).rejects.toMatchObject({ code: 'DISK_FULL' });
    only().answer = () => undefined;
    await store.commit(batch);
    await store.commit(batch);
    expect(commits(only())).toMatchObject([
      { newSeries: [{ number: 0, device: 'M-1' }], nowMs: NOW },
      { newSeries: [{ number: 0, device: 'M-1' }] },
      { newSeries: [] },
    ]);
    expect(batch.points.value).toHaveLength(1);
  });

  test('sets refused points aside before the thread is asked', async () => {
    const batch = request([{ series: 77, timeMs: NOW, value: 1, n: 1 }]);
    only().answer = () => expect(readdirSync(join(folder, 'rejects'))).toHaveLength(1);
    expect((await store.commit(batch)).rejected).toHaveLength(1);
    expect(commits(only())).toMatchObject([{ points: { length: 0 }, streams: [{ ranges: [[1, 1]] }] }]);
    expect(await metrics.text()).toContain('gridwarden_store_rejected_points_total 1');
  });

  test('that fails shows in the health, is counted, and is said once until it works again', async () => {
    only().answer = (name) => (name === 'describe' ? 'well' : Promise.reject(new GridwardenError('DISK_FULL', 'full')));
    for (let times = 0; times < 3; times++) await expect(store.commit(request([]))).rejects.toThrow('full');
    expect(await store.health()).toEqual({ ok: false, reason: 'full' });
    only().answer = () => 'well';
    await store.commit(request([]));
    expect(await store.health()).toEqual({ ok: true, reason: 'well' });
    expect(log.map(({ msg }) => msg)).toEqual(['full', 'the telemetry store works again']);
    expect(await metrics.text()).toContain('gridwarden_store_failed_commits_total{code="DISK_FULL"} 3');
  });
});

describe('the thread', () => {
  test('that is gone is started again by the next call', async () => {
    only().hasEnded = true;
    await store.commit(request([]));
    expect(threads).toHaveLength(2);
    expect(commits(only())).toHaveLength(1);
  });

  test('is asked to give a read up that takes too long', async () => {
    const answer = Promise.withResolvers<unknown>();
    only().answer = (name) => (name === 'read' ? answer.promise : undefined);
    const reading = store.read({ series: [], fromMs: 0, toMs: 1, maxRows: 1 });
    await expect.poll(() => only().calls.length).toBe(1);
    clock.advance(60_000);
    await expect.poll(() => only().calls.some(({ name }) => name === 'interruptReads')).toBe(true);
    answer.resolve([]);
    expect(await reading).toEqual([]);
  });

  test('looks after its files every ten seconds, also after it has failed to', async () => {
    const statistics = { bytes: 5, points: 6, series: 7, bytesPerDay: 8 };
    only().answer = (name) => (name === 'tick' ? Promise.reject(new Error('no')) : statistics);
    clock.advance(10_000);
    await expect.poll(() => log.map(({ msg }) => msg)).toEqual(['looking after the store failed: no']);
    only().answer = (name) => (name === 'statistics' ? statistics : undefined);
    await expect.poll(() => clock.pendingTimers).toBe(1);
    clock.advance(10_000);
    await expect.poll(() => metrics.text()).toContain('gridwarden_store_bytes 5');
    expect(only().calls.filter(({ name }) => name === 'tick')).toHaveLength(2);
  });
});
