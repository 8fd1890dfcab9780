import { CELL_MS } from './dirty-cells.ts';

/** A part of a range, [fromMs, toMs). */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What is known of a file of raw points. */
export interface RawFile extends Span {
  /** Cells before this are rolled up. */
  readonly rolledToMs: number;
  /** A cell that matters here was rolled up and has changed since. */
  readonly isStale: boolean;
}

export interface BucketPlan<F extends RawFile> {
  /** Read from raw points. */
  readonly raw: readonly { readonly file: F; readonly span: Span }[];
  /** Read from roll-ups. */
  readonly rolled: readonly Span[];
}

/**
 * Which parts of a range are read from 15-minute roll-ups and which from raw points. Roll-ups serve whole cells that are
 * rolled up and not stale, and the time whose raw files are gone; raw points serve the rest. Files do not overlap and are
 * in order of time.
 */
export function planBuckets<F extends RawFile>(range: Span, files: readonly F[]): BucketPlan<F> {
  const raw: { file: F; span: Span }[] = [];
  const rolled: Span[] = [];
  const addRaw = (file: F, fromMs: number, toMs: number) => {
    if (toMs > fromMs) raw.push({ file, span: { fromMs, toMs } });
  };
  const addRolled = (fromMs: number, toMs: number) => {
    if (toMs > fromMs) rolled.push({ fromMs, toMs });
  };
  let nextMs = range.fromMs;
  for (const file of files) {
    const fromMs = Math.max(file.fromMs, range.fromMs);
    const toMs = Math.min(file.toMs, range.toMs);
    if (toMs <= fromMs) continue;
    addRolled(cellAtOrAfter(nextMs), cellAtOrBefore(fromMs));
    nextMs = toMs;
    const firstMs = cellAtOrAfter(fromMs);
    const lastMs = Math.min(cellAtOrBefore(toMs), file.rolledToMs);
    if (file.isStale || lastMs <= firstMs) {
      addRaw(file, fromMs, toMs);
      continue;
    }
    addRaw(file, fromMs, firstMs);
    addRolled(firstMs, lastMs);
    addRaw(file, lastMs, toMs);
  }
  addRolled(cellAtOrAfter(nextMs), cellAtOrBefore(range.toMs));
  return { raw, rolled: joined(rolled) };
}

/** Whether buckets of this width and offset consist of whole cells. */
export function fitsCells(everyMs: number, offsetMs: number): boolean {
  return everyMs % CELL_MS === 0 && offsetMs % CELL_MS === 0;
}

function cellAtOrAfter(timeMs: number): number {
  return Math.ceil(timeMs / CELL_MS) * CELL_MS;
}

function cellAtOrBefore(timeMs: number): number {
  return Math.floor(timeMs / CELL_MS) * CELL_MS;
}

/** Neighbours that touch become one. */
function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last && last.toMs === span.fromMs) result[result.length - 1] = { fromMs: last.fromMs, toMs: span.toMs };
    else result.push(span);
  }
  return result;
}
