/**
 * Clock changes of 2026 after the IANA time zone database: Europe/Berlin forward on 29 March at 01:00 UTC and back on
 * 25 October at 01:00 UTC (EU directive 2000/84/EC); Asia/Shanghai is UTC+8 all year; Asia/Kolkata UTC+5:30.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatFullTime,
  formatTime,
  fromLocalInput,
  toLocalInput,
  zoneOffset,
} from '../../../../../server/web/src/format/zone.ts';

describe('times are shown in the zone of the district', () => {
  test('with its offset', () => {
    expect(formatFullTime(Date.UTC(2026, 0, 31, 0, 0, 5), 'Asia/Shanghai')).toBe('2026-01-31 08:00:05 UTC+08:00');
    expect(formatFullTime(Date.UTC(2026, 6, 1, 0, 0), 'Asia/Kolkata')).toBe('2026-07-01 05:30:00 UTC+05:30');
    expect(formatFullTime(Date.UTC(2026, 6, 1), 'UTC')).toBe('2026-07-01 00:00:00 UTC+00:00');
  });

  test('midnight is 00, not 24', () => {
    expect(formatTime(Date.UTC(2026, 0, 30, 16), 'Asia/Shanghai')).toBe('2026-01-31 00:00:00');
  });

  test('the offset is that of the moment', () => {
    expect(zoneOffset(Date.UTC(2026, 2, 29, 0, 59), 'Europe/Berlin')).toBe('UTC+01:00');
    expect(zoneOffset(Date.UTC(2026, 2, 29, 1, 0), 'Europe/Berlin')).toBe('UTC+02:00');
  });
});

describe('local times that are typed in', () => {
  test('are times of the district', () => {
    expect(fromLocalInput('2026-01-31T08:00', 'Asia/Shanghai')).toBe(Date.UTC(2026, 0, 31));
    expect(fromLocalInput('2026-07-01T12:00', 'Europe/Berlin')).toBe(Date.UTC(2026, 6, 1, 10));
  });

  test('of an hour that comes twice, the first is meant', () => {
    expect(fromLocalInput('2026-10-25T02:30', 'Europe/Berlin')).toBe(Date.UTC(2026, 9, 25, 0, 30));
  });

  test('of an hour that is left out, the time moved on by the gap', () => {
    expect(fromLocalInput('2026-03-29T02:30', 'Europe/Berlin')).toBe(Date.UTC(2026, 2, 29, 1, 30));
  });

  test.each(['', '2026-01-31', '2026-02-31T00:00:00+01:00', 'yesterday', '2026-13-01T00:00'])('%j is none', (text) => {
    expect(fromLocalInput(text, 'Asia/Shanghai')).toBeUndefined();
  });

  test('are the same again after having been shown, to the minute', () => {
    const minutes = fc.integer({ min: Date.UTC(2020, 0) / 60_000, max: Date.UTC(2036, 0) / 60_000 });
    const zone = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC');
    fc.assert(
      fc.property(minutes, zone, (minute, timeZone) => {
        const shown = toLocalInput(minute * 60_000, timeZone);
        const again = fromLocalInput(shown, timeZone);
        expect(again).toBeDefined();
        expect(toLocalInput(again ?? 0, timeZone)).toBe(shown);
      }),
      { numRuns: 300 },
    );
  });
});
