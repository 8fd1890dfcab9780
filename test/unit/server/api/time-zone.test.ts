import { describe, expect, test } from 'vitest';
import { offsetChanges, zonedMidnightMs, zoneOffsetMs } from '../../../../server/api/time-zone.ts';

// Offsets and dates of change: IANA time zone database 2025b.
const HOUR_MS = 3_600_000;
const at = (text: string) => Date.parse(text);

describe('offset', () => {
  test.each([
    ['UTC', '2026-07-01T00:00:00Z', 0],
    ['Asia/Shanghai', '2026-07-01T00:00:00Z', 8],
    // China had summer time in 1990.
    ['Asia/Shanghai', '1990-07-01T00:00:00Z', 9],
    ['Europe/Berlin', '2026-03-29T00:59:59Z', 1],
    ['Europe/Berlin', '2026-03-29T01:00:00Z', 2],
    ['Asia/Kolkata', '2026-01-01T00:00:00Z', 5.5],
    ['America/St_Johns', '2026-01-01T00:00:00Z', -3.5],
    ['Asia/Shanghai', '1970-01-01T00:00:00.001Z', 8],
  ])('%s at %s is %d h', (zone, text, hours) => {
    expect(zoneOffsetMs(zone, at(text))).toBe(hours * HOUR_MS);
  });
});

describe('midnight', () => {
  test.each([
    ['UTC', '2026-01-31', '2026-01-31T00:00:00Z'],
    ['Asia/Shanghai', '2026-01-31', '2026-01-30T16:00:00Z'],
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z'],
    ['Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00Z'],
    ['Europe/Berlin', '2026-10-26', '2026-10-25T23:00:00Z'],
    ['America/New_York', '2026-11-02', '2026-11-02T05:00:00Z'],
    // Clocks go forward at midnight: the day begins at 01:00 local time.
    ['America/Havana', '2026-03-08', '2026-03-08T05:00:00Z'],
    // Clocks go back from 01:00 to midnight: the day begins at the first midnight.
    ['America/Havana', '2026-11-01', '2026-11-01T04:00:00Z'],
  ])('in %s of %s', (zone, date, expected) => {
    expect(new Date(zonedMidnightMs(date, zone))).toEqual(new Date(expected));
  });
});

describe('changes', () => {
  const changes = (zone: string, from: string, to: string) =>
    offsetChanges(zone, at(from), at(to)).map((ms) => new Date(ms).toISOString());

  test('of two years in Berlin', () => {
    expect(changes('Europe/Berlin', '2025-01-01T00:00:00Z', '2027-01-01T00:00:00Z')).toEqual([
      '2025-03-30T01:00:00.000Z',
      '2025-10-26T01:00:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-10-25T01:00:00.000Z',
    ]);
  });

  test('none in Shanghai, and none at the very borders', () => {
    expect(changes('Asia/Shanghai', '2000-01-01T00:00:00Z', '2026-01-01T00:00:00Z')).toEqual([]);
    expect(changes('Europe/Berlin', '2026-03-29T01:00:00Z', '2026-04-01T00:00:00Z')).toEqual([]);
    expect(changes('Europe/Berlin', '2026-03-28T00:00:00Z', '2026-03-29T01:00:00Z')).toEqual([]);
  });

  test('found in a range that begins at an odd moment', () => {
    expect(changes('Europe/Berlin', '2026-03-29T00:59:59.999Z', '2026-03-29T01:00:00.001Z')).toEqual([
      '2026-03-29T01:00:00.000Z',
    ]);
  });
});
