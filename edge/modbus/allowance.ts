/** A device is given at least this long, and this many times its usual time, however tight the bus is. */
const LEAST_MS = 50;
const USUAL_TIMES = 4;

/** Failed probes may take this share of a bus on which other devices answer. */
const PROBE_SHARE = 0.1;

export interface AllowanceOf {
  /** The configured time-out: never more than this. */
  readonly timeoutMs: number;
  /** Shortest interval at which any device of the bus is read, in real milliseconds. */
  readonly shortestIntervalMs: number;
  /** Share of the bus that its answering devices need, 0 to 1. */
  readonly busyShare: number;
  /** Usual time of a request to this device, or to the devices of its bus while it has not answered yet. */
  readonly usualMs: number | undefined;
}

/**
 * How long to wait for an answer, in ms. While one device is waited for, no other can be read: the wait must leave the
 * others their deadlines. Half of the bus's spare time in its shortest interval is what one silent device may take;
 * the others, late by at most that, still fit into what is left.
 */
export function allowanceMs({ timeoutMs, shortestIntervalMs, busyShare, usualMs }: AllowanceOf): number {
  const spareMs = Math.max(0, shortestIntervalMs * (1 - busyShare)) / 2;
  return Math.min(timeoutMs, Math.max(LEAST_MS, USUAL_TIMES * (usualMs ?? 0), spareMs));
}

/** Keeps failed probes of silent devices inside their share of the bus. */
export class ProbeBudget {
  #freeAtMs = 0;

  /** From when on the next probe may be sent. */
  get freeAtMs(): number {
    return this.#freeAtMs;
  }

  /** A probe failed after `costMs`. With nobody else to disturb, the next may follow at once. */
  spend(costMs: number, nowMs: number, othersAnswer: boolean): void {
    this.#freeAtMs = othersAnswer ? nowMs + costMs * (1 / PROBE_SHARE - 1) : nowMs;
  }
}

/** Share of a bus that its devices need: the sum of (usual time of a read / its interval), kept as reads come in. */
export class BusLoad {
  #share = 0;

  get share(): number {
    return this.#share;
  }

  /** A device's part changes from `before` to `after`. */
  change(before: number, after: number): void {
    this.#share = Math.max(0, this.#share + after - before);
  }
}
