import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { GridwardenError, messageOf } from '../../../edge/platform/errors.ts';
import type { Range, RangeSet } from '../../../edge/protocol/ranges.ts';
import type { NumberedSeries } from '../series-dictionary.ts';
import type { RecordStream, Series } from '../telemetry-store.ts';
import type { FileClass } from './period.ts';

export const CATALOGUE_FILE = 'catalogue.sqlite';
/** `application_id` of the catalogue: "gwts". */
const APPLICATION_ID = 0x67777473;

const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE series (
    number INTEGER PRIMARY KEY, device TEXT NOT NULL, metric TEXT NOT NULL, kind TEXT NOT NULL, poll_class TEXT NOT NULL
  ) STRICT;
  CREATE TABLE stream (number INTEGER PRIMARY KEY, node TEXT NOT NULL, epoch TEXT NOT NULL, UNIQUE (node, epoch)) STRICT;
  -- Ranges that were moved here from the period files, and those of files that are gone.
  CREATE TABLE received (stream INTEGER NOT NULL, from_n INTEGER NOT NULL, to_n INTEGER NOT NULL) STRICT;
  CREATE TABLE file (
    name TEXT PRIMARY KEY, class TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL,
    -- 1: being dropped; what is left of it is removed at the next start.
    dropping INTEGER NOT NULL DEFAULT 0,
    -- 1: it may hold ranges that are not in this catalogue, or cells to roll up again: it is read at the start.
    has_journal INTEGER NOT NULL DEFAULT 0,
    -- Quarter hours before this are rolled up.
    rolled_to_ms INTEGER NOT NULL,
    points INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  `,
];

/** The schema version that this program writes and the newest it reads. */
export const CATALOGUE_VERSION = MIGRATIONS.length;

/** The identity that a catalogue names which nobody has open; undefined when it cannot be read. */
export function catalogueIdOf(file: string): string | undefined {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const row = database.prepare("SELECT value FROM meta WHERE key = 'id'").get();
    return row && String(row.value);
  } catch {
    return undefined;
  } finally {
    database.close();
  }
}

/** What the catalogue knows of a period file. */
export interface FileRecord {
  readonly name: string;
  readonly fileClass: FileClass;
  readonly fromMs: number;
  readonly toMs: number;
  readonly dropping: boolean;
  readonly hasJournal: boolean;
  readonly rolledToMs: number;
  readonly points: number;
}

/**
 * The list of a telemetry folder: its identity, series and streams with their numbers, files, and ranges. SQLite with
 * synchronous FULL: what it says is durable before the rows that refer to it are written. Its exclusive lock keeps a
 * second server out of the whole folder.
 */
export class Catalogue {
  readonly id: string;
  /** Grid time at which the store was made. */
  readonly createdMs: number;
  readonly #database: DatabaseSync;

  /** @throws GridwardenError FILE_LOCKED, STORE_FOREIGN, SCHEMA_NEWER, DIRECTORY_UNWRITABLE, DISK_FULL */
  constructor(folder: string, nowMs: number) {
    const file = join(folder, CATALOGUE_FILE);
    this.#database = openDatabase(file);
    this.id = this.#meta('id', randomUUID);
    this.createdMs = Number(this.#meta('createdMs', () => String(nowMs)));
  }

  close(): void {
    this.#database.close();
  }

  /** Writes the catalogue as it is now into a new file. */
  copyTo(file: string): void {
    this.#database.prepare('VACUUM INTO ?').run(file);
  }

  series(): Series[] {
    const rows = this.#database.prepare('SELECT device, metric, kind, poll_class FROM series ORDER BY number').all();
    return rows.map((row) => ({
      device: String(row.device),
      metric: String(row.metric),
      kind: row.kind as Series['kind'],
      pollClass: row.poll_class as Series['pollClass'],
    }));
  }

  addSeries(series: readonly NumberedSeries[]): void {
    if (series.length === 0) return;
    const insert = this.#database.prepare('INSERT OR IGNORE INTO series VALUES (?, ?, ?, ?, ?)');
    this.#transaction(() => {
      for (const { number, device, metric, kind, pollClass } of series)
        insert.run(number, device, metric, kind, pollClass);
    });
  }

  streams(): Map<number, RecordStream> {
    const rows = this.#database.prepare('SELECT number, node, epoch FROM stream').all();
    return new Map(rows.map((row) => [Number(row.number), { node: String(row.node), epoch: String(row.epoch) }]));
  }

  addStream(stream: RecordStream): number {
    const insert = this.#database.prepare('INSERT INTO stream (node, epoch) VALUES (?, ?)');
    return Number(insert.run(stream.node, stream.epoch).lastInsertRowid);
  }

  received(): { stream: number; range: Range }[] {
    const rows = this.#database.prepare('SELECT stream, from_n, to_n FROM received').all();
    return rows.map((row) => ({ stream: Number(row.stream), range: [Number(row.from_n), Number(row.to_n)] as const }));
  }

  /** Puts the whole received set in place of the one before. */
  replaceReceived(received: ReadonlyMap<number, RangeSet>): void {
    const insert = this.#database.prepare('INSERT INTO received VALUES (?, ?, ?)');
    this.#transaction(() => {
      this.#database.exec('DELETE FROM received');
      for (const [stream, ranges] of received) {
        for (const [from, to] of ranges.toArray()) insert.run(stream, from, to);
      }
    });
  }

  files(): FileRecord[] {
    return this.#database
      .prepare('SELECT * FROM file ORDER BY from_ms, rowid')
      .all()
      .map((row) => ({
        name: String(row.name),
        fileClass: row.class as FileClass,
        fromMs: Number(row.from_ms),
        toMs: Number(row.to_ms),
        dropping: row.dropping === 1,
        hasJournal: row.has_journal === 1,
        rolledToMs: Number(row.rolled_to_ms),
        points: Number(row.points),
      }));
  }

  addFile(file: Pick<FileRecord, 'name' | 'fileClass' | 'fromMs' | 'toMs'>): void {
    this.#database
      .prepare('INSERT OR IGNORE INTO file (name, class, from_ms, to_ms, rolled_to_ms) VALUES (?, ?, ?, ?, ?)')
      .run(file.name, file.fileClass, file.fromMs, file.toMs, file.fromMs);
  }

  setHasJournal(name: string, hasJournal: boolean): void {
    this.#database.prepare('UPDATE file SET has_journal = ? WHERE name = ?').run(hasJournal ? 1 : 0, name);
  }

  setRolledTo(name: string, rolledToMs: number): void {
    this.#database.prepare('UPDATE file SET rolled_to_ms = ? WHERE name = ?').run(rolledToMs, name);
  }

  setPoints(name: string, points: number): void {
    this.#database.prepare('UPDATE file SET points = ? WHERE name = ?').run(points, name);
  }

  setDropping(name: string): void {
    this.#database.prepare('UPDATE file SET dropping = 1 WHERE name = ?').run(name);
  }

  removeFile(name: string): void {
    this.#database.prepare('DELETE FROM file WHERE name = ?').run(name);
  }

  /** A value that is made once, when the catalogue is new. */
  #meta(key: string, make: () => string): string {
    const known = this.#database.prepare('SELECT value FROM meta WHERE key = ?').get(key);
    if (known) return String(known.value);
    const value = make();
    this.#database.prepare('INSERT INTO meta VALUES (?, ?)').run(key, value);
    return value;
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function openDatabase(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec('BEGIN EXCLUSIVE; COMMIT;');
    migrate(database, file);
    return database;
  } catch (cause) {
    database?.close();
    throw cause instanceof GridwardenError ? cause : explain(file, cause);
  }
}

function migrate(database: DatabaseSync, file: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
  const application = Number(database.prepare('PRAGMA application_id').get()?.application_id ?? 0);
  const tables = Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n ?? 0);
  if (application !== APPLICATION_ID && tables > 0) {
    throw new GridwardenError('STORE_FOREIGN', `${file} is not a catalogue of gridwarden`);
  }
  if (version > MIGRATIONS.length) {
    throw new GridwardenError(
      'SCHEMA_NEWER',
      `${file} has schema version ${version}, this program knows ${MIGRATIONS.length}: start the newer program, or restore a backup`,
    );
  }
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  for (const [index, step] of MIGRATIONS.entries()) {
    if (index >= version) database.exec(`BEGIN IMMEDIATE; ${step}; PRAGMA user_version = ${index + 1}; COMMIT;`);
  }
}

function explain(file: string, cause: unknown): GridwardenError {
  const sqliteCode = typeof cause === 'object' && cause !== null && 'errcode' in cause ? cause.errcode : undefined;
  const primary = typeof sqliteCode === 'number' ? sqliteCode & 0xff : undefined;
  // SQLite result codes: 5 BUSY, 11 CORRUPT, 13 FULL, 26 NOTADB.
  if (primary === 5) {
    return new GridwardenError('FILE_LOCKED', `The telemetry store ${file} is held by another process`, { cause });
  }
  if (primary === 11 || primary === 26) {
    return new GridwardenError('STORE_FOREIGN', `${file} is not a catalogue of gridwarden: ${messageOf(cause)}`, {
      cause,
    });
  }
  const code = primary === 13 ? 'DISK_FULL' : 'DIRECTORY_UNWRITABLE';
  return new GridwardenError(code, `The telemetry store ${file} cannot be used: ${messageOf(cause)}`, { cause });
}
