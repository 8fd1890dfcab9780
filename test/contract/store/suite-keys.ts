import { describe, expect, test } from 'vitest';
import { request } from './batch.ts';
import { HOUR, MINUTE, NOON, POWER, type StoreUnderTest, VOLTAGE } from './harness.ts';
import { bucketValues, rawRows } from './rows.ts';

/** Key of a point: (device, metric, time, origin). */
export function keyContract(under: () => StoreUnderTest): void {
  describe('the key of a point', () => {
    test('a point that is stored twice counts once, in any batch and after sorting', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      const points = Array.from({ length: 10 }, (_, index) => ({ series, timeMs: NOON + index * 1000, value: index }));
      await store.commit(request(points));
      await store.commit(request([...points, ...points.slice(3, 6)]));
      expect((await rawRows(store, series)).map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      const buckets = { series: [series], fromMs: NOON, toMs: NOON + MINUTE, everyMs: MINUTE } as const;
      expect(await bucketValues(store, { ...buckets, aggregate: 'count' })).toEqual([10]);
      expect(await bucketValues(store, { ...buckets, aggregate: 'mean' })).toEqual([4.5]);
      await under().settle();
      expect(await rawRows(store, series)).toHaveLength(10);
      const again = await under().reopen();
      await again.commit(request(points.slice(8)));
      expect(await rawRows(again, series)).toHaveLength(10);
    });

    test('a value that is stored again under its key stands in place of the first', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      await store.commit(request([{ series, timeMs: NOON, value: 1 }]));
      await store.commit(request([{ series, timeMs: NOON, value: 2 }]));
      expect(await rawRows(store, series)).toMatchObject([{ value: 2 }]);
      await under().settle();
      expect(await rawRows(store, series)).toMatchObject([{ value: 2 }]);
    });

    test('points that come late or in any order stand in order of time', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      const seconds = [5, 1, 9, 3, 7, 2, 8, 0, 6, 4];
      for (const second of seconds) {
        await store.commit(request([{ series, timeMs: NOON + second * 1000, value: second, n: second + 1 }]));
      }
      const expected = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
      expect((await rawRows(store, series)).map(({ value }) => value)).toEqual(expected);
      await under().settle();
      expect((await rawRows(store, series)).map(({ value }) => value)).toEqual(expected);
    });

    test('of one time reads prefer live, then the device’s own profile, then imports', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      await store.commit(
        request([
          { series, timeMs: NOON, value: 3, origin: 'import' },
          { series, timeMs: NOON + 1000, value: 30, origin: 'import' },
          { series, timeMs: NOON + 2000, value: 300, origin: 'import' },
        ]),
      );
      await store.commit(
        request([
          { series, timeMs: NOON, value: 2, origin: 'device_profile' },
          { series, timeMs: NOON + 1000, value: 20, origin: 'device_profile' },
        ]),
      );
      await store.commit(request([{ series, timeMs: NOON, value: 1, origin: 'live' }]));
      // A lesser origin that comes later does not push a better one aside.
      await store.commit(request([{ series, timeMs: NOON, value: 4, origin: 'import' }]));
      const expected = [
        { timeMs: NOON, value: 1, origin: 'live' },
        { timeMs: NOON + 1000, value: 20, origin: 'device_profile' },
        { timeMs: NOON + 2000, value: 300, origin: 'import' },
      ];
      expect(await rawRows(store, series)).toMatchObject(expected);
      const buckets = { series: [series], fromMs: NOON, toMs: NOON + 3000, everyMs: 3000 } as const;
      expect(await bucketValues(store, { ...buckets, aggregate: 'max' })).toEqual([300]);
      expect(await bucketValues(store, { ...buckets, aggregate: 'count' })).toEqual([3]);
      await under().settle();
      expect(await rawRows(store, series)).toMatchObject(expected);
      expect(await store.latest([series], NOON, NOON + 1000)).toMatchObject([{ value: 1 }]);
    });

    test('a good value of a lesser origin fills what live has only as missing', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      await store.commit(request([{ series, timeMs: NOON, quality: 'silent', n: 1 }]));
      await store.commit(request([{ series, timeMs: NOON, value: 7, origin: 'device_profile', n: 2 }]));
      expect(await rawRows(store, series)).toMatchObject([{ value: 7, quality: 'good', origin: 'device_profile' }]);
      const buckets = { series: [series], fromMs: NOON, toMs: NOON + 1000, everyMs: 1000 } as const;
      expect(await bucketValues(store, { ...buckets, aggregate: 'mean' })).toEqual([7]);
    });

    test('conflicts are kept apart by their digits below the millisecond and come only when asked for', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      const other = store.seriesOf(VOLTAGE);
      await store.commit(
        request([
          { series, timeMs: NOON, value: 1, n: 1 },
          { series: other, timeMs: NOON, value: 230, n: 1 },
        ]),
      );
      await store.commit(
        request([
          { series, timeMs: NOON, micros: 2, value: 100, origin: 'conflict', n: 2 },
          { series, timeMs: NOON, micros: 3, value: 101, origin: 'conflict', n: 3 },
          { series, timeMs: NOON + 5 * HOUR, micros: 4, value: 102, origin: 'conflict', n: 4 },
        ]),
      );
      expect((await rawRows(store, series)).map(({ value }) => value)).toEqual([1]);
      const withConflicts = await rawRows(store, series, { includeConflicts: true });
      expect(withConflicts.map(({ value }) => value)).toEqual([1, 100, 101, 102]);
      expect(withConflicts.map(({ origin }) => origin)).toEqual(['live', 'conflict', 'conflict', 'conflict']);
      expect(withConflicts.map(({ timeMs }) => timeMs)).toEqual([NOON, NOON, NOON, NOON + 5 * HOUR]);
      expect(await store.latest([series], NOON - HOUR, NOON + 6 * HOUR)).toMatchObject([{ value: 1 }]);
      const buckets = { series: [series], fromMs: NOON, toMs: NOON + HOUR, everyMs: HOUR, aggregate: 'count' } as const;
      expect(await bucketValues(store, buckets)).toEqual([1]);
      expect(await bucketValues(store, { ...buckets, includeConflicts: true })).toEqual([3]);
      // A conflict far ahead does not make the next reading late, and stays one point when it is sent again.
      await store.commit(
        request([
          { series, timeMs: NOON + MINUTE, value: 2, n: 5 },
          { series, timeMs: NOON + 5 * HOUR, micros: 4, value: 102, origin: 'conflict' },
        ]),
      );
      expect((await rawRows(store, series)).map(({ value }) => value)).toEqual([1, 2]);
      expect(await rawRows(store, series, { includeConflicts: true })).toHaveLength(5);
    });

    test('a wrong clock, decades away, is kept and read where it says it is', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      const [past, future] = [Date.UTC(1999, 11, 31), Date.UTC(2099, 5, 1)];
      await store.commit(
        request([
          { series, timeMs: future, value: 9, origin: 'conflict', n: 1 },
          { series, timeMs: past, value: 8, origin: 'import', n: 2 },
          { series, timeMs: NOON, value: 1, n: 3 },
        ]),
      );
      expect(await rawRows(store, series)).toMatchObject([{ value: 1 }]);
      expect(await rawRows(store, series, { fromMs: past, toMs: past + 1 })).toMatchObject([{ value: 8 }]);
      const ahead = { fromMs: future, toMs: future + 1, includeConflicts: true };
      expect(await rawRows(store, series, ahead)).toMatchObject([{ value: 9 }]);
    });
  });
}
