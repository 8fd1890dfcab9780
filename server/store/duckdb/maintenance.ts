import { Mutex } from '../mutex.ts';
import type { Retention } from '../retention.ts';
import { compact } from './compaction.ts';
import { CELL_MS } from './dirty-cells.ts';
import { inTransaction, timestamp } from './engine.ts';
import { retentionOf } from './period.ts';
import type { PeriodFile } from './period-file.ts';
import type { ReceivedLedger } from './received-ledger.ts';
import { rewriteIfLoose } from './rewrite.ts';
import { type RollupParts, recomputeDirty, rollUp } from './rollup.ts';

/** A quarter hour is rolled up this long after its end; what comes later is rolled up again. */
const ROLLUP_GRACE_MS = 120_000;
/** A file is sorted to the end this long after its period. */
const CLOSE_GRACE_MS = 600_000;
/** Late points above which they are sorted in: until then every read of the file has to look at them. */
const MAX_LATE_ROWS = 200_000;
/** Memory that sorting a row takes, with room for what else is under way. */
const SORT_BYTES_PER_ROW = 128;

export interface MaintenanceParts extends RollupParts {
  readonly ledger: ReceivedLedger;
  readonly retention: Retention;
  readonly memoryLimitBytes: number;
  /** Rows that came in order of arrival above which they are sorted. */
  readonly sortRows?: number;
  readonly say: (line: string) => void;
}

/** What is done beside commits and reads: sorting, roll-ups, moving ranges, dropping what is too old. One job at a time. */
export class Maintenance {
  readonly #parts: MaintenanceParts;
  readonly #jobs = new Mutex();
  readonly #sortRows: number;
  readonly #queued = new Set<PeriodFile>();

  constructor(parts: MaintenanceParts) {
    this.#parts = parts;
    this.#sortRows = parts.sortRows ?? Math.max(100_000, Math.floor(parts.memoryLimitBytes / SORT_BYTES_PER_ROW));
  }

  /** Starts sorting where enough has come; does not wait for it. */
  afterCommit(files: readonly PeriodFile[]): void {
    for (const file of files) {
      const mostLate = Math.min(MAX_LATE_ROWS, this.#sortRows);
      const isFull = file.counts.recent >= this.#sortRows || this.#looseLate(file) >= mostLate;
      if (isFull) this.#startSorting(file);
    }
  }

  /** What is due at this time: closed files, roll-ups, journals. */
  async tick(nowMs: number): Promise<void> {
    await this.#jobs.run(async () => {
      for (const file of this.#parts.files.all()) await this.#lookAfter(file, nowMs);
    });
    const { commits, ledger } = this.#parts;
    const grown = ledger.grown();
    if (grown.length > 0) await commits.run(() => ledger.carry(grown));
  }

  /** Drops files whose whole period is older than its retention; returns what was dropped, in words. */
  applyRetention(nowMs: number): Promise<string[]> {
    return this.#jobs.run(async () => {
      const dropped: string[] = [];
      for (const file of [...this.#parts.files.all()]) {
        const keptFromMs = nowMs - retentionOf(file.fileClass, this.#parts.retention);
        if (file.isStray) dropped.push(...(await this.#trimStrays(file, keptFromMs)));
        else if (file.toMs <= keptFromMs) dropped.push(...(await this.#drop(file, nowMs)));
      }
      return dropped;
    });
  }

  /** Runs work while no job does. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    return this.#jobs.run(work);
  }

  /** Waits until no job runs. */
  idle(): Promise<void> {
    return this.#jobs.run(async () => undefined);
  }

  async #lookAfter(file: PeriodFile, nowMs: number): Promise<void> {
    if (file.isStray) return;
    if (file.fileClass === 'fast') {
      const dueMs = Math.min(file.toMs, Math.floor((nowMs - ROLLUP_GRACE_MS) / CELL_MS) * CELL_MS);
      if (dueMs > file.rolledToMs) await rollUp(this.#parts, file, dueMs, nowMs);
      if (!file.dirty.isEmpty) await recomputeDirty(this.#parts, file, nowMs);
    }
    const isClosed = file.toMs + CLOSE_GRACE_MS <= nowMs;
    if (!file.attached || !isClosed) return;
    if (file.fileClass !== 'rollup' && (file.counts.recent > 0 || this.#looseLate(file) > 0)) await this.#sort(file);
    await rewriteIfLoose(this.#parts, file);
  }

  #startSorting(file: PeriodFile): void {
    if (this.#queued.has(file)) return;
    this.#queued.add(file);
    void this.#jobs
      .run(() => this.#sort(file))
      .catch((error: unknown) => this.#parts.say(`${file.path} was not sorted: ${String(error)}`))
      .finally(() => this.#queued.delete(file));
  }

  async #sort(file: PeriodFile): Promise<void> {
    const { engine, files, commits, catalogue } = this.#parts;
    if (file.isStray) return;
    await files.using([file], () => compact(engine, file, commits));
    catalogue.setPoints(file.name, file.rows);
  }

  /** Late rows that sorting may still move. */
  #looseLate(file: PeriodFile): number {
    return file.isStray ? 0 : file.counts.late - file.settledLate;
  }

  async #drop(file: PeriodFile, nowMs: number): Promise<string[]> {
    const { files, ledger, commits } = this.#parts;
    if (file.fileClass === 'fast') {
      // What is about to go lives on in its roll-ups.
      if (file.rolledToMs < file.toMs) await rollUp(this.#parts, file, file.toMs, nowMs);
      await files.using([file], async () => undefined);
      if (!file.dirty.isEmpty) await recomputeDirty(this.#parts, file, nowMs);
    }
    return commits.run(async () => {
      await ledger.carry([file]);
      return (await files.drop(file)) ? [`${file.name}: ${file.rows} points`] : [];
    });
  }

  async #trimStrays(file: PeriodFile, keptFromMs: number): Promise<string[]> {
    const { engine, files, commits } = this.#parts;
    return files.using([file], () =>
      commits.run(async () => {
        const before = file.rows;
        await inTransaction(engine.writer, async () => {
          for (const table of file.fileClass === 'rollup' ? ['cells', 'recent_cells'] : ['late', 'conflict']) {
            await engine.writer.run(`DELETE FROM ${file.alias}.${table} WHERE time < ${timestamp(keptFromMs * 1000)}`);
          }
        });
        await file.load(engine.admin);
        return before > file.rows ? [`${file.name}: ${before - file.rows} points`] : [];
      }),
    );
  }
}
