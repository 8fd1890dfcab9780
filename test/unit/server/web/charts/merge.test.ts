import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  joinColumns,
  mergeBuckets,
  mergeReadings,
  usualStepMs,
  withGaps,
} from '../../../../../server/web/src/charts/merge.ts';
import { summarise, valueAt } from '../../../../../server/web/src/charts/summary.ts';
import { type Columns, LiveTail } from '../../../../../server/web/src/charts/tail.ts';

const columns = (...pairs: [number, number | null][]): Columns => ({
  timesMs: pairs.map(([timeMs]) => timeMs),
  values: pairs.map(([, value]) => value),
});

describe('readings as taken', () => {
  test('are joined by time, the history winning', () => {
    const merged = mergeReadings(columns([1, 10], [2, 20], [4, null]), columns([2, 99], [3, 30], [4, 44], [5, 50]));
    expect(merged).toEqual(columns([1, 10], [2, 20], [3, 30], [4, null], [5, 50]));
  });

  test('any history and tail: every time once, in order, with the right value', () => {
    const series = fc
      .uniqueArray(fc.integer({ min: 0, max: 50 }), { maxLength: 30 })
      .map((times) => times.sort((a, b) => a - b));
    fc.assert(
      fc.property(series, series, (past, live) => {
        const merged = mergeReadings(
          { timesMs: past, values: past.map(() => 1) },
          { timesMs: live, values: live.map(() => 2) },
        );
        expect(merged.timesMs).toEqual([...new Set([...past, ...live])].sort((a, b) => a - b));
        expect(merged.values).toEqual(merged.timesMs.map((timeMs) => (past.includes(timeMs) ? 1 : 2)));
      }),
    );
  });
});

describe('buckets', () => {
  const history = { ...columns([0, 10], [60, 20]), counts: [6, 2] };
  const merge = { everyMs: 60, shown: 'mean', liveFromMs: 80 } as const;

  test('the open one is weighted by what it holds already', () => {
    expect(mergeBuckets(history, columns([80, 50], [100, 50]), merge).values).toEqual([10, 35]);
  });

  test('live values open new ones at the borders of the server', () => {
    const shifted = { ...columns([30, 1]), counts: [1] };
    const merged = mergeBuckets(shifted, columns([95, 4], [149, 8], [155, 5]), { ...merge, liveFromMs: 40 });
    expect(merged).toEqual(columns([30, 1], [90, 6], [150, 5]));
  });

  test('what the history holds is not counted twice', () => {
    expect(mergeBuckets(history, columns([70, 1000], [79, 1000]), merge).values).toEqual([10, 20]);
  });

  test.each([
    ['min', [10, 5]],
    ['max', [10, 90]],
    ['last', [10, 5]],
  ] as const)('%s', (shown, expected) => {
    expect(mergeBuckets(history, columns([80, 90], [100, 5]), { ...merge, shown }).values).toEqual(expected);
  });

  test('a missing live value makes a bucket without a value, and leaves one with a value alone', () => {
    const merged = mergeBuckets(history, columns([90, null], [130, null]), merge);
    expect(merged).toEqual(columns([0, 10], [60, 20], [120, null]));
  });

  test('without history live values stand alone', () => {
    const merged = mergeBuckets(columns(), columns([61, 2], [62, 4]), { ...merge, liveFromMs: 0 });
    expect(merged).toEqual(columns([60, 3]));
  });
});

describe('gaps', () => {
  test('tear the line where readings are further apart than usual', () => {
    const taken = columns([0, 1], [1000, 2], [2000, 3], [9000, 4], [10_000, 5]);
    const torn = withGaps(taken, 3 * usualStepMs(taken.timesMs));
    expect(torn).toEqual(columns([0, 1], [1000, 2], [2000, 3], [2001, null], [9000, 4], [10_000, 5]));
  });

  test('one lost reading does not', () => {
    const taken = columns([0, 1], [1000, 2], [3000, 3], [4000, 4]);
    expect(withGaps(taken, 3 * usualStepMs(taken.timesMs))).toEqual(taken);
  });

  test('are not guessed from two readings', () => {
    expect(usualStepMs([0, 5000])).toBe(Number.POSITIVE_INFINITY);
  });
});

test('columns are put on one time axis: nothing said is not the same as missing', () => {
  const joined = joinColumns([columns([1, 10], [3, null]), columns([2, 5], [3, 6])]);
  expect(joined).toEqual({
    timesMs: [1, 2, 3],
    values: [
      [10, undefined, null],
      [undefined, 5, 6],
    ],
  });
});

describe('the numbers of a chart', () => {
  test('leave out what is missing and say how much is there', () => {
    expect(summarise(columns([1, 1], [2, null], [3, 3]), 4)).toEqual({
      last: 3,
      min: 1,
      mean: 2,
      max: 3,
      coverage: 0.5,
    });
  });

  test('take the extremes from the band', () => {
    const summary = summarise(columns([1, 5], [2, 6]), 2, columns([1, 0], [2, 4]), columns([1, 9], [2, 7]));
    expect(summary).toMatchObject({ min: 0, max: 9, mean: 5.5 });
  });

  test('are none where there is nothing', () => {
    expect(summarise(columns(), undefined)).toEqual({ last: null, min: null, mean: null, max: null, coverage: null });
  });

  test('at the pointer: the value at or before it, none in a gap', () => {
    const line = columns([10, 1], [20, null], [30, 3]);
    expect([5, 10, 19, 25, 99].map((timeMs) => valueAt(line, timeMs))).toEqual([null, 1, 1, null, 3]);
  });
});

describe('the live tail', () => {
  test('takes newer points, replaces the newest, leaves older ones to the history', () => {
    const tail = new LiveTail();
    for (const [timeMs, value] of [
      [10, 1],
      [20, 2],
      [20, 3],
      [15, 9],
    ] as const)
      tail.push(timeMs, value);
    expect(tail).toEqual(Object.assign(new LiveTail(), columns([10, 1], [20, 3])));
  });

  test('is bounded', () => {
    const tail = new LiveTail();
    for (let i = 0; i < 25_000; i += 1) tail.push(i, i);
    expect(tail.timesMs.length).toBeLessThanOrEqual(20_000);
    expect(tail.timesMs.at(-1)).toBe(24_999);
    expect(tail.values).toHaveLength(tail.timesMs.length);
  });

  test('forgets what the history has', () => {
    const tail = new LiveTail();
    for (let i = 0; i < 5; i += 1) tail.push(i, i);
    tail.dropBefore(3);
    expect(tail.timesMs).toEqual([3, 4]);
    tail.dropBefore(100);
    expect(tail.timesMs).toEqual([]);
  });
});
