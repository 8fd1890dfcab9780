import { describe, expect, test } from 'vitest';
import { qualityCode } from '../../../edge/protocol/quality.ts';
import { request } from './batch.ts';
import { ENERGY, MINUTE, NOON, POWER, type StoreUnderTest, VOLTAGE } from './harness.ts';
import { rawRows } from './rows.ts';

const OTHER = { ...POWER, device: 'M-2' };

export function commitContract(under: () => StoreUnderTest): void {
  describe('series', () => {
    test('a series has one number, also after a restart', async () => {
      const { store } = under();
      const power = store.seriesOf(POWER);
      const voltage = store.seriesOf(VOLTAGE);
      const other = store.seriesOf(OTHER);
      expect(new Set([power, voltage, other]).size).toBe(3);
      expect(store.seriesOf({ ...POWER })).toBe(power);
      await store.commit(request([{ series: power, timeMs: NOON, value: 1 }]));
      const again = await under().reopen();
      expect(again.series(power)).toEqual(POWER);
      expect(again.seriesOf(POWER)).toBe(power);
      expect([...again.seriesOfDevice('M-1')].sort()).toEqual([power, voltage].sort());
      expect(again.seriesOfDevice('unknown')).toEqual([]);
      expect(again.series(999_999)).toBeUndefined();
    });

    test('keeps the kind and class that it had first, where its points lie', async () => {
      const { store } = under();
      const number = store.seriesOf(POWER);
      expect(store.seriesOf({ ...POWER, kind: 'device', pollClass: 'registers' })).toBe(number);
      expect(store.series(number)).toEqual(POWER);
    });

    test('names may hold any character', async () => {
      const { store } = under();
      const device = 'node a/dévice, "1"=\\x';
      const metrics = ['Prop,erty=1 x', 'plain', '电压', 'time', 'tail\\', '_quality'];
      const numbers = metrics.map((metric) => store.seriesOf({ device, metric, kind: 'device', pollClass: 'fast' }));
      const points = numbers.map((series, index) => ({ series, timeMs: NOON, value: index + 0.5 }));
      expect((await store.commit(request(points))).rejected).toEqual([]);
      const again = await under().reopen();
      expect(again.seriesOfDevice(device)).toHaveLength(metrics.length);
      const rows = await again.read({ series: numbers, fromMs: NOON, toMs: NOON + 1, maxRows: 100 });
      expect(rows.map(({ value }) => [...value])).toEqual(metrics.map((_, index) => [index + 0.5]));
      expect((await again.latest(numbers, NOON, NOON + 1)).map(({ value }) => value)).toEqual(
        metrics.map((_, index) => index + 0.5),
      );
    });
  });

  describe('values', () => {
    test('come back as they were, with quality, time and origin', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      const values = [0, -0.001, 1e-300, 1.7976931348623157e308, 230.123456789012, -1e6, 2 ** 53];
      await store.commit(
        request(values.map((value, index) => ({ series, timeMs: NOON + index * 997, value, n: index + 1 }))),
      );
      expect(await rawRows(store, series)).toEqual(
        values.map((value, index) => ({ timeMs: NOON + index * 997, value, quality: 'good', origin: 'live' })),
      );
    });

    test('a value that is not good is missing, never a number, and keeps its reason', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      const other = store.seriesOf(VOLTAGE);
      const reasons = ['silent', 'exception', 'not_available', 'out_of_range', 'clock', 'bad'] as const;
      await store.commit(
        request(
          reasons.flatMap((quality, index) => [
            { series, timeMs: NOON + index * 1000, quality, n: index + 1 },
            { series: other, timeMs: NOON + index * 1000, value: index, n: index + 1 },
          ]),
        ),
      );
      const rows = await rawRows(store, series);
      expect(rows.map(({ value }) => value)).toEqual(reasons.map(() => Number.NaN));
      expect(rows.map(({ quality }) => quality)).toEqual(reasons);
      expect((await rawRows(store, other)).map(({ value }) => value)).toEqual([0, 1, 2, 3, 4, 5]);
    });

    test('what no store can keep is refused one by one, the rest is stored', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      const asked = request([
        { series, timeMs: NOON, value: 1, n: 1 },
        { series, timeMs: NOON + 1000, value: Number.POSITIVE_INFINITY, n: 2 },
        { series: 4711, timeMs: NOON + 2000, value: 3, n: 3 },
        { series, timeMs: Date.UTC(2300, 0), value: 4, n: 4 },
        { series, timeMs: NOON + 4000, value: 5, n: 5 },
      ]);
      const { rejected } = await store.commit(asked);
      expect(rejected.map(({ index }) => index)).toEqual([1, 2, 3]);
      expect(rejected.map(({ reason }) => reason)).toEqual([
        'the value Infinity is not a finite number',
        'series 4711 is not known',
        expect.stringContaining('outside 1970 to 2261'),
      ]);
      expect((await rawRows(store, series)).map(({ value }) => value)).toEqual([1, 5]);
    });
  });

  describe('latest', () => {
    test('is the newest point of each series in the range, good or not', async () => {
      const { store } = under();
      const [power, voltage, energy] = [store.seriesOf(POWER), store.seriesOf(VOLTAGE), store.seriesOf(ENERGY)];
      await store.commit(
        request([
          { series: power, timeMs: NOON, value: 1, n: 1 },
          { series: power, timeMs: NOON + 1000, value: 2, n: 2 },
          { series: voltage, timeMs: NOON, value: 230, n: 3 },
          { series: voltage, timeMs: NOON + 2000, quality: 'silent', n: 4 },
          { series: energy, timeMs: NOON - 20 * MINUTE, value: 77, n: 5 },
        ]),
      );
      const rows = await store.latest([power, voltage, energy, store.seriesOf(OTHER)], NOON - 30 * MINUTE, NOON + 5000);
      expect(rows).toEqual([
        { series: power, timeMs: NOON + 1000, value: 2, quality: 0 },
        { series: voltage, timeMs: NOON + 2000, value: Number.NaN, quality: qualityCode('silent') },
        { series: energy, timeMs: NOON - 20 * MINUTE, value: 77, quality: 0 },
      ]);
      expect(await store.latest([power], NOON, NOON + 1000)).toMatchObject([{ value: 1 }]);
      expect(await store.latest([power], NOON + 1001, NOON + 9000)).toEqual([]);
    });

    test('of many series', async () => {
      const { store } = under();
      const numbers = Array.from({ length: 500 }, (_, index) => store.seriesOf({ ...POWER, device: `D-${index}` }));
      await store.commit(
        request(
          numbers.flatMap((series, index) => [
            { series, timeMs: NOON - 1000, value: -1 },
            { series, timeMs: NOON, value: index },
          ]),
        ),
      );
      const rows = await store.latest(numbers, NOON - MINUTE, NOON + 1);
      expect(rows.map(({ value }) => value)).toEqual(numbers.map((_, index) => index));
    });
  });

  describe('limits', () => {
    test('a range with too many rows is refused, raw and in buckets', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      const points = Array.from({ length: 50 }, (_, index) => ({ series, timeMs: NOON + index * 1000, value: index }));
      await store.commit(request(points));
      const range = { series: [series], fromMs: NOON, toMs: NOON + MINUTE };
      await expect(store.read({ ...range, maxRows: 49 })).rejects.toMatchObject({ code: 'RANGE_TOO_LARGE' });
      expect((await store.read({ ...range, maxRows: 50 }))[0]?.value).toHaveLength(50);
      await expect(store.read({ ...range, everyMs: 1000, maxRows: 59 })).rejects.toMatchObject({
        code: 'RANGE_TOO_LARGE',
      });
      await expect(store.read({ ...range, everyMs: 0, maxRows: 59 })).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
      });
    });

    test('a series without points answers with no rows', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      const rows = await store.read({ series: [series], fromMs: NOON, toMs: NOON + MINUTE, maxRows: 10 });
      expect(rows).toMatchObject([{ series }]);
      expect(rows[0]?.value).toHaveLength(0);
    });

    test('health says what stands behind the store, statistics what it holds', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      await store.commit(request([{ series, timeMs: NOON, value: 1 }]));
      const health = await store.health();
      expect(health.ok).toBe(true);
      expect(health.reason).not.toBe('');
      expect(store.id).toMatch(/^[0-9a-f-]{36}$/);
      expect((await store.statistics()).series).toBe(1);
    });
  });
}
