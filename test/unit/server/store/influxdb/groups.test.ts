import { expect, test } from 'vitest';
import { countOf, onlyField, rawQualities, rawValues, windows } from '../../../../../server/store/influxdb/flux.ts';
import { groupSeries } from '../../../../../server/store/influxdb/groups.ts';
import type { Series } from '../../../../../server/store/telemetry-store.ts';

const series = (device: string, metric: string, pollClass: Series['pollClass'] = 'fast'): Series => ({
  device,
  metric,
  kind: 'meter',
  pollClass,
});
const ALL = [
  series('A', 'x'),
  series('A', 'y'),
  series('B', 'x'),
  series('B', 'y'),
  series('C', 'x'),
  series('A', 'e', 'registers'),
  { ...series('T', 'x'), kind: 'transformer' as const },
];
const bucketOf = ({ pollClass }: Series) => (pollClass === 'fast' ? 'short' : 'long');

test('series that one query can ask for come together, and find their way back', () => {
  const groups = groupSeries([0, 1, 2, 3, 4, 5, 6, 99], (number) => ALL[number], bucketOf);
  expect(groups.map(({ group }) => group)).toEqual([
    { bucket: 'short', kind: 'meter', devices: ['A', 'B'], fields: ['x', 'y'] },
    { bucket: 'short', kind: 'meter', devices: ['C'], fields: ['x'] },
    { bucket: 'long', kind: 'meter', devices: ['A'], fields: ['e'] },
    { bucket: 'short', kind: 'transformer', devices: ['T'], fields: ['x'] },
  ]);
  expect(groups[0]?.find('B', 'y')).toBe(3);
  expect(groups[0]?.find('C', 'x')).toBeUndefined();
  expect(groups[0]?.find('A', 'e')).toBeUndefined();
});

const range = { fromMs: Date.UTC(2026, 2, 1), toMs: Date.UTC(2026, 2, 2) };
const group = { bucket: 'my "bucket"', kind: 'meter', devices: ['A', 'B/1'], fields: ['x'] } as const;

test('queries name bucket, range, measurement, field and devices, and leave conflicts out unless asked for', () => {
  const source = { group, range, conflicts: false };
  const from =
    'from(bucket: "my \\"bucket\\"") |> range(start: 2026-03-01T00:00:00.000Z, stop: 2026-03-02T00:00:00.000Z) |> filter(fn: (r) => ' +
    'r._measurement == "meter" and r._field == "x" and r.device =~ /^(?:A|B\\/1)$/ and r.origin != "conflict")';
  const keep = ' |> keep(columns: ["_time", "_value", "device", "origin"]) |> yield(name: "r")';
  expect(rawValues(source)).toBe(from + keep);
  expect(rawQualities(source)).toBe(from.replace('"x"', '"x_quality"') + keep);
  expect(countOf(source)).toBe(`${from} |> count() |> group() |> sum()`);
  expect(windows(source, { everyMs: 900_000, offsetMs: -1000 }, 'mean')).toBe(
    `${from} |> aggregateWindow(every: 900000ms, offset: -1000ms, fn: mean, createEmpty: false, timeSrc: "_start")${keep}`,
  );
  expect(rawValues({ ...source, conflicts: true })).not.toContain('conflict');
});

test('answers name the field of a row when there are several', () => {
  const one = { group, range, conflicts: false };
  expect([onlyField(one), onlyField(one, true)]).toEqual(['x', 'x_quality']);
  const two = { ...one, group: { ...group, fields: ['x', 'y'] } };
  expect([onlyField(two), onlyField(two, true)]).toEqual(['', '']);
  expect(rawValues(two)).toContain('keep(columns: ["_time", "_value", "device", "_field", "origin"])');
});

test('very many devices are not named one by one', () => {
  const devices = Array.from({ length: 2001 }, (_, index) => `D-${index}`);
  expect(rawValues({ group: { ...group, devices }, range, conflicts: false })).not.toContain('r.device');
});
