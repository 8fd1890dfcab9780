import { GridwardenError } from '../../edge/platform/errors.ts';
import { GOOD } from '../../edge/protocol/quality.ts';
import type { RangeQuery, SeriesRows } from './telemetry-store.ts';

/** Quality of a bucket that holds no point at all. */
export const NO_POINT = 255;

/** Buckets of one width from `startMs` on; the first may begin before the range that was asked for. */
export interface BucketGrid {
  readonly startMs: number;
  readonly everyMs: number;
  readonly count: number;
}

/**
 * The buckets of a query, aligned to the Unix epoch plus `offsetMs`.
 * @throws GridwardenError REQUEST_INVALID, RANGE_TOO_LARGE (before any work is done)
 */
export function bucketGrid(query: RangeQuery, everyMs: number): BucketGrid {
  if (!(Number.isInteger(everyMs) && everyMs > 0)) {
    throw new GridwardenError('REQUEST_INVALID', `A bucket of ${everyMs} ms is not possible`);
  }
  const offsetMs = query.offsetMs ?? 0;
  const startMs = Math.floor((query.fromMs - offsetMs) / everyMs) * everyMs + offsetMs;
  const count = Math.max(0, Math.ceil((query.toMs - startMs) / everyMs));
  checkRows(count * query.series.length, query.maxRows);
  return { startMs, everyMs, count };
}

/** @throws GridwardenError RANGE_TOO_LARGE */
export function checkRows(rows: number, maxRows: number): void {
  if (rows > maxRows) {
    throw new GridwardenError(
      'RANGE_TOO_LARGE',
      `The query asks for ${rows} rows, at most ${maxRows} are allowed: ask for a shorter range, fewer series or wider buckets`,
      { details: { rows, maxRows } },
    );
  }
}

export function bucketTimes(grid: BucketGrid): Float64Array {
  return Float64Array.from({ length: grid.count }, (_, index) => grid.startMs + index * grid.everyMs);
}

/**
 * What a register counted from one reading to a later one. With a modulus, a step back by more than half of it is a
 * rollover; a smaller one stays negative, because then the register was set back and someone must see it.
 */
export function registerStep(from: number, to: number, modulus: number): number {
  const step = to - from;
  return modulus > 0 && step < -modulus / 2 ? step + modulus : step;
}

export interface DifferenceInput {
  /** Last good value of each bucket, NaN where it has none. */
  readonly last: Float64Array;
  /** First good value of each bucket. */
  readonly first: Float64Array;
  /** Last good value before the first bucket, NaN when there is none. */
  readonly before: number;
  /** 0: the register does not roll over. */
  readonly modulus: number;
}

/**
 * Difference of a register for each bucket: from the last value before the bucket to the last value in it, so that sums
 * over buckets lose nothing at their borders. What passed while buckets were empty counts in the next that is not.
 * Without any value before, a bucket counts from its own first value.
 */
export function differences({ last, first, before, modulus }: DifferenceInput): Float64Array {
  const result = new Float64Array(last.length).fill(Number.NaN);
  let previous = before;
  for (let index = 0; index < last.length; index++) {
    const end = last[index] ?? Number.NaN;
    if (Number.isNaN(end)) continue;
    const start = Number.isNaN(previous) ? (first[index] ?? end) : previous;
    result[index] = registerStep(start, end, modulus);
    previous = end;
  }
  return result;
}

/** Buckets of one series: empty at first, filled in any order. */
export class BucketRows implements SeriesRows {
  readonly series: number;
  readonly timeMs: Float64Array;
  readonly value: Float64Array;
  readonly quality: Uint8Array;
  readonly count: Float64Array;
  readonly coverage: Float64Array;

  /** @param timeMs of the grid; the series of an answer share one. */
  constructor(series: number, grid: BucketGrid, timeMs: Float64Array) {
    this.series = series;
    this.timeMs = timeMs;
    this.value = new Float64Array(grid.count).fill(Number.NaN);
    this.quality = new Uint8Array(grid.count).fill(NO_POINT);
    this.count = new Float64Array(grid.count);
    this.coverage = new Float64Array(grid.count).fill(Number.NaN);
  }

  /** `quality` counts only when no point was good. */
  set(bucket: number, value: number, good: number, total: number, quality: number): void {
    this.value[bucket] = value;
    this.quality[bucket] = good > 0 ? GOOD : quality;
    this.count[bucket] = good;
    this.coverage[bucket] = total > 0 ? good / total : Number.NaN;
  }
}
