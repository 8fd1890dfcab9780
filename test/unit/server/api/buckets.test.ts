import { constantFrom, integer, property, assert as propertyHolds } from 'fast-check';
import { expect, test } from 'vitest';
import { bucketSegments } from '../../../../server/api/buckets.ts';
import { zoneOffsetMs } from '../../../../server/api/time-zone.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const at = (text: string) => Date.parse(text);

/** Borders of all buckets of a range, as local times. */
function localBorders(from: string, to: string, everyMs: number, zone: string): string[] {
  const borders: number[] = [];
  for (const segment of bucketSegments(at(from), at(to), everyMs, zone)) {
    const first =
      Math.floor((segment.fromMs - segment.offsetMs) / segment.everyMs) * segment.everyMs + segment.offsetMs;
    for (let ms = first; ms < segment.toMs; ms += segment.everyMs) borders.push(ms);
  }
  return borders.map((ms) => new Date(ms + zoneOffsetMs(zone, ms)).toISOString().slice(5, 16));
}

test('days of the district begin at its midnight', () => {
  expect(localBorders('2026-01-30T16:00:00Z', '2026-02-01T16:00:00Z', DAY_MS, 'Asia/Shanghai')).toEqual([
    '01-31T00:00',
    '02-01T00:00',
  ]);
});

test('the day on which the clocks go forward has 23 hours', () => {
  const borders = ['03-28T00:00', '03-29T00:00', '03-30T00:00'];
  expect(localBorders('2026-03-27T23:00:00Z', '2026-03-30T22:00:00Z', DAY_MS, 'Europe/Berlin')).toEqual(borders);
  const widths = bucketSegments(at('2026-03-27T23:00:00Z'), at('2026-03-30T22:00:00Z'), DAY_MS, 'Europe/Berlin');
  expect(widths.map(({ everyMs }) => everyMs / HOUR_MS)).toEqual([24, 23, 24]);
});

test('the day on which they go back has 25', () => {
  const widths = bucketSegments(at('2026-10-23T22:00:00Z'), at('2026-10-26T23:00:00Z'), DAY_MS, 'Europe/Berlin');
  expect(widths.map(({ everyMs }) => everyMs / HOUR_MS)).toEqual([24, 25, 24]);
});

test('six-hour buckets follow local time, too', () => {
  expect(localBorders('2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', 6 * HOUR_MS, 'Europe/Berlin')).toEqual([
    '03-29T00:00',
    '03-29T06:00',
    '03-29T12:00',
    '03-29T18:00',
  ]);
});

test('where the change moves no border there is one segment', () => {
  expect(bucketSegments(at('2026-01-01T00:00:00Z'), at('2027-01-01T00:00:00Z'), HOUR_MS, 'Europe/Berlin')).toHaveLength(
    1,
  );
});

test('the segments cover the range, in order, without overlap', () => {
  const zones = constantFrom(
    'Europe/Berlin',
    'America/Havana',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Asia/Shanghai',
  );
  const from = integer({ min: at('2024-01-01T00:00:00Z'), max: at('2026-01-01T00:00:00Z') });
  const hours = integer({ min: 1, max: 24 * 400 });
  const width = constantFrom(15 * 60_000, HOUR_MS, 2 * HOUR_MS, 7 * HOUR_MS, DAY_MS, 7 * DAY_MS);
  propertyHolds(
    property(zones, from, hours, width, (zone, fromMs, length, everyMs) => {
      const toMs = fromMs + length * HOUR_MS;
      const segments = bucketSegments(fromMs, toMs, everyMs, zone);
      expect(segments[0]?.fromMs).toBe(fromMs);
      expect(segments.at(-1)?.toMs).toBe(toMs);
      for (const [i, segment] of segments.entries()) {
        expect(segment.toMs).toBeGreaterThan(segment.fromMs);
        expect(segments[i + 1]?.fromMs ?? toMs).toBe(segment.toMs);
        expect(segment.offsetMs).toBeGreaterThanOrEqual(0);
        expect(segment.everyMs).toBeGreaterThan(0);
      }
    }),
    { numRuns: 300 },
  );
});
