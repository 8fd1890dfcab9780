import { describe, expect, test } from 'vitest';
import { rangesByStream, request, STREAM } from './batch.ts';
import { DAY, ENERGY, NOON, POWER, type StoreUnderTest } from './harness.ts';
import { rawRows } from './rows.ts';

const OTHER_STREAM = { node: 'east/agent-2', epoch: 'epoch-9' };

/** The received set. */
export function rangeContract(under: () => StoreUnderTest): void {
  describe('the received set', () => {
    test('grows with each commit and survives a restart', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      expect(await store.received()).toEqual([]);
      await store.commit(request([{ series, timeMs: NOON, value: 1, n: 1 }]));
      await store.commit(request([{ series, timeMs: NOON + 1, value: 2, n: 2 }]));
      await store.commit(request([{ series, timeMs: NOON + 2, value: 3, n: 7 }], [{ ranges: [[9, 12]] }]));
      await store.commit(request([{ series, timeMs: NOON + 3, value: 4, n: 5, stream: OTHER_STREAM }]));
      const expected = {
        'east/agent-1 epoch-1': [
          [1, 2],
          [7, 7],
          [9, 12],
        ],
        'east/agent-2 epoch-9': [[5, 5]],
      };
      expect(rangesByStream(await store.received())).toEqual(expected);
      const again = await under().reopen();
      expect(rangesByStream(await again.received())).toEqual(expected);
    });

    test('records without points are received, too', async () => {
      const { store } = under();
      await store.commit(request([], [{ ranges: [[1, 3]] }]));
      await store.commit(request([], []));
      const again = await under().reopen();
      expect(rangesByStream(await again.received())).toEqual({ 'east/agent-1 epoch-1': [[1, 3]] });
    });

    test('a batch over many days and both classes settles each record', async () => {
      const { store } = under();
      const [power, energy] = [store.seriesOf(POWER), store.seriesOf(ENERGY)];
      const points = Array.from({ length: 24 }, (_, index) => [
        { series: power, timeMs: NOON - (index % 6) * DAY - index, value: index, n: 2 * index + 1 },
        { series: energy, timeMs: NOON - (index % 6) * DAY - index, value: index, n: 2 * index + 2 },
      ]).flat();
      // One record with values of both classes.
      points.push({ series: power, timeMs: NOON - 3 * DAY, value: -1, n: 100 });
      points.push({ series: energy, timeMs: NOON - 3 * DAY, value: -1, n: 100 });
      await store.commit(request(points));
      const again = await under().reopen();
      expect(rangesByStream(await again.received())).toEqual({
        'east/agent-1 epoch-1': [
          [1, 48],
          [100, 100],
        ],
      });
      const range = { fromMs: NOON - 7 * DAY, toMs: NOON + DAY };
      expect(await rawRows(again, power, range)).toHaveLength(25);
      expect(await rawRows(again, energy, range)).toHaveLength(25);
    });

    test('a stream that is closed is forgotten, its points stay', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      await store.commit(request([{ series, timeMs: NOON, value: 1, n: 1 }]));
      await store.commit(request([{ series, timeMs: NOON + 1, value: 2, n: 1, stream: OTHER_STREAM }]));
      await store.forget(STREAM);
      await store.forget({ node: 'never', epoch: 'seen' });
      expect(rangesByStream(await store.received())).toEqual({ 'east/agent-2 epoch-9': [[1, 1]] });
      const again = await under().reopen();
      expect(rangesByStream(await again.received())).toEqual({ 'east/agent-2 epoch-9': [[1, 1]] });
      expect(await rawRows(again, series)).toHaveLength(2);
    });
  });
}
