import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { GridwardenError, messageOf } from '../../../edge/platform/errors.ts';
import { addReading } from './long-rows.ts';
import type { ParseOrder } from './parse-plan.ts';
import { timesOf } from './parse-text.ts';
import { BatchBuilder, type ReadingBatch } from './reading-batch.ts';

const MEMORY_LIMIT = '256MiB';

/** How a column of times comes out of Parquet: as milliseconds, or as text. */
const TIME_SQL: readonly (readonly [RegExp, string, 'ms' | 'text'])[] = [
  [/^TIMESTAMP WITH TIME ZONE$/, 'epoch_us(time)::DOUBLE / 1000', 'ms'],
  // Parquet marks times as UTC or as local; local ones go through the stated zone.
  [/^TIMESTAMP/, `strftime(time::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%g')`, 'text'],
  [/^(BIGINT|INTEGER|UBIGINT|UINTEGER|DOUBLE)$/, 'time::DOUBLE', 'ms'],
  [/^VARCHAR$/, 'time', 'text'],
];

/**
 * The readings of a Parquet file with the columns `device`, `time`, `metric`, `value` and maybe `quality`. DuckDB reads it,
 * group by group; lines are row numbers.
 *
 * @throws GridwardenError IMPORT_INVALID when it is no Parquet, or a column is missing or of a type that is none of ours
 */
export async function* parseParquet(
  { file, plan, limits }: ParseOrder,
  progress: (share: number) => void,
): AsyncGenerator<ReadingBatch> {
  if (plan.mapping)
    throw new GridwardenError('IMPORT_INVALID', 'A mapping is for CSV files; Parquet is read in the long form');
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: MEMORY_LIMIT,
    threads: '1',
    preserve_insertion_order: 'true',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  try {
    yield* rowsIn(connection, { file, plan, limits }, progress);
  } catch (cause) {
    if (cause instanceof GridwardenError) throw cause;
    throw new GridwardenError('IMPORT_INVALID', `${file} cannot be read as Parquet: ${messageOf(cause)}`, { cause });
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function* rowsIn(
  connection: DuckDBConnection,
  { file, plan, limits }: ParseOrder,
  progress: (share: number) => void,
): AsyncGenerator<ReadingBatch> {
  const source = `read_parquet('${file.replaceAll("'", "''")}')`;
  const types = await columnTypes(connection, source);
  const time = timeColumn(types);
  const quality = types.has('quality') ? 'quality::VARCHAR' : 'NULL::VARCHAR';
  const total = Number(
    (await connection.run(`SELECT count(*)::DOUBLE FROM ${source}`).then((result) => result.getRowsJS()))[0]?.[0] ?? 0,
  );
  const result = await connection.stream(
    `SELECT device::VARCHAR, ${time.sql}, metric::VARCHAR, value::DOUBLE, ${quality} FROM ${source}`,
  );
  const times = timesOf(plan);
  const batch = new BatchBuilder(limits);
  let row = 0;
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    const [devices, moments, metrics, values, qualities] = [0, 1, 2, 3, 4].map((column) =>
      chunk.getColumnValues(column),
    );
    for (let i = 0; i < chunk.rowCount; i++) {
      row += 1;
      const [device, moment, metric, value, word] = [
        devices?.[i],
        moments?.[i],
        metrics?.[i],
        values?.[i],
        qualities?.[i],
      ];
      batch.begin(row, `${device},${moment},${metric},${value},${word ?? ''}`);
      const timeMs = typeof moment === 'number' ? Math.floor(moment) : times.read(String(moment ?? ''));
      if (typeof timeMs === 'string') batch.refuse(timeMs);
      else addReading(batch, text(device), text(metric), timeMs, text(value), text(word));
      const full = batch.takeFull();
      if (full) yield full;
    }
    progress(row / Math.max(1, total));
  }
  const last = batch.takeLast();
  if (last) yield last;
}

async function columnTypes(connection: DuckDBConnection, source: string): Promise<Map<string, string>> {
  const rows = await (await connection.run(`DESCRIBE SELECT * FROM ${source}`)).getRowsJS();
  const types = new Map(rows.map(([name, type]) => [String(name).toLowerCase(), String(type)]));
  for (const name of ['device', 'time', 'metric', 'value']) {
    if (types.has(name)) continue;
    throw new GridwardenError(
      'IMPORT_INVALID',
      `No column "${name}"; there are ${[...types.keys()].slice(0, 30).join(', ')}`,
    );
  }
  const value = types.get('value') ?? '';
  if (/DOUBLE|FLOAT|INT|DECIMAL/.test(value)) return types;
  throw new GridwardenError('IMPORT_INVALID', `The column "value" is ${value}; it must be a number`);
}

function timeColumn(types: ReadonlyMap<string, string>): { readonly sql: string } {
  const type = types.get('time') ?? '';
  const found = TIME_SQL.find(([pattern]) => pattern.test(type));
  if (found) return { sql: found[1] };
  throw new GridwardenError(
    'IMPORT_INVALID',
    `The column "time" is ${type}; it must be a timestamp, text or milliseconds`,
  );
}

function text(value: unknown): string {
  return value === null || value === undefined ? '' : String(value);
}
