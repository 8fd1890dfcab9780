import { describe, expect, test } from 'vitest';
import { periodLength, periodOf, retentionOf, window } from '../../../../../server/store/duckdb/period.ts';

const DAY = 86_400_000;
const NOON = Date.UTC(2026, 2, 10, 12);

describe('periods', () => {
  test('are as long as retention allows', () => {
    expect([1, 30, 92, 93, 365, 3650, 4000, 5000].map((days) => periodLength(days * DAY))).toEqual([
      'day',
      'day',
      'day',
      'month',
      'month',
      'month',
      'month',
      'year',
    ]);
    expect(retentionOf('fast', { fastMs: 1, registersMs: 2 })).toBe(1);
    expect(retentionOf('registers', { fastMs: 1, registersMs: 2 })).toBe(2);
    expect(retentionOf('rollup', { fastMs: 1, registersMs: 2 })).toBe(2);
  });

  test('begin and end at borders of UTC', () => {
    expect(periodOf(NOON, 'day')).toEqual({
      fromMs: Date.UTC(2026, 2, 10),
      toMs: Date.UTC(2026, 2, 11),
      label: '2026-03-10',
    });
    expect(periodOf(NOON, 'month')).toEqual({ fromMs: Date.UTC(2026, 2), toMs: Date.UTC(2026, 3), label: '2026-03' });
    expect(periodOf(Date.UTC(2026, 11, 31), 'month')).toEqual({
      fromMs: Date.UTC(2026, 11),
      toMs: Date.UTC(2027, 0),
      label: '2026-12',
    });
    expect(periodOf(NOON, 'year')).toEqual({ fromMs: Date.UTC(2026, 0), toMs: Date.UTC(2027, 0), label: '2026' });
  });

  test('exist from what is kept to one period ahead', () => {
    expect(window(NOON, 30 * DAY)).toEqual({ fromMs: Date.UTC(2026, 1, 8), toMs: Date.UTC(2026, 2, 12) });
    expect(window(NOON, 3650 * DAY)).toEqual({ fromMs: Date.UTC(2016, 2), toMs: Date.UTC(2026, 4) });
    expect(window(DAY, 30 * DAY).fromMs).toBe(0);
  });
});
