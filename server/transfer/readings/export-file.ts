import { access, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GridwardenError, messageOf } from '../../../edge/platform/errors.ts';
import { type ExportBlock, type ExportStore, exportBlocks, rowCount, wantedSeries } from './export-blocks.ts';
import type { ExportPlan } from './export-plan.ts';
import { WriteThread } from './export-thread.ts';
import type { ExportRows } from './export-writer.ts';

/** How far an export is. */
export interface ExportProgress {
  /** 0 to 1: of the series, and of the time. */
  readonly doneShare: number;
  readonly values: number;
}

export interface ExportResult {
  readonly values: number;
  readonly series: number;
  readonly bytes: number;
}

export interface ExportOrder {
  readonly plan: ExportPlan;
  readonly file: string;
  /** More is refused, and nothing is left of the file. */
  readonly maxValues: number;
  readonly progress: (progress: ExportProgress) => void;
  readonly signal: AbortSignal;
}

/**
 * Writes stored readings into a file: aside first, so that there is a whole file or none.
 *
 * @throws GridwardenError PLACE_NOT_EMPTY, NOT_FOUND (a device or metric), RANGE_TOO_LARGE, DISK_FULL, DIRECTORY_UNWRITABLE
 */
export async function exportFile(store: ExportStore, order: ExportOrder): Promise<ExportResult> {
  const { plan, file, signal } = order;
  const series = wantedSeries(store, plan);
  await freePlace(file);
  const aside = `${file}.part`;
  const thread = new WriteThread({ file: aside, ...plan });
  try {
    const values = await writeAll(store, series, thread, order);
    signal.throwIfAborted();
    await rename(aside, file);
    return { values, series: series.length, bytes: (await stat(file)).size };
  } catch (error) {
    await thread.call({ type: 'giveUp' }).catch(() => undefined);
    await rm(aside, { force: true });
    throw error;
  } finally {
    await thread.stop();
  }
}

async function writeAll(
  store: ExportStore,
  series: readonly number[],
  thread: WriteThread,
  { plan, maxValues, progress, signal }: ExportOrder,
): Promise<number> {
  let values = 0;
  let written = Promise.resolve();
  try {
    for await (const block of exportBlocks(store, series, plan)) {
      signal.throwIfAborted();
      values += rowCount(block.rows);
      if (values > maxValues)
        throw new GridwardenError(
          'RANGE_TOO_LARGE',
          `An export holds at most ${maxValues} values: shorten the range, or name devices`,
        );
      // While one block is written the next is read, and no more than that wait.
      await written;
      written = thread.call({ type: 'rows', rows: rowsOf(store, block) });
      written.catch(() => undefined);
      progress({ doneShare: block.doneShare, values });
    }
  } finally {
    await written;
  }
  await thread.call({ type: 'finish' });
  return values;
}

function rowsOf(store: ExportStore, { rows }: ExportBlock): ExportRows[] {
  return rows.flatMap(({ series, timeMs, value, quality, origin }) => {
    const known = store.series(series);
    if (!known || timeMs.length === 0) return [];
    const { device, metric } = known;
    return [{ device, metric, timeMs, value, quality, origin: origin ?? new Uint8Array(timeMs.length) }];
  });
}

/** @throws GridwardenError PLACE_NOT_EMPTY, DIRECTORY_UNWRITABLE */
async function freePlace(file: string): Promise<void> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  );
  if (isThere) throw new GridwardenError('PLACE_NOT_EMPTY', `${file} is there already`);
  try {
    await mkdir(dirname(file), { recursive: true });
  } catch (cause) {
    throw new GridwardenError('DIRECTORY_UNWRITABLE', `${dirname(file)} cannot be made: ${messageOf(cause)}`, {
      cause,
    });
  }
}
