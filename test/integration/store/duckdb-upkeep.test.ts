import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TelemetryStore } from '../../../server/store/telemetry-store.ts';
import { request, type TestPoint } from '../../contract/store/batch.ts';
import { bucketValues, rawRows } from '../../contract/store/rows.ts';
import { openDuckDb } from './duckdb-store.ts';

const NOON = Date.UTC(2026, 2, 10, 12);
const MIDNIGHT = Date.UTC(2026, 2, 10);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const QUARTER = 15 * MINUTE;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-upkeep-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function seriesOf(store: TelemetryStore, device: string): number {
  return store.seriesOf({ device, metric: 'active_power', kind: 'meter', pollClass: 'fast' });
}

/** A minute's points of some devices from midnight on: values count up from 0. */
function minutes(series: readonly number[], from: number, to: number): TestPoint[] {
  return Array.from({ length: to - from }, (_, index) => from + index).flatMap((minute) =>
    series.map((one) => ({
      series: one,
      timeMs: MIDNIGHT + minute * MINUTE + 7,
      value: minute,
      n: minute * 10 + one + 1,
    })),
  );
}

/** One number from a file, read by a DuckDB of its own. */
async function askFile(name: string, sql: string): Promise<number> {
  const instance = await DuckDBInstance.create(join(folder, name), { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  const rows = (await connection.run(sql)).getRowsJS();
  const [row] = await rows;
  connection.closeSync();
  instance.closeSync();
  return Number(row?.[0]);
}

const TODAY = 'fast-2026-03-10.duckdb';

describe('sorting', () => {
  test('what came in order of arrival is sorted while commits go on; nothing changes for a reader', async () => {
    const { store, tick } = await openDuckDb(folder, NOON, { sortRows: 500 });
    const series = ['A', 'B', 'C'].map((device) => seriesOf(store, device));
    for (let from = 0; from < 600; from += 50) {
      const [commit, rows] = await Promise.all([
        store.commit(request(minutes(series, from, from + 50))),
        rawRows(store, series[1] ?? 0),
      ]);
      expect(commit.rejected).toEqual([]);
      // Rows of a commit that is under way are all there or not at all.
      expect([from, from + 50]).toContain(rows.length);
    }
    await tick(NOON + HOUR);
    expect((await rawRows(store, series[2] ?? 0)).map(({ value }) => value)).toEqual(
      Array.from({ length: 600 }, (_, i) => i),
    );
    await store.close();
    expect(await askFile(TODAY, 'SELECT count(*) FROM points')).toBeGreaterThan(500);
    expect(
      await askFile(TODAY, 'SELECT count(*) FROM (SELECT series, time FROM points GROUP BY ALL HAVING count(*) > 1)'),
    ).toBe(0);
  });

  test('late points that meet nothing move in, repeats go, other origins stay; reads are the same before and after', async () => {
    const { store, tick } = await openDuckDb(folder, NOON);
    const [a = 0] = [seriesOf(store, 'A')];
    const at = (minute: number) => MIDNIGHT + minute * MINUTE;
    await store.commit(request([10, 20, 30, 40].map((minute) => ({ series: a, timeMs: at(minute), value: minute }))));
    await store.commit(
      request([
        { series: a, timeMs: at(5), value: 5 },
        { series: a, timeMs: at(15), value: 15 },
        { series: a, timeMs: at(20), value: 20 },
        { series: a, timeMs: at(30), value: 3000 },
        { series: a, timeMs: at(40), value: -40, origin: 'import' },
        { series: a, timeMs: at(15), value: 1500, origin: 'device_profile' },
      ]),
    );
    const before = await rawRows(store, a);
    expect(before.map(({ value }) => value)).toEqual([5, 10, 15, 20, 3000, 40]);
    await tick(NOON + DAY);
    expect(await rawRows(store, a)).toEqual(before);
    await store.commit(request([{ series: a, timeMs: at(5), value: 55 }]));
    expect((await rawRows(store, a))[0]).toMatchObject({ value: 55 });
    await store.close();
    expect(await askFile(TODAY, 'SELECT count(*) FROM points')).toBe(6);
    // One of the two at 15, the replacement at 30, the import at 40, and what came at the end.
    expect(await askFile(TODAY, 'SELECT count(*) FROM late')).toBe(4);
  });
});

describe('roll-ups', () => {
  const query = (series: number, everyMs: number) => ({ series: [series], fromMs: MIDNIGHT, toMs: NOON, everyMs });

  test('are made of closed quarter hours, made again for late points, and outlive the raw points', async () => {
    const { store, tick } = await openDuckDb(folder, NOON);
    const [a = 0, b = 0] = ['A', 'B'].map((device) => seriesOf(store, device));
    await store.commit(request(minutes([a, b], 0, 720)));
    await tick(NOON + HOUR);
    const late = { series: a, timeMs: MIDNIGHT + 30 * MINUTE, value: 10_000, n: 1_000_001 };
    await store.commit(request([late]));
    await tick(NOON + 2 * HOUR);
    const aggregates = ['mean', 'min', 'max', 'first', 'last', 'count', 'difference'] as const;
    const read = async () => {
      const answers: number[][] = [];
      for (const series of [a, b]) {
        for (const everyMs of [QUARTER, HOUR]) {
          for (const aggregate of aggregates)
            answers.push(await bucketValues(store, { ...query(series, everyMs), aggregate }));
        }
      }
      return answers;
    };
    const before = await read();
    expect(before[2]?.[2]).toBe(10_000);
    const dropped = await store.applyRetention(NOON + 31 * DAY);
    expect(dropped).toEqual([expect.stringContaining('fast-2026-03-10')]);
    expect(readdirSync(folder)).not.toContain(TODAY);
    expect(await rawRows(store, a)).toEqual([]);
    expect(await read()).toEqual(before);
    await store.close();
    // The ranges of the file that is gone are kept elsewhere.
    const again = await openDuckDb(folder, NOON + 31 * DAY);
    expect(await again.store.received()).toMatchObject([{ ranges: expect.arrayContaining([[1_000_001, 1_000_001]]) }]);
    await again.store.close();
  });

  test('are made before raw points are dropped, even when they were never due', async () => {
    const { store } = await openDuckDb(folder, NOON);
    const a = seriesOf(store, 'A');
    await store.commit(request(minutes([a], 0, 60)));
    expect(await store.applyRetention(NOON + 40 * DAY)).toHaveLength(1);
    expect(await bucketValues(store, { ...query(a, HOUR), toMs: MIDNIGHT + HOUR, aggregate: 'mean' })).toEqual([29.5]);
    await store.close();
  });

  /** Commits, and closes the store so that nothing opens the day's file until it is looked after. */
  async function closeAfter(store: TelemetryStore, points: readonly TestPoint[]): Promise<void> {
    const [{ series = 0 } = {}] = points;
    // The next day's file is the newest one, which is opened in any case.
    await store.commit(request([...points, { series, timeMs: MIDNIGHT + DAY, value: 1, n: 1_000_002 }]));
    // Moves the ranges out of the file, which leaves it nothing else to be opened for.
    await store.forget({ node: 'east/agent-1', epoch: 'epoch-1' });
    await store.close();
  }

  test('of a file that nobody has opened since the start have all of its day', async () => {
    const first = await openDuckDb(folder, NOON);
    const a = seriesOf(first.store, 'A');
    await closeAfter(first.store, minutes([a], 0, 720));
    const second = await openDuckDb(folder, NOON + HOUR);
    await second.tick(NOON + 2 * HOUR);
    const counts = await bucketValues(second.store, { ...query(a, HOUR), aggregate: 'count' });
    expect(counts).toEqual(Array.from({ length: 12 }, () => 60));
    await second.store.close();
  });

  test('that are not made again yet are remembered over a restart', async () => {
    const first = await openDuckDb(folder, NOON);
    const a = seriesOf(first.store, 'A');
    await first.store.commit(request(minutes([a], 0, 720)));
    await first.tick(NOON + HOUR);
    await closeAfter(first.store, [{ series: a, timeMs: MIDNIGHT + 30 * MINUTE, value: 10_000, n: 1_000_001 }]);
    const second = await openDuckDb(folder, NOON + HOUR);
    await second.tick(NOON + 2 * HOUR);
    await second.store.close();
    expect(await askFile('rollup-2026-03.duckdb', 'SELECT max(max) FROM recent_cells')).toBe(10_000);
    const third = await openDuckDb(folder, NOON + HOUR);
    expect((await bucketValues(third.store, { ...query(a, QUARTER), aggregate: 'max' }))[2]).toBe(10_000);
    await third.store.close();
  });
});

describe('retention', () => {
  test('removes strays that are too old and keeps those of the future', async () => {
    const { store } = await openDuckDb(folder, NOON);
    const a = seriesOf(store, 'A');
    const [past, future] = [Date.UTC(1999, 0), Date.UTC(2099, 0)];
    await store.commit(request([past, future].map((timeMs) => ({ series: a, timeMs, value: 1 }))));
    expect(await store.applyRetention(NOON)).toEqual(['fast-strays: 1 points']);
    expect(await rawRows(store, a, { fromMs: past, toMs: past + 1 })).toEqual([]);
    expect(await rawRows(store, a, { fromMs: future, toMs: future + 1 })).toHaveLength(1);
    await store.close();
  });

  test('waits for nobody and drops a file that was being dropped at the next start', async () => {
    const { store, tick } = await openDuckDb(folder, NOON);
    const a = seriesOf(store, 'A');
    await store.commit(request(minutes([a], 0, 10)));
    await tick(NOON);
    const [rows, dropped] = await Promise.all([rawRows(store, a), store.applyRetention(NOON + 40 * DAY)]);
    expect([0, 10]).toContain(rows.length);
    if (dropped.length === 0) expect(await store.applyRetention(NOON + 40 * DAY)).toHaveLength(1);
    expect((await store.statistics()).points).toBe(0);
    await store.close();
  });
});

describe('a closed file with much free room', () => {
  const DEVICES = Array.from({ length: 800 }, (_, index) => `D-${index}`);

  /** Values that do not compress, so that the file has some size. */
  const noisy = (series: readonly number[], from: number, to: number): TestPoint[] =>
    minutes(series, from, to).map((point, index) => ({
      ...point,
      value: ((index * 7919 + from * 104_729) % 1_000_003) / 7,
    }));

  async function countOf(store: TelemetryStore, series: readonly number[]): Promise<number> {
    const day = { fromMs: MIDNIGHT, toMs: MIDNIGHT + DAY, everyMs: DAY, aggregate: 'count', maxRows: 1000 } as const;
    return (await store.read({ series, ...day })).reduce((sum, { value }) => sum + (value[0] ?? 0), 0);
  }

  test('is written anew; what is committed meanwhile is not lost', async () => {
    const { store, tick } = await openDuckDb(folder, NOON);
    const series = DEVICES.map((device) => seriesOf(store, device));
    for (let from = 0; from < 1200; from += 200) await store.commit(request(noisy(series, from, from + 200)));
    // The first turn meets commits to the same day, the second one is left in peace.
    const busy = tick(MIDNIGHT + DAY + HOUR);
    for (let minute = 1200; minute < 1240; minute++) await store.commit(request(noisy(series, minute, minute + 1)));
    await busy;
    expect(await countOf(store, series)).toBe(1240 * DEVICES.length);
    await tick(MIDNIGHT + DAY + 2 * HOUR);
    expect(await countOf(store, series)).toBe(1240 * DEVICES.length);
    await store.commit(request([{ series: series[0] ?? 0, timeMs: MIDNIGHT, value: 1, n: 1_000_001 }]));
    expect(await countOf(store, series)).toBe(1240 * DEVICES.length + 1);
    const received = await store.received();
    await store.close();

    expect(readdirSync(folder).filter((name) => name.includes('.new'))).toEqual([]);
    expect(await askFile(TODAY, 'SELECT free_blocks / total_blocks FROM pragma_database_size()')).toBeLessThan(0.3);
    const again = await openDuckDb(folder, NOON + DAY);
    expect(await countOf(again.store, series)).toBe(1240 * DEVICES.length + 1);
    expect(await again.store.received()).toEqual(received);
    await again.store.close();
  });
});
