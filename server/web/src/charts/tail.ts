/** Values in ascending time; null where the source had none. */
export interface Columns {
  readonly timesMs: readonly number[];
  readonly values: readonly (number | null)[];
}

/** Most live points kept for one metric; beyond it the oldest go, and the next look at the history brings them back. */
const MAX_POINTS = 20_000;

/** What the stream said of one metric since the history was asked for. */
export class LiveTail implements Columns {
  timesMs: number[] = [];
  values: (number | null)[] = [];

  /** Takes a point; an older one than the newest is left to the history. */
  push(timeMs: number, value: number | null): void {
    const last = this.timesMs.length - 1;
    const newestMs = this.timesMs[last] ?? Number.NEGATIVE_INFINITY;
    if (timeMs < newestMs) return;
    if (timeMs === newestMs) {
      this.values[last] = value;
      return;
    }
    this.timesMs.push(timeMs);
    this.values.push(value);
    if (this.timesMs.length > MAX_POINTS) this.dropBefore(this.timesMs[MAX_POINTS / 2] ?? 0);
  }

  dropBefore(timeMs: number): void {
    const first = this.timesMs.findIndex((time) => time >= timeMs);
    const keepFrom = first < 0 ? this.timesMs.length : first;
    if (keepFrom === 0) return;
    this.timesMs = this.timesMs.slice(keepFrom);
    this.values = this.values.slice(keepFrom);
  }
}
