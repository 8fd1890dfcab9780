import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PointRows, visitChunks } from '../../../../../server/store/duckdb/columns.ts';

const COLUMNS =
  'series INTEGER, time TIMESTAMP, value DOUBLE, quality UTINYINT, origin UTINYINT, stream INTEGER, n BIGINT';

test('rows come back from DuckDB as they were pushed, across chunks, with missing values and large numbers (property)', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(`CREATE TABLE points (${COLUMNS})`);
  const appender = await connection.createAppender('points');
  const rows = new PointRows();
  const row = fc.record({
    series: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    timeUs: fc.integer({ min: -(2 ** 52), max: 2 ** 53 - 1 }),
    value: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined }),
    origin: fc.integer({ min: 0, max: 3 }),
    stream: fc.integer({ min: -1, max: 1000 }),
    n: fc.oneof(fc.constant(-1), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 250 }),
      async (pattern, repeat) => {
        await connection.run('DELETE FROM points');
        rows.clear();
        const pushed = Array.from({ length: repeat }, () => pattern).flat();
        for (const { series, timeUs, value, origin, stream, n } of pushed) {
          rows.push(series, timeUs, value ?? Number.NaN, value === undefined ? 3 : 0, origin, stream, n);
        }
        rows.appendTo(appender);
        appender.flushSync();
        const read: unknown[] = [];
        const result = await connection.run(
          'SELECT series, time, value, quality, origin, stream, n::DOUBLE FROM points ORDER BY rowid',
        );
        const types = ['int32', 'micros', 'float64', 'uint8', 'uint8', 'int32', 'float64'] as const;
        const count = visitChunks(result, types, ([series, time, value, quality, origin, stream, n], length) => {
          for (let i = 0; i < length; i++)
            read.push([series[i], time[i], value[i], quality[i], origin[i], stream[i], n[i]]);
        });
        expect(count).toBe(pushed.length);
        expect(read).toEqual(
          pushed.map(({ series, timeUs, value, origin, stream, n }) => [
            series,
            timeUs,
            value ?? Number.NaN,
            value === undefined ? 3 : 0,
            origin,
            stream,
            n,
          ]),
        );
      },
    ),
    { numRuns: 25 },
  );
  connection.closeSync();
  instance.closeSync();
});
