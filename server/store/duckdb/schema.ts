import type { FileClass } from './period.ts';

/**
 * The tables of the period files. Each file carries its schema version: `MIGRATIONS[k]` takes version k + 1 to k + 2.
 *
 * A file of raw points holds each point in one of four places:
 * - `recent_k`: as they came; the newest rows. What was full waits under its own number to be sorted.
 * - `points`: sorted runs of `recent_k`. Here and in `recent_k` each (series, time) stands at most once.
 * - `late`: points at or before the newest of their series: they may repeat a key or meet another origin. A background job
 *   moves those that meet nothing into `points`, so that only true collisions stay.
 * - `conflict`: origin `conflict`, read only when asked for.
 *
 * `value` is NULL where quality is not good, so that aggregates skip it. `stream` and `n` are −1 without a record number.
 */
const POINT_COLUMNS =
  'series INTEGER, time TIMESTAMP, value DOUBLE, quality UTINYINT, origin UTINYINT, stream INTEGER, n BIGINT';

export function createPointTable(table: string): string {
  return `CREATE TABLE ${table} (${POINT_COLUMNS})`;
}

/** Name of the k-th table of points as they came. */
export function recentTable(k: number): string {
  return `recent_${k}`;
}

/** The number of a `recent_k` table; undefined for another table. */
export function recentNumber(table: string): number | undefined {
  const match = /^recent_([0-9]+)$/.exec(table);
  return match ? Number(match[1]) : undefined;
}

export const META_TABLE = 'gridwarden';

function rawTables(alias: string): string[] {
  return [
    ...['points', recentTable(0), 'late', 'conflict'].map((table) => createPointTable(`${alias}.${table}`)),
    // Ranges of record numbers whose rows this file has; moved to the catalogue from time to time.
    `CREATE TABLE ${alias}.received (stream INTEGER, from_n BIGINT, to_n BIGINT)`,
    // Quarter hours that were rolled up and have changed since; series −1 stands for all. Marks are worked off a generation at
    // a time, so that one made meanwhile stays.
    `CREATE TABLE ${alias}.dirty (series INTEGER, cell TIMESTAMP, generation INTEGER)`,
  ];
}

const CELL_COLUMNS =
  'series INTEGER, time TIMESTAMP, good UINTEGER, total UINTEGER, sum DOUBLE, min DOUBLE, max DOUBLE, first DOUBLE, last DOUBLE, quality UTINYINT';

function rollupTables(alias: string): string[] {
  return ['cells', 'recent_cells'].map((table) => `CREATE TABLE ${alias}.${table} (${CELL_COLUMNS})`);
}

/** Statements that make the tables of a new file. */
export function createTables(alias: string, fileClass: FileClass): string[] {
  return [
    `CREATE TABLE ${alias}.${META_TABLE} (key VARCHAR, value VARCHAR)`,
    ...(fileClass === 'rollup' ? rollupTables(alias) : rawTables(alias)),
  ];
}

/** A step of the schema: statements for a file attached under `alias`. */
export type Migration = (alias: string, fileClass: FileClass) => string[];

export const MIGRATIONS: readonly Migration[] = [];

/** The version that this program writes and the newest it reads. */
export function schemaVersion(migrations: readonly Migration[] = MIGRATIONS): number {
  return migrations.length + 1;
}
