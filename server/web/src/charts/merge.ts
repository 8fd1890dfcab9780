import type { Shown } from './plan.ts';
import type { Columns } from './tail.ts';

/** History as the server answered it; `counts` are the good values in each bucket. */
export interface History extends Columns {
  readonly counts?: readonly number[] | undefined;
}

interface MutableColumns extends Columns {
  readonly timesMs: number[];
  readonly values: (number | null)[];
}

/** Readings as taken, joined by time: where both have one, the history's wins. */
export function mergeReadings(history: Columns, tail: Columns): Columns {
  const merged: MutableColumns = { timesMs: [], values: [] };
  let h = 0;
  let t = 0;
  while (h < history.timesMs.length || t < tail.timesMs.length) {
    const historyMs = history.timesMs[h] ?? Number.POSITIVE_INFINITY;
    const tailMs = tail.timesMs[t] ?? Number.POSITIVE_INFINITY;
    if (historyMs <= tailMs) push(merged, historyMs, history.values[h]);
    else push(merged, tailMs, tail.values[t]);
    if (historyMs <= tailMs) h += 1;
    if (tailMs <= historyMs) t += 1;
  }
  return merged;
}

function push(columns: MutableColumns, timeMs: number, value: number | null | undefined): void {
  columns.timesMs.push(timeMs);
  columns.values.push(value ?? null);
}

export interface BucketMerge {
  readonly everyMs: number;
  readonly shown: Shown;
  /** The history holds everything before this time; live values from it on are added. */
  readonly liveFromMs: number;
}

interface OpenBucket {
  startMs: number;
  value: number | null;
  count: number;
}

/**
 * Buckets of the history, continued by live values: they join the last bucket where it is still open, and make new ones
 * of the same width after it. The boundaries are the server's (they begin at midnight of the district).
 */
export function mergeBuckets(history: History, tail: Columns, merge: BucketMerge): Columns {
  const merged: MutableColumns = { timesMs: [...history.timesMs], values: [...history.values] };
  const last = history.timesMs.length - 1;
  const anchorMs = history.timesMs[last] ?? 0;
  let bucket: OpenBucket = {
    startMs: anchorMs,
    value: history.values[last] ?? null,
    count: history.counts?.[last] ?? 0,
  };
  for (let i = 0; i < tail.timesMs.length; i += 1) {
    const timeMs = tail.timesMs[i] ?? 0;
    if (timeMs < merge.liveFromMs || timeMs < anchorMs) continue;
    const startMs = anchorMs + Math.floor((timeMs - anchorMs) / merge.everyMs) * merge.everyMs;
    if (startMs !== bucket.startMs) bucket = { startMs, value: null, count: 0 };
    bucket = withValue(bucket, tail.values[i] ?? null, merge.shown);
    setLast(merged, bucket);
  }
  return merged;
}

function withValue(bucket: OpenBucket, value: number | null, shown: Shown): OpenBucket {
  if (value === null) return bucket;
  const count = bucket.count + 1;
  const known = bucket.value;
  if (known === null || shown === 'last') return { ...bucket, value, count };
  if (shown === 'min') return { ...bucket, value: Math.min(known, value), count };
  if (shown === 'max') return { ...bucket, value: Math.max(known, value), count };
  return { ...bucket, value: (known * bucket.count + value) / count, count };
}

function setLast(columns: MutableColumns, bucket: OpenBucket): void {
  const last = columns.timesMs.length - 1;
  if (columns.timesMs[last] === bucket.startMs) columns.values[last] = bucket.value;
  else push(columns, bucket.startMs, bucket.value);
}

/**
 * The widest step between two readings that is not a gap: three times the usual one, so that one lost reading more or
 * less does not tear the line, and a silent device does.
 */
export function usualStepMs(timesMs: readonly number[]): number {
  if (timesMs.length < 3) return Number.POSITIVE_INFINITY;
  const steps = timesMs.slice(1).map((timeMs, i) => timeMs - (timesMs[i] ?? 0));
  steps.sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? Number.POSITIVE_INFINITY;
}

/** The usual step between buckets that hold something: a register read every 15 min leaves two of three 5-min buckets empty. */
export function bucketStepMs({ timesMs, values }: Columns, everyMs: number): number {
  const usualMs = usualStepMs(timesMs.filter((_, i) => values[i] !== null));
  return Number.isFinite(usualMs) ? Math.max(everyMs, usualMs) : everyMs;
}

/** Leaves out empty buckets between two that hold something and are no further apart than `maxStepMs`: they are no gap. */
export function withoutEmpty({ timesMs, values }: Columns, maxStepMs: number): Columns {
  const kept: MutableColumns = { timesMs: [], values: [] };
  let heldMs = Number.NEGATIVE_INFINITY;
  let heldAt = 0;
  for (let i = 0; i < timesMs.length; i += 1) {
    const timeMs = timesMs[i] ?? 0;
    const value = values[i] ?? null;
    if (value !== null) {
      if (timeMs - heldMs <= maxStepMs) kept.timesMs.length = kept.values.length = heldAt;
      heldMs = timeMs;
    }
    push(kept, timeMs, value);
    if (value !== null) heldAt = kept.timesMs.length;
  }
  return kept;
}

/** A null between two values that are further apart than `maxStepMs`: a line through a gap would be an invention. */
export function withGaps(columns: Columns, maxStepMs: number): Columns {
  const torn: MutableColumns = { timesMs: [], values: [] };
  for (let i = 0; i < columns.timesMs.length; i += 1) {
    const timeMs = columns.timesMs[i] ?? 0;
    const beforeMs = columns.timesMs[i - 1];
    if (beforeMs !== undefined && timeMs - beforeMs > maxStepMs) push(torn, beforeMs + 1, null);
    push(torn, timeMs, columns.values[i]);
  }
  return torn;
}

/** One time axis for several columns: undefined where a column says nothing of a time, null where it says "missing". */
export function joinColumns(list: readonly Columns[]): {
  timesMs: number[];
  values: (number | null | undefined)[][];
} {
  const timesMs = [...new Set(list.flatMap((columns) => columns.timesMs))].sort((a, b) => a - b);
  const position = new Map(timesMs.map((timeMs, i) => [timeMs, i]));
  const values = list.map((columns) => {
    const column = new Array<number | null | undefined>(timesMs.length).fill(undefined);
    for (let i = 0; i < columns.timesMs.length; i += 1) {
      const at = position.get(columns.timesMs[i] ?? 0);
      if (at !== undefined) column[at] = columns.values[i] ?? null;
    }
    return column;
  });
  return { timesMs, values };
}
