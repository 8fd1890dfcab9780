import { describe, expect, test } from 'vitest';
import { request } from './batch.ts';
import { DAY, ENERGY, HOUR, MINUTE, NOON, type StoreUnderTest } from './harness.ts';
import { bucketValues } from './rows.ts';

const QUARTER = 15 * MINUTE;
const nan = Number.NaN;

export function differenceContract(under: () => StoreUnderTest): void {
  describe('the difference of a register', () => {
    test('runs from the last value before a bucket to the last value in it, across gaps', async () => {
      const { store } = under();
      const series = store.seriesOf(ENERGY);
      const readings = [
        [-1, 100],
        [0, 101],
        [1, 103],
        [2, 106],
        // Two hours are missing; what was counted meanwhile belongs to the first bucket that has a value again.
        [12, 150],
        [13, 151.5],
      ] as const;
      await store.commit(
        request(
          readings.map(([quarter, value], index) => ({
            series,
            timeMs: NOON + quarter * QUARTER,
            value,
            n: index + 1,
          })),
        ),
      );
      const query = {
        series: [series],
        fromMs: NOON,
        toMs: NOON + 4 * HOUR,
        everyMs: HOUR,
        aggregate: 'difference',
      } as const;
      expect(await bucketValues(store, query)).toEqual([6, nan, nan, 45.5]);
      // The buckets of a range add up to what the register counted.
      expect(await bucketValues(store, { ...query, everyMs: 4 * HOUR })).toEqual([51.5]);
    });

    test('without any value before, a range counts from its own first value', async () => {
      const { store } = under();
      const series = store.seriesOf(ENERGY);
      await store.commit(
        request([
          { series, timeMs: NOON + MINUTE, value: 10, n: 1 },
          { series, timeMs: NOON + 30 * MINUTE, value: 12, n: 2 },
          { series, timeMs: NOON + HOUR, value: 15, n: 3 },
        ]),
      );
      const query = {
        series: [series],
        fromMs: NOON,
        toMs: NOON + 2 * HOUR,
        everyMs: HOUR,
        aggregate: 'difference',
      } as const;
      expect(await bucketValues(store, query)).toEqual([2, 3]);
    });

    test('finds the value before in an earlier file, and passes over values that are not good', async () => {
      const { store } = under();
      const series = store.seriesOf(ENERGY);
      await store.commit(
        request([
          { series, timeMs: Date.UTC(2026, 1, 27), value: 900, n: 1 },
          { series, timeMs: Date.UTC(2026, 1, 28), quality: 'silent', n: 2 },
          { series, timeMs: Date.UTC(2026, 2, 1, 6), value: 930, n: 3 },
          { series, timeMs: Date.UTC(2026, 2, 1, 7), quality: 'silent', n: 4 },
        ]),
      );
      const fromMs = Date.UTC(2026, 2, 1);
      const query = { series: [series], fromMs, toMs: fromMs + DAY, everyMs: DAY, aggregate: 'difference' } as const;
      expect(await bucketValues(store, query)).toEqual([30]);
    });

    test('knows rollover, and shows a register that was set back', async () => {
      const { store } = under();
      const series = store.seriesOf(ENERGY);
      const values = [999_990, 999_998, 3, 10, 4];
      await store.commit(
        request(values.map((value, index) => ({ series, timeMs: NOON + index * HOUR, value, n: index + 1 }))),
      );
      const query = {
        series: [series],
        fromMs: NOON + 1,
        toMs: NOON + 4 * HOUR + 1,
        everyMs: HOUR,
        offsetMs: 1,
      } as const;
      const difference = { ...query, aggregate: 'difference', rollover: [1_000_000] } as const;
      expect(await bucketValues(store, difference)).toEqual([8, 5, 7, -6]);
      expect(await bucketValues(store, { ...difference, rollover: [0] })).toEqual([8, -999_995, 7, -6]);
    });

    test('of several registers uses the rollover of each', async () => {
      const { store } = under();
      const [first, second] = [store.seriesOf(ENERGY), store.seriesOf({ ...ENERGY, device: 'M-2' })];
      await store.commit(
        request(
          [first, second].flatMap((series) => [
            { series, timeMs: NOON - QUARTER, value: 99 },
            { series, timeMs: NOON, value: 1 },
          ]),
        ),
      );
      const rows = await store.read({
        series: [second, first],
        fromMs: NOON,
        toMs: NOON + HOUR,
        everyMs: HOUR,
        aggregate: 'difference',
        rollover: [100, 0],
        maxRows: 2,
      });
      expect(rows.map(({ value }) => value[0])).toEqual([2, -98]);
    });
  });
}
