import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { GridwardenError } from '../../../edge/platform/errors.ts';
import { type Engine, inTransaction, rowsOf } from './engine.ts';
import { explainAttach, explainFailure } from './failures.ts';
import type { PeriodFile } from './period-file.ts';
import { createTables, META_TABLE, MIGRATIONS, type Migration, schemaVersion } from './schema.ts';

export interface FileOwner {
  readonly engine: Engine;
  readonly storeId: string;
  /** Steps of the schema; the program's own without it. */
  readonly migrations?: readonly Migration[];
}

/**
 * Makes a file with its tables. It is made aside and renamed, so that a file of this name is always whole: a process killed
 * here leaves an empty file that DuckDB would refuse to open.
 *
 * @throws GridwardenError DISK_FULL, STORE_UNAVAILABLE
 */
export async function createFile(owner: FileOwner, file: PeriodFile): Promise<void> {
  const { admin } = owner.engine;
  const aside = `${file.path}.new`;
  for (const leftover of [aside, `${aside}.wal`]) rmSync(leftover, { force: true });
  try {
    await admin.run(`ATTACH ${quoted(aside)} AS ${file.alias}`);
    try {
      await inTransaction(admin, async () => {
        for (const statement of createTables(file.alias, file.fileClass)) await admin.run(statement);
        await admin.run(`INSERT INTO ${file.alias}.${META_TABLE} VALUES
          ('version', '${schemaVersion(owner.migrations)}'), ('store', '${owner.storeId}'),
          ('class', '${file.fileClass}'), ('fromMs', '${file.fromMs}'), ('toMs', '${file.toMs}')`);
      });
    } finally {
      await admin.run(`DETACH ${file.alias}`);
    }
    renameSync(aside, file.path);
    syncFolder(dirname(file.path));
  } catch (cause) {
    throw explainFailure(dirname(file.path), cause);
  }
}

/**
 * Attaches a file, checks that it belongs to this store, brings its schema up to date and learns what it holds.
 * @throws GridwardenError STORE_FOREIGN, SCHEMA_NEWER, FILE_LOCKED, DISK_FULL, STORE_UNAVAILABLE
 */
export async function attachFile(owner: FileOwner, file: PeriodFile): Promise<void> {
  const { admin } = owner.engine;
  try {
    await admin.run(`ATTACH ${quoted(file.path)} AS ${file.alias}`);
  } catch (cause) {
    throw explainAttach(file.path, cause);
  }
  try {
    await migrateFile(owner, file);
    await file.load(admin);
    file.attached = true;
    file.broken = false;
  } catch (error) {
    await admin.run(`DETACH ${file.alias}`).catch(() => undefined);
    throw error;
  }
}

/** Lets a file go. A checkpoint that fails on the way (disk full) is no loss: the log is read again when it is attached. */
export async function detachFile(owner: FileOwner, file: PeriodFile): Promise<void> {
  file.forgetAppenders();
  file.attached = false;
  file.broken = false;
  await owner.engine.admin.run(`DETACH ${file.alias}`).catch(() => undefined);
}

async function migrateFile(owner: FileOwner, file: PeriodFile): Promise<void> {
  const { admin } = owner.engine;
  const migrations = owner.migrations ?? MIGRATIONS;
  const newest = schemaVersion(migrations);
  const meta = await readMeta(owner, file);
  if (meta.get('store') !== owner.storeId || meta.get('class') !== file.fileClass) {
    throw new GridwardenError('STORE_FOREIGN', `${file.path} belongs to another telemetry store`);
  }
  const version = Number(meta.get('version'));
  if (!(version <= newest)) {
    throw new GridwardenError(
      'SCHEMA_NEWER',
      `${file.path} has schema version ${meta.get('version')}, this program knows ${newest}: start the newer program, or restore a backup`,
    );
  }
  for (let from = version; from < newest; from++) {
    await inTransaction(admin, async () => {
      for (const statement of migrations[from - 1]?.(file.alias, file.fileClass) ?? []) await admin.run(statement);
      await admin.run(`UPDATE ${file.alias}.${META_TABLE} SET value = '${from + 1}' WHERE key = 'version'`);
    });
  }
}

async function readMeta(owner: FileOwner, file: PeriodFile): Promise<Map<string, string>> {
  const { admin } = owner.engine;
  const tables = await rowsOf(admin, `SELECT table_name FROM duckdb_tables() WHERE database_name = '${file.alias}'`);
  if (!tables.some(([table]) => table === META_TABLE)) {
    throw new GridwardenError('STORE_FOREIGN', `${file.path} is not a DuckDB file of gridwarden`);
  }
  const rows = await rowsOf(admin, `SELECT key, value FROM ${file.alias}.${META_TABLE}`);
  return new Map(rows.map(([key, value]) => [String(key), String(value)]));
}

/** A path as a literal of SQL. */
export function quoted(path: string): string {
  return `'${path.replaceAll("'", "''")}'`;
}

/** Makes a rename durable. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
