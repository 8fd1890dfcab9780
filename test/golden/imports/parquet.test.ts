/**
 * Parquet files of another writer: made by Apache Arrow's (pyarrow 26.0.1) with make_parquet.py in this folder, which also
 * says what stands in them.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ParseLab } from '../../unit/server/transfer/readings/parse-lab.ts';

let lab: ParseLab;
beforeAll(() => {
  lab = new ParseLab();
});
afterAll(() => lab.remove());

const golden = (name: string) => join(import.meta.dirname, name);
const REFUSED = [
  expect.stringMatching(/^5: "voltge_a" is no metric of the catalogue, did you mean "voltage_a"/),
  expect.stringMatching(/^6: there is no value; where it is missing, quality says why/),
];
const readings = (hour: string) => [
  { device: '表-1', metric: 'energy_import', time: `${hour}:00:00.000Z`, value: 10.5, quality: 'good', line: 1 },
  { device: '表-1', metric: 'energy_import', time: `${hour}:15:00.000Z`, value: 10.75, quality: 'good', line: 2 },
  { device: 'M-2', metric: 'voltage_a', time: `${hour}:00:00.000Z`, value: 231.25, quality: 'good', line: 3 },
  { device: 'M-2', metric: 'voltage_a', time: `${hour}:15:00.000Z`, value: Number.NaN, quality: 'silent', line: 4 },
];

test('times in UTC, dictionaries, two row groups, Snappy', async () => {
  const parsed = await lab.parseFile(golden('utc.parquet'));
  expect(parsed.readings).toEqual(readings('2026-03-01T00'));
  expect(parsed.refused).toEqual(REFUSED);
  expect(parsed.records).toBe(6);
});

test('times without a zone go through the one that is stated, and are refused without', async () => {
  const stated = await lab.parseFile(golden('local.parquet'), { timeZone: 'Asia/Shanghai' });
  expect(stated.readings).toEqual(readings('2026-02-28T16'));
  const none = await lab.parseFile(golden('local.parquet'));
  expect(none.readings).toEqual([]);
  expect(none.refused).toHaveLength(6);
  for (const reason of none.refused) expect(reason).toMatch(/no time zone, and none was stated/);
});
