import { expect, test } from 'vitest';
import { LocalZone } from '../../../../../server/transfer/readings/local-time.ts';
import { ReadingTimes } from '../../../../../server/transfer/readings/reading-time.ts';

/** Changes of the clocks as the IANA time zone database has them. */
const timesIn = (zone: string, dates: 'begin' | 'end' | 'refused' = 'begin') =>
  new ReadingTimes(new LocalZone(zone), dates);
const iso = (found: number | string) => (typeof found === 'number' ? new Date(found).toISOString() : found);

test.each([
  ['Asia/Shanghai', '2026-01-31 08:00', '2026-01-31T00:00:00.000Z'],
  ['Asia/Shanghai', '2026/1/31 8:00:01.5', '2026-01-31T00:00:01.500Z'],
  ['Asia/Shanghai', '20260131 08:00', '2026-01-31T00:00:00.000Z'],
  ['Asia/Shanghai', '2026年1月31日 08:00', '2026-01-31T00:00:00.000Z'],
  ['Asia/Shanghai', '2026-01-31T24:00:00', '2026-01-31T16:00:00.000Z'],
  ['Asia/Shanghai', '2024-02-29', '2024-02-28T16:00:00.000Z'],
  // An offset beats the zone.
  ['Asia/Shanghai', '2026-01-31T08:00:00+01:00', '2026-01-31T07:00:00.000Z'],
  ['Europe/Berlin', '2026-03-29 01:59:59', '2026-03-29T00:59:59.000Z'],
  ['Europe/Berlin', '2026-03-29 03:00', '2026-03-29T01:00:00.000Z'],
  ['Europe/Berlin', '2026-10-25 01:59', '2026-10-24T23:59:00.000Z'],
  ['Europe/Berlin', '2026-10-25 03:00', '2026-10-25T02:00:00.000Z'],
  // Half an hour, Lord Howe Island: 2026-04-05 02:00 +11 becomes 01:30 +10:30.
  ['Australia/Lord_Howe', '2026-04-05 01:29', '2026-04-04T14:29:00.000Z'],
  ['Australia/Lord_Howe', '2026-04-05 02:00', '2026-04-04T15:30:00.000Z'],
  // Midnight is skipped: the day begins at one o'clock.
  ['America/Asuncion', '2023-10-01', '2023-10-01T04:00:00.000Z'],
])('in %s %s is %s', (zone, text, expected) => {
  expect(iso(timesIn(zone).read(text))).toBe(expected);
});

test.each([
  ['Europe/Berlin', '2026-03-29 02:00', 'does not exist in Europe/Berlin'],
  ['Europe/Berlin', '2026-03-29 02:59:59', 'does not exist in Europe/Berlin'],
  ['Europe/Berlin', '2026-10-25 02:00', 'is two moments in Europe/Berlin'],
  ['Europe/Berlin', '2026-10-25 02:59:59', 'is two moments in Europe/Berlin'],
  ['Australia/Lord_Howe', '2026-04-05 01:45', 'is two moments'],
  // China had summer time until 1991.
  ['Asia/Shanghai', '1990-04-15 02:30', 'does not exist'],
  ['Asia/Shanghai', '2026-02-29 08:00', 'is no time'],
  ['Asia/Shanghai', '2026-01-31 24:01', 'is no time'],
  ['Asia/Shanghai', '2026-01-31 25:00', 'is no time'],
  ['Asia/Shanghai', '2026-01-31 08:60', 'is no time'],
  ['Asia/Shanghai', '31.01.2026', 'is no time'],
  ['Asia/Shanghai', '', 'is no time'],
])('in %s %s is refused: %s', (zone, text, reason) => {
  expect(timesIn(zone).read(text)).toContain(reason);
});

test('a date means the midnight it begins or ends with, also over a change of the clocks', () => {
  expect(iso(timesIn('Europe/Berlin', 'begin').read('2026-03-29'))).toBe('2026-03-28T23:00:00.000Z');
  expect(iso(timesIn('Europe/Berlin', 'end').read('2026-03-29'))).toBe('2026-03-29T22:00:00.000Z');
  expect(iso(timesIn('Asia/Shanghai', 'end').read('2024-02-28'))).toBe('2024-02-28T16:00:00.000Z');
  expect(iso(timesIn('Asia/Shanghai', 'end').read('2024-02-29'))).toBe('2024-02-29T16:00:00.000Z');
});

test('there is no zone of a wrong name', () => {
  expect(() => new LocalZone('Asia/Shangai')).toThrow(expect.objectContaining({ code: 'ARGUMENT_INVALID' }));
});
