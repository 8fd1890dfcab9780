import type { StoreStatistics } from '../telemetry-store.ts';
import type { FileSet } from './file-set.ts';
import { FILE_CLASSES } from './period.ts';
import type { PeriodFile } from './period-file.ts';

const DAY_MS = 86_400_000;
/** A file that has been filled for less says little about its growth. */
const MIN_SPAN_MS = 3_600_000;

/** The time that a store has been filled. */
export interface StoreSpan {
  readonly createdMs: number;
  readonly nowMs: number;
}

/** What the files hold, and how they grow: each class as its newest file that has been filled long enough. */
export function statisticsOf(files: FileSet, series: number, span: StoreSpan): StoreStatistics {
  const all = files.all();
  return {
    bytes: sum(all.map((file) => files.bytesOf(file))),
    points: sum(all.filter(({ fileClass }) => fileClass !== 'rollup').map(({ rows }) => rows)),
    series,
    bytesPerDay: sum(
      FILE_CLASSES.map((fileClass) =>
        growth(
          all.filter((file) => file.fileClass === fileClass),
          files,
          span,
        ),
      ),
    ),
  };
}

function growth(files: readonly PeriodFile[], set: FileSet, span: StoreSpan): number {
  const filledMs = ({ fromMs, toMs }: PeriodFile) =>
    Math.min(toMs, span.nowMs) - Math.max(fromMs, Math.min(span.createdMs, toMs - MIN_SPAN_MS));
  const filled = files.filter((file) => !file.isStray && filledMs(file) >= MIN_SPAN_MS).at(-1);
  return filled ? (set.bytesOf(filled) * DAY_MS) / filledMs(filled) : 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
