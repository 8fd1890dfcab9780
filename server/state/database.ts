import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import { MIGRATIONS } from './migrations.ts';

/**
 * Opens the state file (SQLite, WAL, synchronous FULL): everything operational that a restart must not forget.
 * An older schema is migrated in one transaction, a newer one is refused.
 *
 * @throws GridwardenError SCHEMA_NEWER, STORE_FOREIGN, DIRECTORY_UNWRITABLE, FILE_LOCKED
 */
export function openState(file: string): DatabaseSync {
  const database = open(file);
  try {
    refuseForeign(database, file);
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 2000;',
    );
    // One server owns the state; a second one on the same file would overwrite what the first remembers.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;');
    migrate(database, file);
  } catch (cause) {
    database.close();
    throw cause instanceof GridwardenError ? cause : explain(file, cause);
  }
  return database;
}

function open(file: string): DatabaseSync {
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    return new DatabaseSync(file);
  } catch (cause) {
    throw new GridwardenError('DIRECTORY_UNWRITABLE', `The state file ${file} cannot be opened: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function explain(file: string, cause: unknown): GridwardenError {
  const sqliteCode = typeof cause === 'object' && cause !== null && 'errcode' in cause ? cause.errcode : undefined;
  const primary = typeof sqliteCode === 'number' ? sqliteCode & 0xff : undefined;
  // SQLite result codes: 5 BUSY, 26 NOTADB, 11 CORRUPT.
  if (primary === 5)
    return new GridwardenError('FILE_LOCKED', `The state file ${file} is held by another process`, { cause });
  if (primary === 26 || primary === 11) {
    return new GridwardenError('STORE_FOREIGN', `${file} is not a state file of gridwarden: ${messageOf(cause)}`, {
      cause,
    });
  }
  return new GridwardenError('DIRECTORY_UNWRITABLE', `The state file ${file} cannot be used: ${messageOf(cause)}`, {
    cause,
  });
}

/** Ours has these from its first version on; a database of another program must not be written to. */
const OURS = ['setting', 'delivery_stream', 'alert_event'];

function refuseForeign(database: DatabaseSync, file: string): void {
  const rows = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  const names = new Set(rows.map(({ name }) => String(name)));
  if (names.size === 0 || OURS.every((name) => names.has(name))) return;
  const found = [...names].slice(0, 3).join(', ');
  throw new GridwardenError('STORE_FOREIGN', `${file} is a database of another program (tables: ${found})`);
}

function migrate(database: DatabaseSync, file: string): void {
  const row = database.prepare('PRAGMA user_version').get();
  const version = Number(row?.user_version ?? 0);
  if (version > MIGRATIONS.length) {
    throw new GridwardenError(
      'SCHEMA_NEWER',
      `${file} has schema version ${version}, this program knows ${MIGRATIONS.length}: start the newer program, or restore a backup`,
    );
  }
  for (const [index, migration] of MIGRATIONS.entries()) {
    if (index < version) continue;
    database.exec(`BEGIN IMMEDIATE; ${migration}; PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}
