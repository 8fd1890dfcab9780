import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ManualGridClock, ManualProcessClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { DuckDbStore } from '../../../server/store/duckdb/store.ts';
import { StoreMetrics } from '../../../server/store/store-metrics.ts';
import type { CommitRequest } from '../../../server/store/telemetry-store.ts';
import type { Bench, Row } from '../bench.ts';
import { BareDuckDb, bareBatch } from './bare-duckdb.ts';
import { BatchMaker, DAY_MS, MINUTE_MS, makeFleet, medianMs, quantile, timed } from './fleet.ts';

const START = Date.UTC(2026, 2, 1);
const BATCH = 20_000;
const WRITTEN = 5_000_000;
const ROUNDS = 3;

interface Opened {
  readonly store: DuckDbStore;
  readonly gridClock: ManualGridClock;
  /** Runs what is due at this time to the end. */
  tick(nowMs: number): Promise<void>;
  close(): Promise<void>;
}

async function openStore(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-'));
  const gridClock = new ManualGridClock(START);
  const processClock = new ManualProcessClock();
  const store = await DuckDbStore.open(
    { path: folder, memoryLimit: '512MiB', threads: 1 },
    { fastMs: 40 * DAY_MS, registersMs: 3650 * DAY_MS },
    { gridClock, processClock, logger: silentLogger(), metrics: new StoreMetrics(new Metrics()) },
  );
  return {
    store,
    gridClock,
    tick: async (nowMs) => {
      gridClock.set(nowMs);
      processClock.advance(10_000);
      await store.applyRetention(0);
    },
    close: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Time and CPU of commits alone: making the batches is not counted. */
async function writeAll<B>(
  maker: BatchMaker,
  prepare: (request: CommitRequest) => B,
  commit: (batch: B) => Promise<unknown>,
) {
  let seconds = 0;
  let cpuSeconds = 0;
  for (let written = 0; written < WRITTEN; written += maker.values) {
    const batch = prepare(maker.next(START, 1000));
    const one = await timed(() => commit(batch));
    seconds += one.seconds;
    cpuSeconds += one.cpuSeconds;
  }
  return { seconds, cpuSeconds };
}

async function bareRound(): Promise<{ perSecond: number; cpuUs: number }> {
  const bare = await BareDuckDb.open(join(tmpdir(), `gridwarden-bare-${process.pid}.duckdb`));
  const series = Int32Array.from({ length: 30_000 }, (_, index) => index);
  const maker = new BatchMaker({ devices: 1000, metrics: 30, series }, BATCH);
  const { seconds, cpuSeconds } = await writeAll(maker, bareBatch, (batch) => bare.commit(batch));
  bare.close();
  return { perSecond: WRITTEN / seconds, cpuUs: (cpuSeconds * 1e6) / WRITTEN };
}

async function storeRound(): Promise<{ perSecond: number; cpuUs: number; bytesPerPoint: number }> {
  const { store, close } = await openStore();
  const maker = new BatchMaker(makeFleet(store, 1000, 30), BATCH);
  const written = await writeAll(
    maker,
    (request) => request,
    (request) => store.commit(request),
  );
  // Sorting belongs to the cost, whenever it is done.
  const sorted = await timed(() => store.applyRetention(0));
  const { bytes, points } = await store.statistics();
  await close();
  return {
    perSecond: WRITTEN / written.seconds,
    cpuUs: ((written.cpuSeconds + sorted.cpuSeconds) * 1e6) / WRITTEN,
    bytesPerPoint: bytes / points,
  };
}

async function writeRows(): Promise<Row[]> {
  const bare = [];
  const ours = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await bareRound());
    ours.push(await storeRound());
  }
  const bareRate = quantile(
    bare.map(({ perSecond }) => perSecond),
    0.5,
  );
  const rate = quantile(
    ours.map(({ perSecond }) => perSecond),
    0.5,
  );
  const bareCpu = quantile(
    bare.map(({ cpuUs }) => cpuUs),
    0.5,
  );
  const cpu = quantile(
    ours.map(({ cpuUs }) => cpuUs),
    0.5,
  );
  return [
    {
      figure: 'DuckDB store, write, batches of 20 000',
      value: rate,
      unit: 'values/s',
      reference: `${Math.round(bareRate)} values/s of a bare appender`,
      ratio: rate / bareRate,
      target: '≥ 0.7 of it',
      ok: rate / bareRate >= 0.7,
    },
    {
      figure: 'DuckDB store, CPU a value, sorting included',
      value: cpu,
      unit: 'µs',
      reference: `${bareCpu.toFixed(2)} µs of a bare appender, which does not sort`,
      ratio: cpu / bareCpu,
    },
    {
      figure: 'DuckDB store, disk a value, just written',
      value: quantile(
        ours.map(({ bytesPerPoint }) => bytesPerPoint),
        0.5,
      ),
      unit: 'B',
      note: 'random values of two decimals',
    },
  ];
}

/** 10 000 messages of 30 values a second for some seconds, with reads beside it. */
async function steadyRows(): Promise<Row[]> {
  const seconds = 20;
  const { store, close } = await openStore();
  const fleet = makeFleet(store, 1000, 30);
  const maker = new BatchMaker(fleet, 30_000);
  const commitMs: number[] = [];
  const readMs: number[] = [];
  let isOver = false;
  const reading = (async () => {
    while (!isOver) {
      await delay(250);
      const query = {
        series: [fleet.series[777] ?? 0],
        fromMs: START,
        toMs: START + DAY_MS,
        everyMs: 288_000,
        maxRows: 1000,
      };
      readMs.push((await timed(() => store.read(query))).seconds * 1000);
    }
  })();
  const { cpuSeconds } = await timed(async () => {
    const begunMs = performance.now();
    for (let tenth = 0; tenth < seconds * 10; tenth++) {
      await delay(Math.max(0, begunMs + tenth * 100 - performance.now()));
      commitMs.push((await timed(() => store.commit(maker.next(START, 1000)))).seconds * 1000);
    }
  });
  isOver = true;
  await reading;
  await close();
  return [
    { figure: 'DuckDB store at 300 000 values/s, share of a core', value: (cpuSeconds / seconds) * 100, unit: '%' },
    { figure: 'DuckDB store at 300 000 values/s, commit p50', value: quantile(commitMs, 0.5), unit: 'ms' },
    {
      figure: 'DuckDB store at 300 000 values/s, commit p99',
      value: quantile(commitMs, 0.99),
      unit: 'ms',
      target: '≤ 2 s',
      ok: quantile(commitMs, 0.99) <= 2000,
    },
    {
      figure: 'DuckDB store at 300 000 values/s, one series beside it, p99',
      value: quantile(readMs, 0.99),
      unit: 'ms',
    },
  ];
}

/** 200 meters with 5 metrics a minute for 30 days: 43 million points. */
async function queryRows(): Promise<Row[]> {
  const days = 30;
  const { store, gridClock, tick, close } = await openStore();
  const fleet = makeFleet(store, 200, 5);
  const maker = new BatchMaker(fleet, 24_000);
  const points = (days * DAY_MS * 1000) / MINUTE_MS;
  for (let written = 0; written < points; written += maker.values) {
    gridClock.set(START + (written / 1000) * MINUTE_MS);
    await store.commit(maker.next(START, MINUTE_MS));
  }
  const endMs = START + days * DAY_MS;
  const upkeep = await timed(() => tick(endMs + 3_600_000));
  const meters = Array.from({ length: 200 }, (_, device) => fleet.series[device * 5] ?? 0);
  const many = Array.from({ length: 10_000 }, (_, device) =>
    store.seriesOf({ device: `N-${device}`, metric: 'm_0', kind: 'meter', pollClass: 'fast' }),
  );
  const now = new BatchMaker({ devices: 10_000, metrics: 1, series: Int32Array.from(many) }, 10_000);
  await store.commit(now.next(endMs, 1000));

  const one = { series: [meters[100] ?? 0], fromMs: endMs - DAY_MS, toMs: endMs, everyMs: 288_000, maxRows: 300 };
  const month = { series: meters, fromMs: START, toMs: endMs, everyMs: 15 * MINUTE_MS, maxRows: 1e6 };
  const oneMs = await medianMs(7, () => store.read(one));
  const monthMs = await medianMs(5, () => store.read(month));
  const rawMs = await medianMs(3, () => store.read({ ...month, offsetMs: MINUTE_MS }));
  const latestMs = await medianMs(5, () => store.latest(many, endMs - 3_600_000, endMs + 3_600_000));
  const { bytes } = await store.statistics();
  await close();
  return [
    {
      figure: 'DuckDB store, one series, 24 h in 300 buckets',
      value: oneMs,
      unit: 'ms',
      target: '≤ 50 ms',
      ok: oneMs <= 50,
    },
    {
      figure: 'DuckDB store, 200 series, 30 days by 15 min',
      value: monthMs,
      unit: 'ms',
      reference: `${Math.round(rawMs)} ms from raw points (borders off the quarter hour)`,
      ratio: monthMs / rawMs,
      target: '≤ 1.2 s',
      ok: monthMs <= 1200,
    },
    {
      figure: 'DuckDB store, latest of 10 000 series within 1 h',
      value: latestMs,
      unit: 'ms',
      note: 'the API answers from live state',
    },
    { figure: 'DuckDB store, disk a value after sorting, roll-ups included', value: bytes / points, unit: 'B' },
    {
      figure: 'DuckDB store, CPU a value of roll-ups and sorting',
      value: (upkeep.cpuSeconds * 1e6) / points,
      unit: 'µs',
    },
  ];
}

export const benches: readonly Bench[] = [
  { name: 'DuckDB store: write beside a bare appender', run: writeRows },
  { name: 'DuckDB store: 300 000 values a second', run: steadyRows },
  { name: 'DuckDB store: queries over 43 million points', run: queryRows },
];
