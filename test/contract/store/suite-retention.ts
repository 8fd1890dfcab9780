import { describe, expect, test } from 'vitest';
import { rangesByStream, request } from './batch.ts';
import { DAY, ENERGY, HOUR, MINUTE, NOON, POWER, type StoreUnderTest } from './harness.ts';
import { rawRows } from './rows.ts';

/** The stores under test keep fast values for 30 days and registers for 3650. */
export function retentionContract(under: () => StoreUnderTest): void {
  describe('retention', () => {
    test('what is younger than its retention stays, and so do the ranges of what goes', async () => {
      const { store, gridClock } = under();
      const [power, energy] = [store.seriesOf(POWER), store.seriesOf(ENERGY)];
      const points = Array.from({ length: 8 }, (_, index) => [
        { series: power, timeMs: NOON + index * 5 * MINUTE, value: index, n: 2 * index + 1 },
        { series: energy, timeMs: NOON + index * 5 * MINUTE, value: index, n: 2 * index + 2 },
      ]).flat();
      await store.commit(request(points));
      gridClock.set(NOON + 20 * DAY);
      await store.applyRetention(NOON + 20 * DAY);
      expect(await rawRows(store, power)).toHaveLength(8);
      gridClock.set(NOON + 40 * DAY);
      await store.applyRetention(NOON + 40 * DAY);
      expect(await rawRows(store, energy)).toHaveLength(8);
      const again = await under().reopen();
      expect(await rawRows(again, energy)).toHaveLength(8);
      expect(rangesByStream(await again.received())).toEqual({ 'east/agent-1 epoch-1': [[1, 16]] });
      const hours = { series: [energy], fromMs: NOON, toMs: NOON + HOUR, everyMs: HOUR, maxRows: 1 };
      expect((await again.read({ ...hours, aggregate: 'max' }))[0]?.value[0]).toBe(7);
    });
  });
}
