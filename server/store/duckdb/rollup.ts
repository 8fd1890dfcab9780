import { type DuckDBConnection, DuckDBTimestampValue } from '@duckdb/node-api';
import type { Mutex } from '../mutex.ts';
import { rollupSql } from './bucket-sql.ts';
import type { Catalogue } from './catalogue.ts';
import { CELL_MS, type DirtyCell } from './dirty-cells.ts';
import { type Engine, inTransaction, timestamp } from './engine.ts';
import type { FileSet } from './file-set.ts';
import type { PeriodFile } from './period-file.ts';
import { pointsSql } from './source-sql.ts';

/** Time rolled up by one statement: bounds its memory. */
const STEP_MS = 24 * CELL_MS;
/** Cells in order of arrival above which they are sorted. */
const MAX_RECENT_CELLS = 500_000;

export interface RollupParts {
  readonly engine: Engine;
  readonly files: FileSet;
  readonly catalogue: Catalogue;
  /** Excludes commits. */
  readonly commits: Mutex;
}

/**
 * Rolls up the quarter hours of a file before `toMs`. Points that come for them from now on mark their cell dirty. Roll-ups lie
 * in other files than their points, so a kill in between leaves them out of step; every step therefore replaces what is
 * there, and doing it again changes nothing.
 */
export async function rollUp(parts: RollupParts, file: PeriodFile, toMs: number, nowMs: number): Promise<void> {
  const { catalogue, commits, files } = parts;
  // A commit that is under way knows the old border; the statement must see its rows.
  await commits.run(async () => {
    file.rollingToMs = Math.max(file.rollingToMs, toMs);
  });
  for (let fromMs = file.rolledToMs; fromMs < toMs; ) {
    const target = await files.ensure('rollup', fromMs, nowMs);
    const endMs = Math.min(fromMs + STEP_MS, toMs, target.isStray ? toMs : target.toMs);
    await replaceCells(parts, file, target, { fromMs, toMs: endMs });
    catalogue.setRolledTo(file.name, endMs);
    file.rolledToMs = endMs;
    fromMs = endMs;
  }
}

async function replaceCells(
  { engine, files }: RollupParts,
  file: PeriodFile,
  target: PeriodFile,
  span: { readonly fromMs: number; readonly toMs: number },
): Promise<void> {
  const { job } = engine;
  const slice = { file, fromUs: span.fromMs * 1000, toUs: span.toMs * 1000 };
  await files.using([file, target], () =>
    inTransaction(job, async () => {
      // Only now: which tables hold points is not known of a file that is not attached.
      const points = pointsSql([slice], { series: 'true' });
      for (const table of ['cells', 'recent_cells']) {
        await job.run(
          `DELETE FROM ${target.alias}.${table} WHERE time >= ${timestamp(slice.fromUs)} AND time < ${timestamp(slice.toUs)}`,
        );
      }
      await job.run(`INSERT INTO ${target.alias}.recent_cells ${rollupSql(points, CELL_MS * 1000)}`);
    }),
  );
  await sortCells(engine, files, target);
}

/** Rolls up again what has changed since. */
export async function recomputeDirty(parts: RollupParts, file: PeriodFile, nowMs: number): Promise<void> {
  const { engine, commits, files } = parts;
  const { cells, generation } = await commits.run(async () => ({
    cells: file.dirty.take(),
    generation: file.dirtyGeneration++,
  }));
  try {
    const byTarget = new Map<PeriodFile, DirtyCell[]>();
    for (const cell of cells) {
      const target = await files.ensure('rollup', cell.cellMs, nowMs);
      byTarget.set(target, [...(byTarget.get(target) ?? []), cell]);
    }
    for (const [target, own] of byTarget) await recomputeCells(parts, file, target, own);
    await files.using([file], () =>
      commits.run(async () => {
        await engine.writer.run(`DELETE FROM ${file.alias}.dirty WHERE generation <= ${generation}`);
        file.writes += 1;
      }),
    );
  } catch (error) {
    file.dirty.putBack(cells);
    throw error;
  }
}

async function recomputeCells(
  { engine, files }: RollupParts,
  file: PeriodFile,
  target: PeriodFile,
  cells: readonly DirtyCell[],
): Promise<void> {
  const { job } = engine;
  const hasWhole = cells.some(({ series }) => series === undefined);
  const fromUs = Math.min(...cells.map(({ cellMs }) => cellMs)) * 1000;
  const toUs = (Math.max(...cells.map(({ cellMs }) => cellMs)) + CELL_MS) * 1000;
  const series = hasWhole ? 'true' : 'series IN (SELECT series FROM dirty_pairs)';
  const isDirty = (time: string) =>
    `(${time} IN (SELECT time FROM dirty_cells) OR (series, ${time}) IN (SELECT (series, time) FROM dirty_pairs))`;
  await files.using([file, target], () =>
    inTransaction(job, async () => {
      await listDirty(job, cells);
      for (const table of ['cells', 'recent_cells']) {
        await job.run(`DELETE FROM ${target.alias}.${table} WHERE ${isDirty('time')}`);
      }
      const points = pointsSql([{ file, fromUs, toUs }], { series });
      const cell = `make_timestamp(epoch_us(time) // ${CELL_MS * 1000} * ${CELL_MS * 1000})`;
      const dirtyPoints = `SELECT * FROM (${points}) WHERE ${isDirty(cell)}`;
      await job.run(`INSERT INTO ${target.alias}.recent_cells ${rollupSql(dirtyPoints, CELL_MS * 1000)}`);
    }),
  );
  await sortCells(engine, files, target);
}

/** Puts dirty cells into the temporary tables `dirty_cells` (for all series) and `dirty_pairs`. */
async function listDirty(job: DuckDBConnection, cells: readonly DirtyCell[]): Promise<void> {
  await job.run('CREATE OR REPLACE TEMP TABLE dirty_cells (time TIMESTAMP)');
  await job.run('CREATE OR REPLACE TEMP TABLE dirty_pairs (series INTEGER, time TIMESTAMP)');
  const whole = await job.createAppender('dirty_cells', 'main', 'temp');
  const pairs = await job.createAppender('dirty_pairs', 'main', 'temp');
  for (const { cellMs, series } of cells) {
    const time = new DuckDBTimestampValue(BigInt(cellMs) * 1000n);
    if (series === undefined) {
      whole.appendTimestamp(time);
      whole.endRow();
    }
    for (const one of series ?? []) {
      pairs.appendInteger(one);
      pairs.appendTimestamp(time);
      pairs.endRow();
    }
  }
  whole.closeSync();
  pairs.closeSync();
}

/** Moves cells that came in order of time to where one series is found quickly; see compaction.ts. */
async function sortCells(engine: Engine, files: FileSet, target: PeriodFile): Promise<void> {
  await files.using([target], async () => {
    await target.load(engine.admin);
    if (target.counts.recent < MAX_RECENT_CELLS) return;
    await inTransaction(engine.job, async () => {
      await engine.job.run(
        `INSERT INTO ${target.alias}.cells SELECT * FROM ${target.alias}.recent_cells ORDER BY series >> 6, time, series`,
      );
      await engine.job.run(`DELETE FROM ${target.alias}.recent_cells`);
    });
    await target.load(engine.admin);
  });
}
