import type { DatabaseSync } from 'node:sqlite';
import { PAGE_BYTES, troubleOf } from './outbox-file.ts';
import type { Statements } from './statements.ts';

/** Free pages are given back when they are more than this and more than half of the file. */
const MIN_FREE_PAGES = 1024;
const VACUUM_PAGES = 512;

/** How much of the outbox's file holds something. To count takes longer than all the rest of a small change. */
export class FileSpace {
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  #usedBytes = 0;
  #freePages = 0;

  constructor(database: DatabaseSync, statements: Statements) {
    this.#database = database;
    this.#statements = statements;
  }

  /** Bytes in use, as of the last count. */
  get usedBytes(): number {
    return this.#usedBytes;
  }

  count(): number {
    const pages = this.#statements.pragma('page_count');
    this.#freePages = this.#statements.pragma('freelist_count');
    this.#usedBytes = (pages - this.#freePages) * PAGE_BYTES;
    return this.#usedBytes;
  }

  /** Not part of a change: that it could not be done is no failure of what is durable already. */
  giveBack(): void {
    if (this.#freePages < Math.max(MIN_FREE_PAGES, this.#usedBytes / PAGE_BYTES)) return;
    try {
      this.#database.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`);
    } catch (error) {
      if (troubleOf(error) === undefined) throw error;
    }
  }
}
