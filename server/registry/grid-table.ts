import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { inTransaction } from '../state/transaction.ts';
import type { GridRow } from './history.ts';
import { type Fields, type GridKind, isGridKind } from './kinds.ts';
import type { ThingChange } from './plan.ts';

/** Who changed the grid, when and why. */
export interface ChangeNote {
  readonly actor: string;
  /** As in `grid.import`. */
  readonly action: string;
  readonly reason: string | undefined;
  /** What was entered wrong is put right: the past changes on purpose. */
  readonly correction: boolean;
}

export interface GridChange extends ChangeNote {
  readonly number: number;
  readonly atMs: number;
}

/** What was known of a thing, and what a change said anew about some of the same time. */
export interface Rewrite {
  readonly before: GridRow;
  readonly after: GridRow;
}

/** The grid in the state file. */
export class GridTable {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #replace: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare(
      'INSERT INTO grid_row (kind, id, from_ms, to_ms, recorded_ms, change, fields) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#replace = database.prepare(
      'UPDATE grid_row SET replaced_ms = ?, replaced_by = ? WHERE kind = ? AND id = ? AND from_ms = ? AND replaced_ms IS NULL',
    );
  }

  /** What is known now; ordered by kind, id and beginning. */
  known(): GridRow[] {
    return this.#database
      .prepare('SELECT * FROM grid_row WHERE replaced_ms IS NULL ORDER BY kind, id, from_ms')
      .all()
      .flatMap(rowOf);
  }

  /** What was known at a moment. */
  knownAt(knownMs: number): GridRow[] {
    return this.#database
      .prepare(
        'SELECT * FROM grid_row WHERE recorded_ms <= ?1 AND (replaced_ms IS NULL OR replaced_ms > ?1) ORDER BY kind, id, from_ms',
      )
      .all(knownMs)
      .flatMap(rowOf);
  }

  /** Changes in [fromMs, toMs] of time of recording. */
  lastChange(untilMs = Number.MAX_SAFE_INTEGER): GridChange | undefined {
    const row = this.#database
      .prepare('SELECT * FROM grid_change WHERE at_ms <= ? ORDER BY at_ms DESC LIMIT 1')
      .get(untilMs);
    return row && changeOf(row);
  }

  /** The first change after a moment. */
  nextChange(afterMs: number): GridChange | undefined {
    const row = this.#database.prepare('SELECT * FROM grid_change WHERE at_ms > ? ORDER BY at_ms LIMIT 1').get(afterMs);
    return row && changeOf(row);
  }

  /** What changes that were no corrections said anew of things from their beginning on, and what still holds of it. */
  rewrites(kind: GridKind): Rewrite[] {
    const rows = this.#database
      .prepare(
        `SELECT old.number AS old_number, new.number AS new_number FROM grid_row old
         JOIN grid_change ON grid_change.number = old.replaced_by AND correction = 0
         JOIN grid_row new ON new.kind = old.kind AND new.id = old.id AND new.change = old.replaced_by
           AND new.from_ms <= old.from_ms AND new.to_ms > old.from_ms AND new.fields <> old.fields
         WHERE old.kind = ? AND old.replaced_ms IS NOT NULL AND new.replaced_ms IS NULL ORDER BY old.id, new.from_ms`,
      )
      .all(kind);
    const read = this.#database.prepare('SELECT * FROM grid_row WHERE number = ?');
    const rowBy = (number: unknown) => rowOf(read.get(Number(number)) ?? {})[0];
    return rows.flatMap(({ old_number, new_number }) => {
      const [before, after] = [rowBy(old_number), rowBy(new_number)];
      return before && after ? [{ before, after }] : [];
    });
  }

  /** The rows of one thing, also those that were replaced, in the order they were recorded. */
  recordsOf(kind: GridKind, id: string, limit: number): Record<string, unknown>[] {
    return this.#database
      .prepare(
        `SELECT grid_row.*, grid_change.actor, grid_change.reason FROM grid_row JOIN grid_change ON grid_change.number = change
         WHERE kind = ? AND id = ? ORDER BY recorded_ms DESC, from_ms DESC LIMIT ?`,
      )
      .all(kind, id, limit);
  }

  /**
   * Records a change, all of it or nothing; returns it with its rows.
   * @param atMs after that of every change before
   * @param within writes what belongs to the change
   */
  record(
    changes: readonly ThingChange[],
    note: ChangeNote,
    atMs: number,
    within: () => void,
  ): { change: GridChange; rows: GridRow[] } {
    return inTransaction(this.#database, () => {
      const { lastInsertRowid } = this.#database
        .prepare('INSERT INTO grid_change (at_ms, actor, action, reason, correction) VALUES (?, ?, ?, ?, ?)')
        .run(atMs, note.actor, note.action, note.reason ?? null, note.correction ? 1 : 0);
      const change = { ...note, number: Number(lastInsertRowid), atMs };
      const rows = changes.flatMap((thing) => this.#write(thing, change));
      within();
      return { change, rows };
    });
  }

  #write({ kind, id, remove, add }: ThingChange, { number: change, atMs: recordedMs }: GridChange): GridRow[] {
    for (const { fromMs } of remove) this.#replace.run(recordedMs, change, kind, id, fromMs);
    return add.map(({ fromMs, toMs, fields }) => {
      this.#insert.run(kind, id, fromMs, toMs, recordedMs, change, JSON.stringify(fields));
      return { kind, id, fromMs, toMs, fields, change, recordedMs };
    });
  }
}

/** A row; none where the kind is not known. */
function rowOf(row: Record<string, unknown>): GridRow[] {
  const kind = String(row.kind);
  if (!isGridKind(kind)) return [];
  return [
    {
      kind,
      id: String(row.id),
      fromMs: Number(row.from_ms),
      toMs: Number(row.to_ms),
      fields: JSON.parse(String(row.fields)) as Fields,
      change: Number(row.change),
      recordedMs: Number(row.recorded_ms),
    },
  ];
}

function changeOf(row: Record<string, unknown>): GridChange {
  return {
    number: Number(row.number),
    atMs: Number(row.at_ms),
    actor: String(row.actor),
    action: String(row.action),
    reason: row.reason === null ? undefined : String(row.reason),
    correction: row.correction === 1,
  };
}
