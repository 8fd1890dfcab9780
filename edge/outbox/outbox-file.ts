import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GridwardenError, messageOf } from '../platform/errors.ts';

/** "GWOB": tells an outbox from any other SQLite file. */
const APPLICATION_ID = 0x47574f42;
/** Set-aside files that are kept; older ones are deleted, so that a bad disk does not fill itself with them. */
const MAX_SET_ASIDE = 2;

/** Step k takes version k to k + 1. A step that was released is never changed; what is new is a new step. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID;
  CREATE TABLE epoch (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, started_ms INTEGER NOT NULL, last_n INTEGER NOT NULL);
  CREATE TABLE device (id TEXT PRIMARY KEY, model TEXT NOT NULL, kind TEXT NOT NULL, serial TEXT) WITHOUT ROWID;
  CREATE TABLE layout (
    id INTEGER PRIMARY KEY, device TEXT NOT NULL, poll_class TEXT NOT NULL, metrics TEXT NOT NULL,
    UNIQUE (device, poll_class, metrics)
  );
  CREATE TABLE block (
    id INTEGER PRIMARY KEY, epoch TEXT NOT NULL, class INTEGER NOT NULL, count INTEGER NOT NULL,
    from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, running_ms INTEGER NOT NULL, codec INTEGER NOT NULL,
    checksum INTEGER NOT NULL, numbers BLOB NOT NULL, data BLOB NOT NULL
  );
  CREATE TABLE tombstone (
    id INTEGER PRIMARY KEY, epoch TEXT NOT NULL, from_n INTEGER NOT NULL, to_n INTEGER NOT NULL,
    reason TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, devices TEXT NOT NULL
  );
  `,
  // The values that went with the records, as JSON; null where nothing is known of them.
  'ALTER TABLE tombstone ADD COLUMN losses TEXT;',
];

/** What went wrong with the file, by what is done next. */
export type FileTrouble = 'full' | 'damaged' | 'locked' | 'unusable';

/**
 * SQLite's primary result codes (https://www.sqlite.org/rescode.html) that the file is to blame for. The statements are
 * fixed, so that a missing table or a broken constraint is damage, too.
 */
const TROUBLES: ReadonlyMap<number, FileTrouble> = new Map([
  [1, 'damaged'], // SQLITE_ERROR
  [5, 'locked'], // SQLITE_BUSY
  [8, 'unusable'], // SQLITE_READONLY
  [10, 'unusable'], // SQLITE_IOERR
  [11, 'damaged'], // SQLITE_CORRUPT
  [13, 'full'], // SQLITE_FULL
  [14, 'unusable'], // SQLITE_CANTOPEN
  [18, 'damaged'], // SQLITE_TOOBIG
  [19, 'damaged'], // SQLITE_CONSTRAINT
  [20, 'damaged'], // SQLITE_MISMATCH
  [26, 'damaged'], // SQLITE_NOTADB
]);

/** Damage that SQLite did not notice. */
export class DamagedFileError extends Error {}

/** What an error says of the file; undefined when the file is not to blame. */
export function troubleOf(error: unknown): FileTrouble | undefined {
  if (error instanceof DamagedFileError) return 'damaged';
  const code = typeof error === 'object' && error !== null && 'errcode' in error ? error.errcode : undefined;
  return typeof code === 'number' ? TROUBLES.get(code & 0xff) : undefined;
}

/** A disk without room lets some things fail in other ways. */
export function isRoomMissing(error: unknown): boolean {
  const trouble = troubleOf(error);
  return trouble === 'full' || trouble === 'unusable';
}

export interface FileLimits {
  /** Largest size of the file and its log together. */
  readonly maxBytes: number;
}

export const PAGE_BYTES = 4096;

/** Log pages after which SQLite copies them into the file: an eighth of the limit, at most 4 MiB. */
export function checkpointPages(maxBytes: number): number {
  return Math.max(16, Math.min(1000, Math.floor(maxBytes / 8 / PAGE_BYTES)));
}

/**
 * Opens the outbox file, creates it when there is none, and checks that it is ours and of a version that we know.
 *
 * @throws GridwardenError STORE_FOREIGN, SCHEMA_NEWER, DIRECTORY_UNWRITABLE; SQLite errors for `troubleOf`
 */
export function openOutboxFile(file: string, limits: FileLimits): DatabaseSync {
  makeFolder(file);
  const database = new DatabaseSync(file);
  try {
    // A second edge on the same outbox would number and prune over the first; the lock is held until the process ends.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA busy_timeout = 0;');
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    const pages = checkpointPages(limits.maxBytes);
    database.exec(`PRAGMA wal_autocheckpoint = ${pages}; PRAGMA journal_size_limit = ${pages * PAGE_BYTES};`);
    database.exec('BEGIN IMMEDIATE; COMMIT;');
    checkOwner(database, file);
    checkLength(database, file);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

function makeFolder(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (cause) {
    throw new GridwardenError(
      'DIRECTORY_UNWRITABLE',
      `The folder of the outbox ${file} cannot be made: ${messageOf(cause)}`,
      { cause },
    );
  }
}

function checkOwner(database: DatabaseSync, file: string): void {
  const owner = pragma(database, 'application_id');
  const version = pragma(database, 'user_version');
  const isNew = owner === 0 && version === 0 && isEmpty(database);
  if (!isNew && owner !== APPLICATION_ID) {
    throw new GridwardenError('STORE_FOREIGN', `${file} is a SQLite file, but not an outbox of gridwarden`);
  }
  if (version > MIGRATIONS.length) {
    throw new GridwardenError(
      'SCHEMA_NEWER',
      `${file} has schema version ${version}, this program knows ${MIGRATIONS.length}: start the newer program`,
    );
  }
  if (version < MIGRATIONS.length) migrate(database, version);
}

/** One transaction: the file is of the old version or of the new one. */
function migrate(database: DatabaseSync, version: number): void {
  const steps = MIGRATIONS.slice(version).join(' ');
  database.exec(
    `BEGIN; ${steps} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}; COMMIT;`,
  );
}

/** SQLite reads what a truncated file lacks as zeros, and may take them for rows. */
function checkLength(database: DatabaseSync, file: string): void {
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  const bytes = pragma(database, 'page_count') * pragma(database, 'page_size');
  const { size } = statSync(file);
  if (size < bytes) throw new DamagedFileError(`${bytes - size} bytes are missing at its end`);
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
}

function pragma(database: DatabaseSync, name: string): number {
  return pragmaValue(database.prepare(`PRAGMA ${name}`).get());
}

/** The value of an integer pragma, from the row that it answers. */
export function pragmaValue(row: Readonly<Record<string, unknown>> | undefined): number {
  return Number(Object.values(row ?? {})[0] ?? 0);
}

/** Undoes `setAside`, over whatever was put in the place of the outbox since. */
export function putBack(file: string, aside: string): void {
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(`${file}${suffix}`, { force: true });
    if (existsSync(`${aside}${suffix}`)) renameSync(`${aside}${suffix}`, `${file}${suffix}`);
  }
}

/** Moves a damaged outbox and its log away and returns where it is now. */
export function setAside(file: string, nowMs: number): string {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-');
  const aside = `${file}.damaged-${stamp}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${aside}${suffix}`);
  }
  forgetOldest(file);
  return aside;
}

function forgetOldest(file: string): void {
  const prefix = `${basename(file)}.damaged-`;
  const names = readdirSync(dirname(file))
    .filter((name) => name.startsWith(prefix) && !/-(wal|shm)$/.test(name))
    .sort();
  for (const name of names.slice(0, -MAX_SET_ASIDE)) {
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dirname(file), `${name}${suffix}`), { force: true });
  }
}
