import type { DatabaseSync } from 'node:sqlite';
import { inTransaction } from '../../state/transaction.ts';

/** What an import has taken so far. */
export interface ImportCounts {
  readonly records: number;
  /** Readings in the store, those with a reason in place of a value included. */
  readonly stored: number;
  /** Cells that said that there is no value. */
  readonly missing: number;
  readonly refused: number;
  /** The span of what is stored; undefined while there is nothing. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

export interface ImportPosition extends ImportCounts {
  /** All of the file is stored. */
  readonly done: boolean;
  /** Batches that are stored. */
  readonly batches: number;
  /** Bytes of the file of rejects that belong to them. */
  readonly rejectsBytes: number;
}

/** What is known of a file before the first batch. */
export interface ImportHead {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  /** How it is read, as JSON. */
  readonly options: string;
  readonly actor: string;
}

export const NOTHING: ImportPosition = {
  done: false,
  batches: 0,
  rejectsBytes: 0,
  records: 0,
  stored: 0,
  missing: 0,
  refused: 0,
  fromMs: undefined,
  toMs: undefined,
};

/** How far each imported file is, in the state file. */
export class ImportState {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  position(id: string): ImportPosition {
    const row = this.#database.prepare('SELECT * FROM import_file WHERE id = ?').get(id);
    if (!row) return NOTHING;
    return {
      done: row.done === 1,
      batches: Number(row.batches),
      rejectsBytes: Number(row.rejects_bytes),
      records: Number(row.records),
      stored: Number(row.stored),
      missing: Number(row.missing),
      refused: Number(row.refused),
      fromMs: row.from_ms === null ? undefined : Number(row.from_ms),
      toMs: row.to_ms === null ? undefined : Number(row.to_ms),
    };
  }

  /**
   * Durable when it returns.
   * @param within writes what belongs to it, in the same transaction
   */
  save(head: ImportHead, position: ImportPosition, nowMs: number, within: () => void): void {
    inTransaction(this.#database, () => {
      within();
      this.#write(head, position, nowMs);
    });
  }

  #write({ id, name, bytes, options, actor }: ImportHead, position: ImportPosition, nowMs: number): void {
    const { done, batches, records, stored, missing, refused, rejectsBytes, fromMs, toMs } = position;
    const now = Math.floor(nowMs);
    this.#database
      .prepare(
        `INSERT INTO import_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET done = excluded.done, batches = excluded.batches, records = excluded.records,
           stored = excluded.stored, missing = excluded.missing, refused = excluded.refused,
           rejects_bytes = excluded.rejects_bytes, from_ms = excluded.from_ms, to_ms = excluded.to_ms,
           changed_ms = excluded.changed_ms`,
      )
      .run(
        ...[id, name, bytes, options, actor, done ? 1 : 0, batches, records, stored, missing, refused, rejectsBytes],
        ...[fromMs ?? null, toMs ?? null, now, now],
      );
  }
}
