import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { PointRows } from './columns.ts';
import { DirtyCells } from './dirty-cells.ts';
import { rowsOf } from './engine.ts';
import type { FileClass } from './period.ts';
import { recentNumber, recentTable } from './schema.ts';

/** Rows of a file by place; see schema.ts. */
export interface RowCounts {
  points: number;
  recent: number;
  late: number;
  conflict: number;
}

/** What a commit will write into a file. */
export class PendingWrite {
  readonly recent = new PointRows();
  readonly late = new PointRows();
  readonly conflict = new PointRows();
  readonly dirty: { readonly cellMs: number; readonly series: number }[] = [];

  clear(): void {
    this.recent.clear();
    this.late.clear();
    this.conflict.clear();
    this.dirty.length = 0;
  }
}

export interface FileIdentity {
  readonly name: string;
  readonly fileClass: FileClass;
  readonly fromMs: number;
  /** At or before `fromMs`: the file of the times that have no period (`strays`). */
  readonly toMs: number;
}

/** One period file: what is in memory of it. It is attached to the engine while someone uses it. */
export class PeriodFile implements FileIdentity {
  readonly name: string;
  readonly fileClass: FileClass;
  readonly fromMs: number;
  readonly toMs: number;
  readonly path: string;
  /** Name under which it is attached. */
  readonly alias: string;
  /** Cells before this can be read. */
  rolledToMs: number;
  /** Cells before this are being rolled up: a point there marks its cell dirty. At or after `rolledToMs`. */
  rollingToMs: number;
  /** It may hold ranges or dirty cells: it is looked at when the store opens. */
  hasJournal: boolean;
  attached = false;
  /** A write failed: it is attached anew before it is used again. */
  broken = false;
  /** Readers and jobs that are in it now. */
  users = 0;
  lastUse = 0;
  counts: RowCounts = { points: 0, recent: 0, late: 0, conflict: 0 };
  /** Tables of points as they came, oldest first; the last one takes new rows. */
  recentTables: string[] = [];
  /** Goes up when a table is made or dropped: a statement made before may name a table that is gone. */
  generation = 0;
  /** Settles when the job that changes the tables now is done. */
  changing: Promise<void> | undefined;
  /** Goes up with each transaction that writes into the file. */
  writes = 0;
  /** `writes` when it was last looked at for free room. */
  checkedWrites = -1;
  /** Rows in `received`. */
  journalRows = 0;
  readonly dirty = new DirtyCells();
  dirtyGeneration = 0;
  /** Late rows that the last compaction left, because they meet other points. */
  settledLate = 0;
  readonly pending = new PendingWrite();
  readonly #appenders = new Map<string, DuckDBAppender>();

  constructor(identity: FileIdentity, path: string, rolledToMs: number, hasJournal: boolean) {
    this.name = identity.name;
    this.fileClass = identity.fileClass;
    this.fromMs = identity.fromMs;
    this.toMs = identity.toMs;
    this.path = path;
    this.alias = `f_${identity.name.replaceAll(/[^a-z0-9]/g, '_')}`;
    this.rolledToMs = rolledToMs;
    this.rollingToMs = rolledToMs;
    this.hasJournal = hasJournal;
  }

  get isStray(): boolean {
    return this.toMs <= this.fromMs;
  }

  get rows(): number {
    const { points, recent, late, conflict } = this.counts;
    return points + recent + late + conflict;
  }

  /** The table that takes new rows. */
  get currentRecent(): string {
    return this.recentTables.at(-1) ?? recentTable(0);
  }

  /**
   * Tables in which each (series, time) stands at most once. Empty ones are named, too: a statement that names a table which
   * a job has dropped meanwhile fails and is made anew, instead of silently missing what moved.
   */
  mainTables(): string[] {
    return ['points', ...this.recentTables].map((table) => `${this.alias}.${table}`);
  }

  /** Learns what the file holds; after it was attached. */
  async load(connection: DuckDBConnection): Promise<void> {
    this.forgetAppenders();
    this.generation += 1;
    if (this.fileClass === 'rollup') {
      this.counts.points = await this.#count(connection, 'cells');
      this.counts.recent = await this.#count(connection, 'recent_cells');
      return;
    }
    await this.loadCounts(connection);
    this.settledLate = 0;
    this.journalRows = await this.#count(connection, 'received');
    this.dirty.take();
    const dirty = await rowsOf(
      connection,
      `SELECT series, epoch_ms(cell)::DOUBLE, generation FROM ${this.alias}.dirty`,
    );
    for (const [series, cellMs, generation] of dirty) {
      this.dirty.mark(Number(cellMs), Number(series));
      this.dirtyGeneration = Math.max(this.dirtyGeneration, Number(generation) + 1);
    }
  }

  /** Learns the tables of recent rows and how much each table holds. No commit may run meanwhile. */
  async loadCounts(connection: DuckDBConnection): Promise<void> {
    const tables = await rowsOf(
      connection,
      `SELECT table_name FROM duckdb_tables() WHERE database_name = '${this.alias}'`,
    );
    const numbers = tables.map(([table]) => recentNumber(String(table))).filter((k) => k !== undefined);
    this.recentTables = numbers.sort((a, b) => a - b).map(recentTable);
    this.generation += 1;
    let recent = 0;
    for (const table of this.recentTables) recent += await this.#count(connection, table);
    this.counts = {
      recent,
      points: await this.#count(connection, 'points'),
      late: await this.#count(connection, 'late'),
      conflict: await this.#count(connection, 'conflict'),
    };
  }

  async appender(connection: DuckDBConnection, table: string): Promise<DuckDBAppender> {
    const known = this.#appenders.get(table);
    if (known) return known;
    const made = await connection.createAppender(table, 'main', this.alias);
    this.#appenders.set(table, made);
    return made;
  }

  /** Closes the appenders; after a failure they hold rows that must not come back. */
  forgetAppenders(): void {
    for (const appender of this.#appenders.values()) {
      try {
        appender.clear();
        appender.closeSync();
      } catch {
        // An appender whose flush failed cannot be closed; it is let go.
      }
    }
    this.#appenders.clear();
  }

  async #count(connection: DuckDBConnection, table: string): Promise<number> {
    const rows = await rowsOf(connection, `SELECT count(*)::DOUBLE FROM ${this.alias}.${table}`);
    return Number(rows[0]?.[0] ?? 0);
  }
}
