import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { DamagedFileError, pragmaValue } from './outbox-file.ts';

export type Row = Record<string, unknown>;

/** The statements of a database, each prepared once. */
export class Statements {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Runs a statement; returns the number of the row that it added. */
  run(sql: string, ...parameters: (number | string | null | Uint8Array)[]): number {
    return Number(this.#prepare(sql).run(...parameters).lastInsertRowid);
  }

  get(sql: string, ...parameters: (number | string)[]): Row | undefined {
    return this.#prepare(sql).get(...parameters);
  }

  all(sql: string): Row[] {
    return this.#prepare(sql).all();
  }

  /** An integer pragma's value. */
  pragma(name: string): number {
    return pragmaValue(this.get(`PRAGMA ${name}`));
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#prepared.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#prepared.set(sql, statement);
    }
    return statement;
  }
}

/** A page that the disk gives back as zeros reads as rows of nulls, which the schema does not allow. */
export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new DamagedFileError('a row holds no bytes where it must');
}

/** What was written can be read again, unless the file is damaged. */
export function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new DamagedFileError('a row cannot be read', { cause });
  }
}

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new DamagedFileError('a row holds no text where it must');
}
