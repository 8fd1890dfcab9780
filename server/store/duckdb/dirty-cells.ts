/** Width of a roll-up cell. */
export const CELL_MS = 900_000;
/** Stands for every series of a cell. */
export const ALL_SERIES = -1;
/** Above this many series a cell is computed again as a whole: it costs little more and bounds the memory. */
const MAX_SERIES_PER_CELL = 2000;

export interface DirtyCell {
  readonly cellMs: number;
  /** Undefined: all of them. */
  readonly series: readonly number[] | undefined;
}

/** Cells that were rolled up and have changed since. */
export class DirtyCells {
  #cells = new Map<number, Set<number>>();

  get isEmpty(): boolean {
    return this.#cells.size === 0;
  }

  /** Whether this mark is new; then it has to be written down, too. Returns the series to write, or undefined. */
  mark(cellMs: number, series: number): number | undefined {
    const marked = this.#cells.get(cellMs);
    if (!marked) {
      this.#cells.set(cellMs, new Set([series]));
      return series;
    }
    if (marked.has(series) || marked.has(ALL_SERIES)) return undefined;
    if (series !== ALL_SERIES && marked.size < MAX_SERIES_PER_CELL) {
      marked.add(series);
      return series;
    }
    marked.clear();
    marked.add(ALL_SERIES);
    return ALL_SERIES;
  }

  /** Whether a cell of [fromMs, toMs) may be stale for any of the series. */
  touches(series: ReadonlySet<number>, fromMs: number, toMs: number): boolean {
    for (const [cellMs, marked] of this.#cells) {
      if (cellMs + CELL_MS <= fromMs || cellMs >= toMs) continue;
      if (marked.has(ALL_SERIES)) return true;
      for (const one of marked) if (series.has(one)) return true;
    }
    return false;
  }

  /** All marks; the set is empty afterwards, and what is marked from now on is new. */
  take(): DirtyCell[] {
    const taken = [...this.#cells].map(([cellMs, marked]) => ({
      cellMs,
      series: marked.has(ALL_SERIES) ? undefined : [...marked],
    }));
    this.#cells = new Map();
    return taken;
  }

  /** Puts marks back that could not be worked off. */
  putBack(cells: readonly DirtyCell[]): void {
    for (const { cellMs, series } of cells) for (const one of series ?? [ALL_SERIES]) this.mark(cellMs, one);
  }
}
