import type { Columns } from './tail.ts';

export interface Summary {
  readonly last: number | null;
  readonly min: number | null;
  readonly mean: number | null;
  readonly max: number | null;
  /** Share of the points that a line without gaps would have, 0 to 1; null when that cannot be told. */
  readonly coverage: number | null;
}

/** What a chart shows, in numbers: for the table beneath it, which also serves who cannot see the picture. */
export function summarise(
  main: Columns,
  expected: number | undefined,
  lowest: Columns = main,
  highest: Columns = main,
): Summary {
  const good = present(main);
  const coverage = expected === undefined ? null : Math.min(1, good.length / expected);
  const mean = good.length === 0 ? null : good.reduce((sum, value) => sum + value, 0) / good.length;
  return {
    last: main.values.at(-1) ?? null,
    min: extreme(present(lowest), Math.min),
    mean,
    max: extreme(present(highest), Math.max),
    coverage,
  };
}

function present(columns: Columns): number[] {
  return columns.values.filter((value): value is number => value !== null);
}

function extreme(values: readonly number[], choose: (a: number, b: number) => number): number | null {
  return values.length === 0 ? null : values.reduce((a, b) => choose(a, b));
}

/** The value at or before a time; null in a gap and before the first. */
export function valueAt(columns: Columns, timeMs: number): number | null {
  let low = 0;
  let high = columns.timesMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((columns.timesMs[middle] ?? 0) <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : (columns.values[low - 1] ?? null);
}
