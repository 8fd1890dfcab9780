import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { request, type TestPoint } from './batch.ts';
import { DAY, HOUR, MINUTE, NOON, POWER, type StoreUnderTest, VOLTAGE } from './harness.ts';
import { bucketValues } from './rows.ts';

const GOOD = 0;
const QUARTER = 15 * MINUTE;

export function bucketContract(under: () => StoreUnderTest): void {
  describe('buckets', () => {
    test('hold aggregates of good values, their count and coverage; an empty bucket has no value', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      await store.commit(
        request([
          { series, timeMs: NOON, value: 4, n: 1 },
          { series, timeMs: NOON + 10_000, value: 1, n: 2 },
          { series, timeMs: NOON + 20_000, quality: 'silent', n: 3 },
          { series, timeMs: NOON + 59_999, value: 10, n: 4 },
          { series, timeMs: NOON + 2 * MINUTE, quality: 'exception', n: 5 },
          { series, timeMs: NOON + 3 * MINUTE, value: -3, n: 6 },
        ]),
      );
      const query = { series: [series], fromMs: NOON, toMs: NOON + 4 * MINUTE, everyMs: MINUTE } as const;
      const nan = Number.NaN;
      expect(await bucketValues(store, { ...query, aggregate: 'mean' })).toEqual([5, nan, nan, -3]);
      expect(await bucketValues(store, { ...query, aggregate: 'min' })).toEqual([1, nan, nan, -3]);
      expect(await bucketValues(store, { ...query, aggregate: 'max' })).toEqual([10, nan, nan, -3]);
      expect(await bucketValues(store, { ...query, aggregate: 'first' })).toEqual([4, nan, nan, -3]);
      expect(await bucketValues(store, { ...query, aggregate: 'last' })).toEqual([10, nan, nan, -3]);
      expect(await bucketValues(store, { ...query, aggregate: 'count' })).toEqual([3, nan, 0, 1]);
      const [rows] = await store.read({ ...query, maxRows: 10 });
      expect([...(rows?.timeMs ?? [])]).toEqual([NOON, NOON + MINUTE, NOON + 2 * MINUTE, NOON + 3 * MINUTE]);
      expect([...(rows?.count ?? [])]).toEqual([3, 0, 0, 1]);
      expect([...(rows?.coverage ?? [])]).toEqual([0.75, nan, 0, 1]);
      expect([rows?.quality[0], rows?.quality[3]]).toEqual([GOOD, GOOD]);
      expect(rows?.quality[2]).not.toBe(GOOD);
      expect(rows?.quality[1]).not.toBe(GOOD);
    });

    test('are aligned to the epoch plus an offset; the first may begin before the range, which cuts its values', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      const points = Array.from({ length: 60 }, (_, index) => ({
        series,
        timeMs: NOON + index * MINUTE,
        value: index,
      }));
      await store.commit(request(points));
      const query = { series: [series], fromMs: NOON + 10 * MINUTE, toMs: NOON + 50 * MINUTE, maxRows: 10 };
      const [plain] = await store.read({ ...query, everyMs: 30 * MINUTE, aggregate: 'min' });
      expect([...(plain?.timeMs ?? [])]).toEqual([NOON, NOON + 30 * MINUTE]);
      expect([...(plain?.value ?? [])]).toEqual([10, 30]);
      const [shifted] = await store.read({ ...query, everyMs: 30 * MINUTE, offsetMs: 20 * MINUTE, aggregate: 'max' });
      expect([...(shifted?.timeMs ?? [])]).toEqual([NOON - 10 * MINUTE, NOON + 20 * MINUTE]);
      expect([...(shifted?.value ?? [])]).toEqual([19, 49]);
    });

    test('of many series come in the order asked for', async () => {
      const { store } = under();
      const numbers = Array.from({ length: 40 }, (_, index) => store.seriesOf({ ...POWER, device: `D-${index}` }));
      await store.commit(request(numbers.map((series) => ({ series, timeMs: NOON + series, value: series }))));
      const asked = numbers.toReversed();
      const rows = await store.read({ series: asked, fromMs: NOON, toMs: NOON + HOUR, everyMs: HOUR, maxRows: 40 });
      expect(rows.map(({ series, value }) => [series, value[0]])).toEqual(asked.map((series) => [series, series]));
    });

    test('late points change buckets that were computed before', async () => {
      const { store, gridClock } = under();
      const series = store.seriesOf(POWER);
      const other = store.seriesOf(VOLTAGE);
      const points = Array.from({ length: 48 }, (_, index) => ({
        series,
        timeMs: NOON - 12 * HOUR + index * QUARTER,
        value: index,
        n: index + 1,
      }));
      await store.commit(request(points));
      gridClock.set(NOON + HOUR);
      await under().settle();
      const query = { series: [series], fromMs: NOON - 12 * HOUR, toMs: NOON, everyMs: HOUR } as const;
      const sums = Array.from({ length: 12 }, (_, hour) => 4 * hour + 1.5);
      expect(await bucketValues(store, { ...query, aggregate: 'mean' })).toEqual(sums);
      await store.commit(
        request([
          { series, timeMs: NOON - 12 * HOUR + MINUTE, value: 1000, n: 100 },
          { series: other, timeMs: NOON - 6 * HOUR, value: 5, n: 101 },
        ]),
      );
      const late = await bucketValues(store, { ...query, aggregate: 'max' });
      expect(late[0]).toBe(1000);
      expect(late.slice(1)).toEqual(sums.slice(1).map((mean) => mean + 1.5));
      await under().settle();
      expect(await bucketValues(store, { ...query, aggregate: 'max' })).toEqual(late);
      expect(await bucketValues(store, { ...query, series: [other], aggregate: 'count' })).toEqual(
        Array.from({ length: 12 }, (_, hour) => (hour === 6 ? 1 : Number.NaN)),
      );
    });

    test('agree with the raw points they are made of, whatever is rolled up (property)', async () => {
      const { store, gridClock } = under();
      const numbers = [0, 1, 2].map((index) => store.seriesOf({ ...POWER, device: `P-${index}` }));
      const points = samplePoints(numbers);
      const half = Math.floor(points.length / 2);
      await store.commit(request(points.slice(0, half)));
      gridClock.set(NOON);
      await under().settle();
      await store.commit(request(points.slice(half)));
      await under().settle();
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 2 * 96 }),
          fc.integer({ min: 1, max: 60 * 24 }),
          fc.constantFrom(MINUTE, 5 * MINUTE, QUARTER, HOUR, DAY),
          fc.constantFrom(0, 7 * MINUTE, 8 * HOUR),
          fc.constantFrom('mean', 'min', 'max', 'first', 'last', 'count'),
          async (start, length, everyMs, offsetMs, aggregate) => {
            const fromMs = NOON - 2 * DAY + start * QUARTER + (start % 3) * 61_000;
            const query = { series: numbers, fromMs, toMs: fromMs + length * MINUTE, everyMs, offsetMs, aggregate };
            const rows = await store.read({ ...query, maxRows: 1e6 });
            const expected = numbers.map((series) => naive(points, { ...query, series }));
            expect(rows.map(({ value }) => [...value].map(round))).toEqual(
              expected.map(({ value }) => value.map(round)),
            );
            expect(rows.map(({ coverage }) => [...(coverage ?? [])].map(round))).toEqual(
              expected.map(({ coverage }) => coverage.map(round)),
            );
          },
        ),
        { numRuns: 60, seed: 7 },
      );
    });
  });
}

/** Two days of points of some series with gaps, missing values and a part that comes late, in a fixed order. */
function samplePoints(numbers: readonly number[]): TestPoint[] {
  const points: (TestPoint & { order: number })[] = [];
  let state = 12345;
  const random = () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  for (const series of numbers) {
    for (let timeMs = NOON - 2 * DAY; timeMs < NOON; timeMs += 5 * MINUTE) {
      if (random() < 0.3) continue;
      const value = Math.round(random() * 1000) / 8;
      const point = { series, timeMs: timeMs + Math.floor(random() * 200_000), n: points.length + 1 };
      const order = random() < 0.1 ? timeMs + DAY : timeMs;
      points.push(random() < 0.1 ? { ...point, quality: 'silent', order } : { ...point, value, order });
    }
  }
  return points.sort((a, b) => a.order - b.order);
}

interface NaiveQuery {
  readonly series: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly everyMs: number;
  readonly offsetMs: number;
  readonly aggregate: string;
}

/** The same buckets by the plainest way. */
function naive(points: readonly TestPoint[], query: NaiveQuery): { value: number[]; coverage: number[] } {
  const { fromMs, toMs, everyMs, offsetMs } = query;
  const startMs = Math.floor((fromMs - offsetMs) / everyMs) * everyMs + offsetMs;
  const value: number[] = [];
  const coverage: number[] = [];
  for (let beginMs = startMs; beginMs < toMs; beginMs += everyMs) {
    const inside = points
      .filter(({ series }) => series === query.series)
      .filter(({ timeMs }) => timeMs >= Math.max(beginMs, fromMs) && timeMs < Math.min(beginMs + everyMs, toMs))
      .sort((a, b) => a.timeMs - b.timeMs);
    const good = inside.flatMap((point) => (point.value === undefined ? [] : [point.value]));
    value.push(aggregated(query.aggregate, good, inside.length));
    coverage.push(inside.length === 0 ? Number.NaN : good.length / inside.length);
  }
  return { value, coverage };
}

function aggregated(aggregate: string, good: readonly number[], total: number): number {
  if (aggregate === 'count') return total === 0 ? Number.NaN : good.length;
  if (good.length === 0) return Number.NaN;
  switch (aggregate) {
    case 'mean':
      return good.reduce((sum, one) => sum + one, 0) / good.length;
    case 'min':
      return Math.min(...good);
    case 'max':
      return Math.max(...good);
    case 'first':
      return good[0] ?? Number.NaN;
    default:
      return good.at(-1) ?? Number.NaN;
  }
}

function round(value: number): number {
  return Number.isNaN(value) ? value : Math.round(value * 1e6) / 1e6;
}
