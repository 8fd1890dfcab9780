import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FluxCsvReader, type FluxRow, splitCsv } from '../../../../../server/store/influxdb/flux-csv.ts';

/** Answers of InfluxDB 2.9.1 to queries with `header: true, annotations: []`, as they were received. */
const ANSWER = [
  ',result,table,_time,_value,device,_field,origin',
  ',_result,0,2026-03-01T00:00:00Z,220.04,M-0,f1,live',
  ',_result,0,2026-03-01T00:15:00.007Z,220.07000000000002,M-0,f1,live',
  ',_result,1,2026-03-01T00:00:00.000017Z,-1e-05,M-10,f2,import',
  ',_result,2,2026-03-01T00:00:00Z,7,"M,""1""",f1,live',
  ',_result,3,2026-03-01T00:00:00Z,8,dévice,f1,live',
  '',
  ',result,table,_value',
  ',_result,0,42',
  '',
  '',
].join('\r\n');

async function* chunks(text: string, size: number): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(text: string, size: number, readsText = false): Promise<FluxRow[]> {
  const rows: FluxRow[] = [];
  await new FluxCsvReader((row) => rows.push({ ...row }), { readsText }).readAll(chunks(text, size));
  return rows;
}

const T0 = Date.UTC(2026, 2, 1) * 1000;

describe('the CSV of a Flux answer', () => {
  test.each([1, 2, 7, 64, 10_000])('is read in chunks of %i bytes', async (size) => {
    const rows = await read(ANSWER, size);
    expect(
      rows.map(({ timeUs, value, device, field, origin }) => [timeUs, value, device, field, origin]).slice(0, 5),
    ).toEqual([
      [T0, 220.04, 'M-0', 'f1', 'live'],
      [T0 + 900_007_000, 220.07000000000002, 'M-0', 'f1', 'live'],
      [T0 + 17, -1e-5, 'M-10', 'f2', 'import'],
      [T0, 7, 'M,"1"', 'f1', 'live'],
      [T0, 8, 'dévice', 'f1', 'live'],
    ]);
    expect(rows.at(-1)?.value).toBe(42);
  });

  test('gives texts as they are', async () => {
    const text =
      ',result,table,_time,_value,device,_field,origin\r\n,_result,0,2026-03-01T00:00:00Z,silent,M-0,f1_quality,live\r\n';
    expect((await read(text, 1000, true)).map(({ text: value, field }) => [value, field])).toEqual([
      ['silent', 'f1_quality'],
    ]);
  });

  test('rows that name no field have the one that was asked for, also behind a quoted name', async () => {
    const text = [
      ',result,table,_time,_value,device,origin',
      ',r,0,2026-03-01T00:00:00Z,1,M-0,live',
      ',r,0,2026-03-01T00:15:00Z,2.5,M-0,live',
      ',r,1,2026-03-01T00:00:00Z,3,"M,1",live',
      ',r,10,2026-03-01T00:00:00Z,4,M-2,import',
      '',
    ].join('\r\n');
    for (const size of [1, 5, 40, 1000]) {
      const rows: unknown[] = [];
      const reader = new FluxCsvReader((row) => rows.push([row.value, row.device, row.field, row.origin]), {
        field: 'f1',
      });
      await reader.readAll(chunks(text, size));
      expect(rows).toEqual([
        [1, 'M-0', 'f1', 'live'],
        [2.5, 'M-0', 'f1', 'live'],
        [3, 'M,1', 'f1', 'live'],
        [4, 'M-2', 'f1', 'import'],
      ]);
    }
  });

  test('rows of any tables are read as they were written, however they are cut (property)', async () => {
    const series = fc.record({
      device: fc.constantFrom('M-0', 'M-10', '"M,1"', 'dévice'),
      values: fc.array(
        fc.tuple(fc.integer({ min: 0, max: 9e8 }), fc.double({ noNaN: true, noDefaultInfinity: true })),
        {
          maxLength: 5,
        },
      ),
    });
    const answer = fc.tuple(fc.array(series, { maxLength: 12 }), fc.integer({ min: 1, max: 90 }));
    await fc.assert(
      fc.asyncProperty(answer, async ([tables, size]) => {
        const rows = tables.flatMap(({ device, values }, table) =>
          values.map(([seconds, value]) => ({ table, device, timeUs: seconds * 1e6, value: value + 0 })),
        );
        const lines = rows.map(
          ({ table, device, timeUs, value }) =>
            `,r,${table},${new Date(timeUs / 1000).toISOString().replace('.000', '')},${value},${device},live`,
        );
        const text = [',result,table,_time,_value,device,origin', ...lines, ''].join('\r\n');
        expect((await read(text, size)).map(({ timeUs, value, device }) => [timeUs, value, device])).toEqual(
          rows.map(({ timeUs, value, device }) => [timeUs, value, device.replaceAll('"', '')]),
        );
      }),
    );
  });

  test('an answer without rows is no row, also without an end of line', async () => {
    expect(await read('\r\n', 10)).toEqual([]);
    expect(await read('', 10)).toEqual([]);
    expect(await read(',result,table,_value\r\n,_result,0,5', 10)).toMatchObject([{ value: 5 }]);
  });

  test('an error in the middle of an answer is thrown', async () => {
    const text = `${ANSWER},error,reference\r\n,"failed to read: shard is closed",897\r\n`;
    await expect(read(text, 50)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: expect.stringContaining('shard is closed'),
    });
  });

  test('lines are split at commas that are not quoted', () => {
    expect(splitCsv(',a,,"b,""c""",')).toEqual(['', 'a', '', 'b,"c"', '']);
    expect(splitCsv('')).toEqual(['']);
  });
});
