import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LIMITS } from '../../../../../server/transfer/readings/limits.ts';
import { loadMapping } from '../../../../../server/transfer/readings/load-mapping.ts';
import { ParseLab } from './parse-lab.ts';

let lab: ParseLab;
beforeEach(() => {
  lab = new ParseLab();
});
afterEach(() => lab.remove());

/** A Parquet file of what a query answers. */
async function parquetOf(select: string, name = 'file.parquet'): Promise<string> {
  const file = `${lab.folder}/${name}`;
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`COPY (${select}) TO '${file.replaceAll("'", "''")}' (FORMAT parquet)`);
  connection.closeSync();
  instance.closeSync();
  return file;
}

const MS = 1_772_323_200_000;
const READING = {
  device: 'M-1',
  metric: 'voltage_a',
  time: '2026-03-01T00:00:00.000Z',
  value: 230,
  quality: 'good',
  line: 1,
};

test.each([
  ['milliseconds', `${MS}::BIGINT`],
  ['a double', `${MS}::DOUBLE`],
  ['text', `'2026-03-01T08:00:00+08:00'`],
  ['a timestamp with zone', `'2026-03-01 00:00:00+00'::TIMESTAMPTZ`],
])('a time may be %s', async (_, time) => {
  const file = await parquetOf(`SELECT 'M-1' AS device, ${time} AS "Time", 'voltage_a' AS metric, 230::FLOAT AS value`);
  const { readings, refused } = await lab.parseFile(file);
  expect([readings, refused]).toEqual([[READING], []]);
});

test.each([
  ['without a column', `SELECT 'M-1' AS device, ${MS} AS time, 1.0 AS value`, /No column "metric"; there are device/],
  [
    'whose values are text',
    `SELECT 'M-1' AS device, ${MS} AS time, 'voltage_a' AS metric, '1' AS value`,
    /"value" is VARCHAR/,
  ],
  [
    'whose times are dates',
    `SELECT 'M-1' AS device, '2026-03-01'::DATE AS time, 'voltage_a' AS metric, 1.0 AS value`,
    /"time" is DATE/,
  ],
])('a file %s is refused as a whole', async (_, select, reason) => {
  const file = await parquetOf(select);
  await expect(lab.parseFile(file)).rejects.toMatchObject({
    code: 'IMPORT_INVALID',
    message: expect.stringMatching(reason),
  });
});

test('a file that is cut off is refused, and so is a mapping', async () => {
  await expect(lab.parse(Buffer.from('PAR1 and nothing else'), {}, 'f.parquet')).rejects.toMatchObject({
    code: 'IMPORT_INVALID',
  });
  const file = await parquetOf(`SELECT 'M-1' AS device, ${MS} AS time, 'voltage_a' AS metric, 230.0 AS value`);
  const mapping = loadMapping('cn-curve-96');
  await expect(lab.parseFile(file, { mapping })).rejects.toMatchObject({ code: 'IMPORT_INVALID' });
});

test('a name with a quote is a name', async () => {
  const file = await parquetOf(
    `SELECT 'M-1' AS device, ${MS} AS time, 'voltage_a' AS metric, 230.0 AS value`,
    "a'b.parquet",
  );
  expect((await lab.parseFile(file)).readings).toEqual([READING]);
});

test('many rows come in batches, in their order', async () => {
  const rows = LIMITS.batchValues + 100;
  const file = await parquetOf(
    `SELECT 'M-' || i % 3 AS device, ${MS} + i AS time, 'voltage_a' AS metric, i % 400 AS value FROM range(${rows}) t(i)`,
  );
  const { batches, readings } = await lab.parseFile(file);
  expect(batches.map(({ length }) => length)).toEqual([LIMITS.batchValues, 100]);
  expect(readings.every(({ line, value }) => value === (line - 1) % 400)).toBe(true);
});
