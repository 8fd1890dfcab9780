import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  BucketRows,
  bucketGrid,
  bucketTimes,
  checkRows,
  differences,
  NO_POINT,
  registerStep,
} from '../../../../server/store/buckets.ts';

const nan = Number.NaN;

describe('the grid of a query', () => {
  const query = { series: [1, 2], fromMs: 1000, toMs: 4000, maxRows: 100 };

  test('is aligned to the epoch plus the offset and covers the range', () => {
    expect(bucketGrid(query, 1500)).toEqual({ startMs: 0, everyMs: 1500, count: 3 });
    expect(bucketGrid({ ...query, offsetMs: 200 }, 1500)).toEqual({ startMs: 200, everyMs: 1500, count: 3 });
    expect(bucketGrid({ ...query, offsetMs: -400 }, 1000)).toEqual({ startMs: 600, everyMs: 1000, count: 4 });
    expect(bucketGrid({ ...query, toMs: 1000 }, 1000).count).toBe(0);
    expect([...bucketTimes({ startMs: 200, everyMs: 1500, count: 3 })]).toEqual([200, 1700, 3200]);
  });

  test('covers every moment of the range exactly once (property)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e9 }),
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: -1e6, max: 1e6 }),
        (fromMs, length, everyMs, offsetMs) => {
          const grid = bucketGrid({ series: [], fromMs, toMs: fromMs + length, offsetMs, maxRows: 1e9 }, everyMs);
          expect(grid.startMs).toBeLessThanOrEqual(fromMs);
          expect(grid.startMs + everyMs).toBeGreaterThan(fromMs);
          const endMs = grid.startMs + grid.count * everyMs;
          expect(endMs).toBeGreaterThanOrEqual(fromMs + length);
          expect(endMs - everyMs).toBeLessThan(fromMs + length);
          expect(Math.abs((grid.startMs - offsetMs) % everyMs)).toBe(0);
        },
      ),
    );
  });

  test('is refused when it has too many rows or no width', () => {
    expect(() => bucketGrid({ ...query, maxRows: 5 }, 1500)).toThrow(
      expect.objectContaining({ code: 'RANGE_TOO_LARGE', details: { rows: 6, maxRows: 5 } }),
    );
    for (const everyMs of [0, -1, 1.5, nan]) {
      expect(() => bucketGrid(query, everyMs)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
    }
    expect(() => checkRows(5, 5)).not.toThrow();
  });
});

describe('the rows of a bucket', () => {
  test('are empty until they are set', () => {
    const grid = { startMs: 0, everyMs: 10, count: 3 };
    const rows = new BucketRows(7, grid, bucketTimes(grid));
    rows.set(0, 1.5, 3, 4, 9);
    rows.set(1, nan, 0, 2, 9);
    expect([...rows.value]).toEqual([1.5, nan, nan]);
    expect([...rows.quality]).toEqual([0, 9, NO_POINT]);
    expect([...rows.count]).toEqual([3, 0, 0]);
    expect([...rows.coverage]).toEqual([0.75, 0, nan]);
  });
});

describe('differences of registers', () => {
  test('a step back by more than half of the modulus is a rollover', () => {
    expect(registerStep(99, 1, 100)).toBe(2);
    expect(registerStep(60, 40, 100)).toBe(-20);
    expect(registerStep(99, 1, 0)).toBe(-98);
    expect(registerStep(1, 99, 100)).toBe(98);
  });

  test('run from value to value, across empty buckets', () => {
    const last = Float64Array.of(nan, 110, nan, 130, 131);
    const first = Float64Array.of(nan, 105, nan, 120, 131);
    expect([...differences({ last, first, before: 100, modulus: 0 })]).toEqual([nan, 10, nan, 20, 1]);
    expect([...differences({ last, first, before: nan, modulus: 0 })]).toEqual([nan, 5, nan, 20, 1]);
  });

  test('add up to what was counted, however the range is cut (property)', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 40 }), (steps) => {
        const modulus = 1000;
        let total = 0;
        const readings = steps.map((step) => {
          total += step;
          return total % modulus;
        });
        const result = differences({
          last: Float64Array.from(readings),
          first: Float64Array.from(readings),
          before: 0,
          modulus,
        });
        expect([...result]).toEqual(steps);
      }),
    );
  });
});
