import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { ORIGINS } from '../../../server/store/telemetry-store.ts';
import type { StoredRow } from '../compare/match-stored.ts';

/** The tables of a period file that hold points (server/store/duckdb/schema.ts). */
const POINT_TABLE = /^(points|recent_[0-9]+|late|conflict)$/;

/**
 * Every row of the telemetry files as it lies there, without what reading makes of it; the server must have ended.
 */
export async function readDuckDb(folder: string): Promise<StoredRow[]> {
  const names = seriesNames(join(folder, 'catalogue.sqlite'));
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const rows: StoredRow[] = [];
    const files = readdirSync(folder).filter((name) => name.endsWith('.duckdb') && !name.startsWith('rollup'));
    for (const file of files) await readFile(connection, join(folder, file), names, rows);
    return rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

interface SeriesName {
  readonly device: string;
  readonly metric: string;
}

function seriesNames(catalogue: string): Map<number, SeriesName> {
  const database = new DatabaseSync(catalogue, { readOnly: true });
  try {
    const rows = database.prepare('SELECT number, device, metric FROM series').all();
    return new Map(rows.map((row) => [Number(row.number), { device: String(row.device), metric: String(row.metric) }]));
  } finally {
    database.close();
  }
}

async function readFile(
  connection: DuckDBConnection,
  path: string,
  names: ReadonlyMap<number, SeriesName>,
  rows: StoredRow[],
): Promise<void> {
  await connection.run(`ATTACH '${path.replaceAll("'", "''")}' AS file (READ_ONLY)`);
  try {
    const tables = await connection.runAndReadAll(
      "SELECT table_name FROM duckdb_tables() WHERE database_name = 'file'",
    );
    for (const [table] of tables.getRows()) {
      if (POINT_TABLE.test(String(table))) await readTable(connection, String(table), names, rows);
    }
  } finally {
    await connection.run('DETACH file');
  }
}

async function readTable(
  connection: DuckDBConnection,
  table: string,
  names: ReadonlyMap<number, SeriesName>,
  rows: StoredRow[],
): Promise<void> {
  const result = await connection.runAndReadAll(
    `SELECT series, epoch_us(time)::DOUBLE, value, origin FROM file.${table}`,
  );
  for (const [series, timeUs, value, origin] of result.getRows()) {
    const name = names.get(Number(series));
    rows.push({
      device: name?.device ?? `series ${series}`,
      metric: name?.metric ?? '',
      timeMs: Number(timeUs) / 1000,
      value: value === null || value === undefined ? undefined : Number(value),
      origin: ORIGINS[Number(origin)] ?? String(origin),
    });
  }
}
