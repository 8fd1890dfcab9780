import { DatabaseSync, type SQLOutputValue, type StatementResultingChanges, type StatementSync } from 'node:sqlite';
import { unpackBlock } from './block-data.ts';
import { isRoomMissing, troubleOf } from './outbox-file.ts';
import { decodeRanges } from './record-codec.ts';

/** The tables and their keys, in the order in which they are copied: what explains the records first. */
const TABLES = [
  ['meta', 'key'],
  ['epoch', 'id'],
  ['device', 'id'],
  ['layout', 'id'],
  ['tombstone', 'id'],
  ['block', 'id'],
] as const;

/** So many numbers one after the other without a row that can be read: behind them there is probably none. */
const MAX_FRUITLESS = 10_000;
/** Rows that one fsync makes durable. */
const ROWS_A_COMMIT = 500;

type Row = Record<string, SQLOutputValue>;

export interface Salvaged {
  readonly rows: number;
  /** False when there was no room for the rest. */
  readonly isComplete: boolean;
}

/**
 * Copies what can still be read of a damaged outbox into a new one: each table row by row from both ends, until the
 * damage stops it, and between two damages number by number. Doing it again adds what was not there before.
 */
export function salvage(damagedFile: string, into: DatabaseSync): Salvaged {
  const target = new Target(into);
  let damaged: DatabaseSync | undefined;
  try {
    damaged = attempt(() => openDamaged(damagedFile));
    if (damaged) for (const [table, key] of TABLES) copyTable(damaged, target.into(table), table, key);
    target.commit();
    return { rows: target.rows, isComplete: true };
  } catch (error) {
    target.rollback();
    if (!isRoomMissing(error)) throw error;
    return { rows: target.rows, isComplete: false };
  } finally {
    damaged?.close();
  }
}

/** Without leave to write the schema SQLite reads nothing of a file that is shorter than its header says. */
function openDamaged(file: string): DatabaseSync {
  const damaged = new DatabaseSync(file, { defensive: false });
  damaged.exec('PRAGMA writable_schema = ON');
  return damaged;
}

function copyTable(damaged: DatabaseSync, put: Put, table: string, key: string): void {
  const up = copyFrom(rowsOf(damaged, table, key, 'ASC'), put);
  if (up.isWhole) return;
  const down = copyFrom(rowsOf(damaged, table, key, 'DESC'), put);
  const [from, to] = [up.last?.[key], down.last?.[key]];
  if (typeof from !== 'number') return;
  const end = typeof to === 'number' ? to : Number.POSITIVE_INFINITY;
  const ask = attempt(() => damaged.prepare(`SELECT * FROM ${table} WHERE ${key} = ?`));
  for (let id = from + 1, fruitless = 0; ask && id < end && fruitless < MAX_FRUITLESS; id++) {
    const row = attempt(() => ask.get(id));
    if (row) put(row);
    fruitless = row ? 0 : fruitless + 1;
  }
}

/** Rows in the order of their keys, up to where the damage begins; what lies behind it is reached from the other end. */
function rowsOf(damaged: DatabaseSync, table: string, key: string, direction: 'ASC' | 'DESC') {
  return attempt(() => damaged.prepare(`SELECT * FROM ${table} ORDER BY ${key} ${direction}`).iterate());
}

interface Copied {
  readonly last: Row | undefined;
  /** Nothing was damaged. */
  readonly isWhole: boolean;
}

function copyFrom(rows: NodeJS.Iterator<Row> | undefined, put: Put): Copied {
  let last: Row | undefined;
  for (;;) {
    const next = attempt(() => rows?.next());
    if (!next || next.done) return { last, isWhole: next?.done === true };
    put(next.value);
    last = next.value;
  }
}

type Put = (row: Row) => void;

/** The new outbox: takes rows that are sound and not there yet, many with one fsync. */
class Target {
  readonly #database: DatabaseSync;
  #rows = 0;
  #open = 0;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Rows that are durable. */
  get rows(): number {
    return this.#rows;
  }

  into(table: string): Put {
    let insert: StatementSync | undefined;
    return (row) => {
      if (!isSound(table, row)) return;
      if (!this.#database.isTransaction) this.#database.exec('BEGIN IMMEDIATE');
      this.#open += rowsAdded(() => {
        insert ??= this.#insertInto(table, Object.keys(row));
        return insert.run(...Object.values(row));
      });
      if (this.#open >= ROWS_A_COMMIT) this.commit();
    };
  }

  #insertInto(table: string, columns: readonly string[]): StatementSync {
    const places = columns.map(() => '?').join(', ');
    return this.#database.prepare(`INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${places})`);
  }

  commit(): void {
    if (this.#database.isTransaction) this.#database.exec('COMMIT');
    this.#rows += this.#open;
    this.#open = 0;
  }

  rollback(): void {
    this.#open = 0;
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
  }
}

/** Rows that were added. What the schema does not allow was damaged, and is left out. */
function rowsAdded(insert: () => StatementResultingChanges): number {
  try {
    return Number(insert().changes);
  } catch (error) {
    if (troubleOf(error) === 'damaged') return 0;
    throw error;
  }
}

/** Whether a row is what was once written: its page may be another's, or half of one. */
function isSound(table: string, row: Row): boolean {
  try {
    if (table === 'layout') JSON.parse(String(row.metrics));
    if (table === 'tombstone') JSON.parse(String(row.devices));
    return table !== 'block' || isSoundBlock(row);
  } catch {
    return false;
  }
}

function isSoundBlock({ epoch, numbers, data, codec, checksum }: Row): boolean {
  if (!(numbers instanceof Uint8Array) || !(data instanceof Uint8Array)) return false;
  decodeRanges(numbers);
  return unpackBlock(String(epoch), { codec: Number(codec), checksum: Number(checksum), data }) !== undefined;
}

/** What is damaged gives nothing. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
