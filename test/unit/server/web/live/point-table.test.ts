import { describe, expect, test } from 'vitest';
import { qualityCode } from '../../../../../edge/protocol/quality.ts';
import { NEVER_SEEN, PointTable } from '../../../../../server/web/src/live/point-table.ts';
import { refreshed, topOf } from '../../../../../server/web/src/live/top.ts';
import { pointsMessage } from './points.ts';

const POWER = { slot: 7, device: 'M-1', metric: 'active_power', unit: 'kW' };
const VOLTAGE = { slot: 9, device: 'M-1', metric: 'voltage_a', unit: 'V' };

describe('the table of points', () => {
  test('a series that was announced and has no point was never seen', () => {
    const table = new PointTable();
    table.apply(pointsMessage([POWER], []));
    expect(table.series).toEqual([{ device: 'M-1', metric: 'active_power', unit: 'kW' }]);
    expect([table.value(0), table.quality(0), table.timeMs(0)]).toEqual([Number.NaN, NEVER_SEEN, 0]);
    expect(table.isFresh(0)).toBe(false);
    expect(table.hasDevice('M-1')).toBe(true);
  });

  test('takes points by their slot, and those of unknown slots not at all', () => {
    const table = new PointTable();
    const seen: number[] = [];
    table.apply(
      pointsMessage(
        [POWER, VOLTAGE],
        [
          { slot: 9, value: 230, timeMs: 2000 },
          { slot: 7, value: 5, timeMs: 2003 },
          { slot: 8, value: 1, timeMs: 2004 },
        ],
      ),
      (index) => seen.push(index),
    );
    expect(table.value(table.indexOf('M-1', 'active_power') ?? -1)).toBe(5);
    expect(table.timeMs(0)).toBe(2003);
    expect(seen).toEqual([1, 0]);
  });

  test('a missing value is no number, whatever stood there before', () => {
    const table = new PointTable();
    table.apply(pointsMessage([POWER], [{ slot: 7, value: 5, timeMs: 1 }]));
    table.apply(pointsMessage([], [{ slot: 7, value: null, timeMs: 2, quality: qualityCode('silent') }]));
    expect(table.value(0)).toBeNaN();
    expect(table.isFresh(0)).toBe(false);
  });

  test('after a reset values stay, old, and slots mean nothing', () => {
    const table = new PointTable();
    table.apply(pointsMessage([POWER], [{ slot: 7, value: 5, timeMs: 1 }]));
    table.reset();
    table.apply(pointsMessage([], [{ slot: 7, value: 99, timeMs: 2 }]));
    expect([table.value(0), table.isStale(0)]).toEqual([5, true]);
    table.apply(pointsMessage([{ ...POWER, slot: 1 }], [{ slot: 1, value: 6, timeMs: 3 }]));
    expect([table.value(0), table.isStale(0), table.series.length]).toEqual([6, false, 1]);
  });

  test('a series that is announced again has its new unit', () => {
    const table = new PointTable();
    table.apply(pointsMessage([POWER], []));
    table.apply(pointsMessage([{ ...POWER, unit: 'W' }], []));
    expect(table.series).toEqual([{ device: 'M-1', metric: 'active_power', unit: 'W' }]);
  });

  test('keeps texts beside the numbers', () => {
    const table = new PointTable();
    const message = pointsMessage([POWER], [{ slot: 7, value: null, timeMs: 1 }]);
    table.apply({ ...message, points: { ...message.points, texts: [{ slot: 7, text: 'closed' }] } });
    expect(table.text(0)).toBe('closed');
  });

  test('grows beyond its first size without forgetting', () => {
    const table = new PointTable();
    const series = Array.from({ length: 1000 }, (_, slot) => ({ slot, device: `M-${slot}`, metric: 'a', unit: 'kW' }));
    table.apply(
      pointsMessage(
        series,
        series.map(({ slot }) => ({ slot, value: slot, timeMs: 5 + slot })),
      ),
    );
    expect([table.value(0), table.value(999), table.timeMs(999)]).toEqual([0, 999, 1004]);
  });
});

describe('the highest values', () => {
  const metrics = new Set(['a', 'b']);
  const info = (slot: number, device: string, metric: string) => ({ slot, device, metric, unit: '°C' });

  test('come highest first, each device once, only fresh ones', () => {
    const table = new PointTable();
    table.apply(
      pointsMessage(
        [info(1, 'x', 'a'), info(2, 'x', 'b'), info(3, 'y', 'a'), info(4, 'z', 'a'), info(5, 'v', 'c')],
        [
          { slot: 1, value: 50, timeMs: 1 },
          { slot: 2, value: 70, timeMs: 1 },
          { slot: 3, value: 60, timeMs: 1 },
          { slot: 4, value: 99, timeMs: 1, stale: 1 },
          { slot: 5, value: 98, timeMs: 1 },
        ],
      ),
    );
    expect(topOf(table, metrics, 8).map(({ device, metric, value }) => [device, metric, value])).toEqual([
      ['x', 'b', 70],
      ['y', 'a', 60],
    ]);
  });

  test('keep their order between two rankings, with values of now, without what is not fresh any more', () => {
    const table = new PointTable();
    const series = ['x', 'y', 'z'].map((device, slot) => info(slot, device, 'a'));
    const at = (values: readonly number[], staleSlot = -1) =>
      values.map((value, slot) => ({ slot, value, timeMs: 1, stale: slot === staleSlot ? 1 : 0 }));
    table.apply(pointsMessage(series, at([9, 8, 7])));
    const ranked = topOf(table, metrics, 3);
    table.apply(pointsMessage([], at([1, 5, 99], 0)));
    expect(refreshed(ranked, table).map(({ device, value }) => [device, value])).toEqual([
      ['y', 5],
      ['z', 99],
    ]);
  });

  test('are as many as asked for', () => {
    const table = new PointTable();
    const values = [5, 1, 9, 7, 3, 8];
    table.apply(
      pointsMessage(
        values.map((_, i) => info(i, `d${i}`, 'a')),
        values.map((value, slot) => ({ slot, value, timeMs: 1 })),
      ),
    );
    expect(topOf(table, metrics, 3).map(({ value }) => value)).toEqual([9, 8, 7]);
  });
});
