import { beforeEach, describe, expect, test } from 'vitest';
import { ManualProcessClock, seededRandom } from '../../../../edge/platform/clock.ts';
import { createLogger } from '../../../../edge/platform/log.ts';
import { CommitPipeline } from '../../../../server/ingest/commit-pipeline.ts';
import type { StreamRef } from '../../../../server/ingest/point-buffer.ts';
import { ReceivedStream } from '../../../../server/ingest/received-stream.ts';
import { WaitingPoints } from '../../../../server/ingest/waiting-points.ts';
import { MemoryStore } from '../../../support/memory-store.ts';

let clock: ManualProcessClock;
let store: MemoryStore;
let waiting: WaitingPoints;
let pipeline: CommitPipeline;
let stream: StreamRef;
let committed: number[];
let guard: () => void;
let log: Record<string, unknown>[];

/** Lets promises that are due settle. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

async function pass(ms: number): Promise<void> {
  clock.advance(ms);
  await settle();
}

function add(n: number, values = 2): boolean {
  const buffer = waiting.bufferFor(values);
  if (!buffer) return false;
  buffer.beginRecord();
  for (let index = 0; index < values; index++) buffer.push(series, n, 0);
  const index = buffer.streamIndex(stream);
  buffer.endRecord(n * 1000, 0, index, n);
  buffer.take(index, n);
  buffer.noteTime(n);
  pipeline.wake();
  return true;
}

let series = 0;

beforeEach(() => {
  clock = new ManualProcessClock();
  store = new MemoryStore();
  series = store.seriesOf({ device: 'M-1', metric: 'voltage_a', kind: 'meter', pollClass: 'fast' });
  waiting = new WaitingPoints(20, 4);
  stream = { id: { node: 'east/a', epoch: 'e' }, received: new ReceivedStream(), lastBuffer: undefined, lastIndex: 0 };
  committed = [];
  guard = () => {};
  log = [];
  const sink = { write: (line: string) => log.push(JSON.parse(line)) > 0 } as unknown as NodeJS.WritableStream;
  pipeline = new CommitPipeline(
    { intervalMs: 100 },
    {
      store,
      waiting,
      processClock: clock,
      random: seededRandom(1),
      logger: createLogger('t', 'info', sink),
      beforeCommit: () => guard(),
      committed: (batch) => committed.push(batch.length),
    },
  );
});

describe('batches for the store', () => {
  test('go out once an interval, with their ranges', async () => {
    add(1);
    await pass(99);
    expect(store.commits).toBe(0);
    await pass(1);
    expect(store.rangesOf('east/a', 'e')).toEqual([[1, 1]]);
    expect(stream.received.done(10).ranges).toEqual([[1, 1]]);
    expect(waiting.isEmpty).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  test('go out at once when one is full', async () => {
    for (const n of [1, 2, 3]) add(n);
    await settle();
    expect(committed).toEqual([4]);
    await pass(100);
    expect(committed).toEqual([4, 2]);
  });

  test('go one at a time: the next waits for the one before', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    store.gate = promise;
    for (const n of [1, 2, 3, 4, 5]) add(n);
    await pass(1000);
    expect([store.commits, waiting.points]).toEqual([0, 10]);
    resolve();
    await settle();
    await pass(200);
    expect(committed).toEqual([4, 4, 2]);
    expect(stream.received.done(10).ranges).toEqual([[1, 5]]);
  });

  test('stay when the store fails, are tried again with back-off, and settle nothing before', async () => {
    store.failure = new Error('down');
    for (const n of [1, 2, 3]) add(n);
    await settle();
    expect(pipeline.failure).toBe('down');
    expect(stream.received.done(10).ranges).toEqual([]);
    expect(waiting.points).toBe(6);
    const before = clock.nowMs();
    store.failure = undefined;
    while (store.commits === 0) await pass(10);
    expect(clock.nowMs() - before).toBeGreaterThanOrEqual(125);
    await pass(200);
    expect(stream.received.done(10).ranges).toEqual([[1, 3]]);
    expect(pipeline.failure).toBeUndefined();
    expect(store.handedOver).toBe(6);
    expect(log).toMatchObject([
      { msg: 'readings cannot be stored; they wait', error: 'down' },
      { msg: 'the store takes readings again', points: 4 },
    ]);
  });

  test('do not reach the store before what they rest on is written', async () => {
    guard = () => {
      throw new Error('state is full');
    };
    add(1);
    await pass(100);
    expect([store.commits, pipeline.failure]).toEqual([0, 'state is full']);
    guard = () => {};
    await pass(10_000);
    expect(store.commits).toBe(1);
  });

  test('are bounded: what does not fit is not taken', () => {
    store.failure = new Error('down');
    const taken = Array.from({ length: 12 }, (_, index) => add(index + 1));
    expect(taken.filter(Boolean).length).toBe(10);
    expect(stream.received.received()).toBe(10);
    expect(stream.received.check(11)).toBe('new');
    expect(waiting.roomForBacklog).toBe(0);
  });

  test('are readable while they wait, also during their commit', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    store.gate = promise;
    for (const n of [1, 2, 3]) add(n, 1);
    await pass(100);
    add(4, 1);
    const times = () => waiting.pending(new Set([series]), 2, 5, 3).map(({ timeMs }) => timeMs);
    expect(times()).toEqual([2, 3, 4]);
    expect(waiting.minTimeMs()).toBe(1);
    expect(waiting.pending(new Set([series + 1]), 0, 10, 3)).toEqual([]);
    resolve();
    await settle();
    expect(times()).toEqual([4]);
  });

  test('at the end what waits is committed once', async () => {
    add(1);
    await pipeline.stop();
    expect(stream.received.done(10).ranges).toEqual([[1, 1]]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('a store that takes the columns away gets new ones', async () => {
    const commit = store.commit.bind(store);
    store.commit = async (request) => {
      const result = await commit(request);
      structuredClone(null, { transfer: [request.points.series.buffer as ArrayBuffer] });
      return result;
    };
    for (let n = 1; n <= 12; n++) {
      add(n);
      await pass(100);
    }
    expect(store.of('M-1', 'voltage_a').length).toBe(12);
  });
});

test('a record that is taken back leaves nothing behind', () => {
  const buffer = waiting.bufferFor(3);
  buffer?.beginRecord();
  buffer?.push(series, 1, 0);
  buffer?.takeBackRecord();
  expect(waiting.points).toBe(0);
});
