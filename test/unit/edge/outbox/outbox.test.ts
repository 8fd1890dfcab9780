import { describe, expect, it, onTestFinished } from 'vitest';
import { directBackend, type OutboxBackend } from '../../../../edge/outbox/backend.ts';
import { isRead, type TakenBatch } from '../../../../edge/outbox/batch.ts';
import type { Change, ChangeResult } from '../../../../edge/outbox/change.ts';
import { COMMIT_INTERVAL_MS, Outbox } from '../../../../edge/outbox/outbox.ts';
import { outboxMetrics } from '../../../../edge/outbox/outbox-metrics.ts';
import type { StoredTombstone } from '../../../../edge/outbox/outbox-tables.ts';
import { KEEP_CLASS, type OutboxRecord } from '../../../../edge/outbox/record.ts';
import { workerBackend } from '../../../../edge/outbox/worker-backend.ts';
import { ManualGridClock, ManualProcessClock, systemProcessClock } from '../../../../edge/platform/clock.ts';
import { silentLogger } from '../../../../edge/platform/log.ts';
import { Metrics } from '../../../../edge/platform/metrics.ts';
import type { DeviceRead, RecordLayout } from '../../../../edge/reading.ts';
import { NOW_MS, storeSettings } from './store-fixture.ts';

const FAST: RecordLayout = { device: 'M-1', pollClass: 'fast', metrics: ['voltage_a'] };
const REGISTERS: RecordLayout = { device: 'M-1', pollClass: 'registers', metrics: ['energy_import'] };

function read(value: number, layout = FAST, timeMs = NOW_MS): DeviceRead {
  return { layout, timeMs, clockGeneration: 1, values: Float64Array.of(value), quality: new Uint8Array(1) };
}

/** A backend whose commits are counted, and fail when the test says so. */
class WatchedBackend {
  readonly changes: Change[] = [];
  fails = false;
  readonly backend: OutboxBackend;

  constructor(inner: OutboxBackend) {
    this.backend = { ...inner, commit: (change) => this.#commit(inner, change) };
  }

  async #commit(inner: OutboxBackend, change: Change): Promise<ChangeResult> {
    this.changes.push(change);
    if (!this.fails) return inner.commit(change);
    const pruned = await inner.commit({ ...change, blocks: [] });
    return { ...pruned, persisted: 'pruned', trouble: { kind: 'full', message: 'the disk is full' } };
  }
}

interface Setup {
  readonly outbox: Outbox;
  readonly watched: WatchedBackend;
  readonly clock: ManualProcessClock;
  readonly batches: TakenBatch[];
  readonly tombstones: StoredTombstone[];
  readonly metrics: Metrics;
  /** Time passes, and what it sets off is carried out. */
  pass(ms: number): Promise<void>;
}

async function setup(maxMemoryBytes = 1024 * 1024, slotMs = 0): Promise<Setup> {
  const clock = new ManualProcessClock();
  const gridClock = new ManualGridClock(NOW_MS);
  const watched = new WatchedBackend(directBackend(storeSettings(), () => clock.nowMs()));
  const metrics = new Metrics();
  const outbox = new Outbox({
    backend: watched.backend,
    epoch: 'e',
    gridClock,
    processClock: clock,
    logger: silentLogger(),
    metrics: outboxMetrics(metrics),
    maxMemoryBytes,
    slotMs,
  });
  await outbox.open([FAST, REGISTERS], []);
  const batches: TakenBatch[] = [];
  const tombstones: StoredTombstone[] = [];
  outbox.listen({
    taken: (batch) => batches.push(batch),
    gaveUp: (made) => tombstones.push(...made),
    failed: (error) => {
      throw error;
    },
  });
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    gridClock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { outbox, watched, clock, batches, tombstones, metrics, pass };
}

async function everything(outbox: Outbox): Promise<OutboxRecord[]> {
  const records: OutboxRecord[] = [];
  await outbox.read('e', 1, Number.MAX_SAFE_INTEGER, (some) => records.push(...some));
  return records.sort((a, b) => a.n - b.n);
}

describe('group commit', () => {
  it('takes what came in one commit, numbers it in order, and says so when it is durable', async () => {
    const { outbox, watched, batches, pass } = await setup();
    for (const value of [1, 2, 3]) outbox.take(read(value));
    expect([batches, outbox.lastN]).toEqual([[], 0]);
    await pass(0);
    expect(watched.changes).toHaveLength(1);
    expect(batches.map(({ firstN, lastN }) => [firstN, lastN])).toEqual([[1, 3]]);
    expect(outbox.lastN).toBe(3);
    expect((await everything(outbox)).map(({ n, values }) => [n, values[0]])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
  });

  it(`commits at most every ${COMMIT_INTERVAL_MS} ms, however much comes`, async () => {
    const { outbox, watched, batches, pass } = await setup();
    for (let ms = 0; ms < 1000; ms += 5) {
      outbox.take(read(ms));
      await pass(5);
    }
    await pass(COMMIT_INTERVAL_MS);
    expect(watched.changes.length).toBeLessThanOrEqual(1000 / COMMIT_INTERVAL_MS + 2);
    expect(watched.changes.length).toBeGreaterThanOrEqual(1000 / COMMIT_INTERVAL_MS - 1);
    expect(batches.reduce((sum, { entries }) => sum + entries.length, 0)).toBe(200);
  });

  it('commits when polling wakes the process anyway, and never sooner than without', async () => {
    const { outbox, watched, pass } = await setup(1024 * 1024, 20);
    const committedAt: number[] = [];
    for (let ms = 0; ms < 400; ms++) {
      if (ms % 20 === 3) outbox.take(read(ms));
      const before = watched.changes.length;
      await pass(1);
      if (watched.changes.length > before) committedAt.push((NOW_MS + ms + 1) % 20);
    }
    // The first comes at once; NOW_MS is a multiple of a slot.
    expect(committedAt.slice(1).every((intoSlot) => intoSlot < 5)).toBe(true);
    expect(watched.changes.length).toBeGreaterThan(400 / (COMMIT_INTERVAL_MS + 20));
    expect(watched.changes.length).toBeLessThanOrEqual(1 + 400 / COMMIT_INTERVAL_MS);
  });

  it('commits nothing when there is nothing', async () => {
    const { watched, pass } = await setup();
    for (let second = 0; second < 5; second++) await pass(1000);
    expect(watched.changes).toEqual([]);
  });

  it('brings changes of health back at their place among the reads', async () => {
    const { outbox, batches, pass } = await setup();
    outbox.take(read(1));
    outbox.note({ device: 'M-1', up: false, quality: 1, sinceMs: NOW_MS });
    outbox.take(read(2));
    await pass(0);
    expect(batches[0]?.entries.map((entry) => isRead(entry))).toEqual([true, false, true]);
    expect(batches[0]?.lastN).toBe(2);
  });

  it('deletes what is settled with the next commit, or within half a second', async () => {
    const { outbox, watched, pass } = await setup();
    outbox.take(read(1));
    await pass(0);
    outbox.settle('e', [[1, 1]]);
    await pass(499);
    expect(watched.changes).toHaveLength(1);
    await pass(1);
    expect(watched.changes).toHaveLength(2);
    expect(await everything(outbox)).toEqual([]);
  });
});

describe('what is refused is not taken', () => {
  it('a read of a layout that was never registered', async () => {
    const { outbox, batches, metrics, pass } = await setup();
    outbox.take(read(1, { device: 'M-2', pollClass: 'fast', metrics: ['voltage_a'] }));
    await pass(100);
    expect(batches).toEqual([]);
    expect(await metrics.text()).toContain('edge_records_refused_total 1');
  });

  it('reads beyond the memory, while a disk does not answer', async () => {
    const { outbox, pass, batches, metrics } = await setup(1000);
    for (let value = 0; value < 500; value++) outbox.take(read(value));
    await pass(0);
    const taken = batches[0]?.entries.length ?? 0;
    expect(taken).toBeGreaterThan(30);
    expect(taken).toBeLessThan(200);
    expect(await metrics.text()).toContain(`edge_records_refused_total ${500 - taken}`);
  });

  it('a layout that says the same as a registered one is that one', async () => {
    const { outbox, batches, pass } = await setup();
    outbox.take(read(1, { ...FAST, metrics: [...FAST.metrics] }));
    await pass(0);
    expect(batches).toHaveLength(1);
  });
});

describe('the first good registers of an interval are kept longest', () => {
  it('by device, and whatever was read in between', async () => {
    const { outbox, watched, pass } = await setup();
    const quarter = Math.ceil(NOW_MS / 900_000) * 900_000;
    for (const second of [0, 60, 840, 900, 960]) outbox.take(read(1, REGISTERS, quarter + second * 1000));
    const bad = { ...read(Number.NaN, REGISTERS, quarter + 1_800_000), quality: Uint8Array.of(1) };
    outbox.take(bad);
    outbox.take(read(1, REGISTERS, quarter + 1_830_000));
    outbox.take(read(1));
    await pass(0);
    const blocks = watched.changes[0]?.blocks ?? [];
    const countOf = (keepClass: number) => blocks.find((block) => block.keepClass === keepClass)?.count;
    expect([countOf(KEEP_CLASS.fast), countOf(KEEP_CLASS.registers), countOf(KEEP_CLASS.boundary)]).toEqual([1, 4, 3]);
  });
});

describe('a disk that is full', () => {
  it('holds nothing up: records are taken, wait in memory, and are written when there is room', async () => {
    const { outbox, watched, batches, pass } = await setup();
    watched.fails = true;
    outbox.take(read(1));
    await pass(0);
    expect([batches.length, outbox.stats().unprotected]).toEqual([1, 1]);
    outbox.take(read(2));
    await pass(100);
    expect(watched.changes.at(-1)?.blocks).toEqual([]);
    expect([outbox.lastN, outbox.stats().unprotected]).toEqual([2, 2]);
    expect((await everything(outbox)).map(({ n }) => n)).toEqual([1, 2]);
    watched.fails = false;
    await pass(1000);
    expect(outbox.stats().unprotected).toBe(0);
    expect((await everything(outbox)).map(({ n }) => n)).toEqual([1, 2]);
  });

  it('what is acknowledged meanwhile is not kept', async () => {
    const { outbox, watched, pass } = await setup();
    watched.fails = true;
    for (const value of [1, 2, 3]) outbox.take(read(value));
    await pass(0);
    outbox.settle('e', [[1, 3]]);
    expect(outbox.stats().unprotected).toBe(0);
    watched.fails = false;
    await pass(2000);
    expect(await everything(outbox)).toEqual([]);
  });

  it('for longer than memory lasts costs the oldest, which is told and counted', async () => {
    const { outbox, watched, tombstones, metrics, pass } = await setup(500);
    watched.fails = true;
    for (let value = 1; value <= 100; value++) {
      outbox.take(read(value));
      await pass(50);
    }
    await pass(1000);
    const { unprotected } = outbox.stats();
    expect(unprotected).toBeLessThan(60);
    const last = tombstones.at(-1);
    expect(last).toMatchObject({ epoch: 'e', reason: 'unprotected_lost', devices: ['M-1'] });
    expect(last?.range).toEqual([1, 100 - unprotected]);
    expect((await everything(outbox)).map(({ n }) => n)[0]).toBe(101 - unprotected);
    expect(await metrics.text()).toContain(
      `edge_values_given_up_total{device="M-1",metric="voltage_a",reason="unprotected_lost"} ${100 - unprotected}`,
    );
  });
});

describe('what is given up', () => {
  it('is counted by device and metric', async () => {
    const { outbox, metrics, pass } = await setup();
    for (const value of [1, 2, 3]) outbox.take(read(value));
    outbox.take(read(4, REGISTERS));
    await pass(0);
    outbox.giveUp('e', [[2, 4]], 'unsettled');
    await pass(1000);
    const text = await metrics.text();
    expect(text).toContain('{device="M-1",metric="voltage_a",reason="unsettled"} 2');
    expect(text).toContain('{device="M-1",metric="energy_import",reason="unsettled"} 1');
  });
});

describe('in its own thread', () => {
  it('it takes, gives back and stops', async () => {
    const clock = systemProcessClock();
    const outbox = new Outbox({
      backend: workerBackend(storeSettings()),
      epoch: 'e',
      gridClock: new ManualGridClock(NOW_MS),
      processClock: clock,
      logger: silentLogger(),
      metrics: outboxMetrics(new Metrics()),
      maxMemoryBytes: 1024 * 1024,
    });
    onTestFinished(() => outbox.stop());
    await outbox.open([FAST], []);
    const taken = new Promise<TakenBatch>((resolve, reject) => {
      outbox.listen({ taken: resolve, gaveUp: () => {}, failed: reject });
    });
    for (let value = 1; value <= 1000; value++) outbox.take(read(value));
    expect((await taken).lastN).toBe(1000);
    expect((await everything(outbox)).map(({ values }) => values[0])).toEqual(
      Array.from({ length: 1000 }, (_, i) => i + 1),
    );
  });

  it('what goes wrong there has its code here', async () => {
    const settings = storeSettings();
    const first = workerBackend(settings);
    onTestFinished(() => first.close());
    await first.open('e', NOW_MS);
    const second = workerBackend(settings);
    await expect(second.open('f', NOW_MS)).rejects.toMatchObject({ code: 'FILE_LOCKED' });
    await second.close();
    await expect(second.saveBdSeq(1)).rejects.toThrow();
  });
});
