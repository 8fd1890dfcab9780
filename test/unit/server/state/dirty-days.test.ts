import type { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualGridClock } from '../../../../edge/platform/clock.ts';
import { openState } from '../../../../server/state/database.ts';
import type { DirtyDayTable } from '../../../../server/state/dirty-days.ts';
import { laterDay, localDay } from '../../../../server/state/local-days.ts';
import { inTransaction } from '../../../../server/state/transaction.ts';
import { dirtyDays } from '../../../support/dirty-days.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Midnight of 2026-07-01 in Shanghai. */
const JULY_MS = Date.parse('2026-06-30T16:00:00Z');
let database: DatabaseSync;
let table: DirtyDayTable;
const clock = new ManualGridClock(JULY_MS);

beforeEach(() => {
  database = openState(':memory:');
  clock.set(JULY_MS);
  table = dirtyDays(database, clock);
});
afterEach(() => database.close());

const day = (n: number) => JULY_MS + n * DAY_MS;
const mark = (fromMs: number, toMs: number, device = 'M-1') => table.mark([{ device, fromMs, toMs }], 'import');
const ranges = () => table.take(1000).map(({ device, fromDay, toDay }) => `${device} ${fromDay} ${toDay}`);

test('days are those of the district; an end at midnight is not the next day', () => {
  mark(day(-2), day(-1));
  mark(day(-9) - 1, day(-9) + 1);
  expect(ranges()).toEqual(['M-1 2026-06-29 2026-06-29', 'M-1 2026-06-21 2026-06-22']);
});

test('what touches becomes one, of one device only, under a new mark', () => {
  mark(day(-9), day(-8));
  mark(day(-7), day(-6));
  const before = table.take(10).map(({ mark: number }) => number);
  mark(day(-8), day(-7));
  mark(day(-8), day(-7), 'M-2');
  expect(ranges()).toEqual(['M-1 2026-06-22 2026-06-24', 'M-2 2026-06-23 2026-06-23']);
  expect(before).not.toContain(table.take(1)[0]?.mark);
});

test('open ends are cut to what is kept and to now; what is outside marks nothing', () => {
  mark(-8.64e15, 8.64e15);
  expect(ranges()).toEqual([`M-1 ${laterDay('2026-07-01', -3650)} 2026-07-01`]);
  mark(day(1), day(2), 'M-2');
  mark(day(-4000), day(-3990), 'M-3');
  expect(table.size).toBe(1);
});

test('what is settled is gone; what was marked again meanwhile stays', () => {
  mark(day(-2), day(-1));
  mark(day(-2), day(-1), 'M-2');
  const [one, two] = table.take(2);
  mark(day(-2), day(-1));
  expect([table.settle(one?.mark ?? 0), table.settle(two?.mark ?? 0)]).toEqual([false, true]);
  expect(ranges()).toEqual(['M-1 2026-06-29 2026-06-29']);
});

test('a change that is taken back takes its marks along', () => {
  const fail = () => {
    mark(day(-2), day(-1));
    throw new Error('no');
  };
  expect(() => inTransaction(database, fail)).toThrow('no');
  expect(table.size).toBe(0);
});

test('a device with very many ranges keeps one over all of them', () => {
  for (let n = 1; n <= 51; n++) mark(day(-3 * n), day(-3 * n + 1));
  expect(ranges()).toEqual([`M-1 ${laterDay('2026-07-01', -153)} 2026-06-28`]);
});

test('whatever is marked in whatever order, exactly these days are dirty, and no two ranges touch', () => {
  const spans = fc.array(
    fc.tuple(fc.constantFrom('M-1', 'M-2'), fc.integer({ min: -40, max: -1 }), fc.integer({ min: 1, max: 6 })),
    {
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(spans, (all) => {
      database.exec('DELETE FROM dirty_day');
      const wanted = new Set<string>();
      for (const [device, from, length] of all) {
        mark(day(from), day(from + length), device);
        for (let n = from; n < from + length && n <= 0; n++)
          wanted.add(`${device} ${localDay('Asia/Shanghai', day(n))}`);
      }
      const found: string[] = [];
      for (const { device, fromDay, toDay } of table.take(1000)) {
        for (let one = fromDay; one <= toDay; one = laterDay(one, 1)) found.push(`${device} ${one}`);
        expect(wanted.has(`${device} ${laterDay(toDay, 1)}`)).toBe(false);
      }
      expect(found.sort()).toEqual([...wanted].sort());
    }),
    { numRuns: 100 },
  );
});
