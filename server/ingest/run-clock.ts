/** A bound set where a clock went back: records after `afterN` with a time at or before `untilMs` are conflicts. */
export interface ClockFence {
  readonly afterN: number;
  readonly untilMs: number;
}

export interface Judgement {
  readonly conflict: boolean;
  /** A fence to remember over a restart, where the clock was seen to go back for the first time. */
  readonly fence?: ClockFence;
}

const FINE: Judgement = { conflict: false };
const CONFLICT: Judgement = { conflict: true };

/**
 * The reading times of one device and poll class within one run of its edge, by record number (contracts: "Time"). A
 * record with a higher number and not a later time is a conflict: the clock went back. A record with a lower number that
 * comes late (a repeat, a backlog) is none. The poll class matters because a fast and a register record of a device may
 * share a millisecond without sharing a series.
 */
export class RunClock {
  #lastN = 0;
  #lastMs = Number.NEGATIVE_INFINITY;
  #fenced = false;
  readonly #fences: readonly ClockFence[];

  constructor(fences: readonly ClockFence[] = []) {
    this.#fences = fences;
  }

  /**
   * Judges a record and remembers it.
   * @param newestMs newest live time of the device and poll class in any run; for live records only, else −Infinity
   */
  judge(n: number, timeMs: number, newestMs: number): Judgement {
    const reference = Math.max(n > this.#lastN ? this.#lastMs : Number.NEGATIVE_INFINITY, newestMs);
    if (timeMs <= reference) return this.#conflictWith(n, reference);
    if (this.#fences.length > 0 && this.#fences.some((fence) => n > fence.afterN && timeMs <= fence.untilMs))
      return CONFLICT;
    if (n > this.#lastN) {
      this.#lastN = n;
      this.#fenced = false;
    }
    if (timeMs > this.#lastMs) this.#lastMs = timeMs;
    return FINE;
  }

  #conflictWith(n: number, untilMs: number): Judgement {
    if (this.#fenced) return CONFLICT;
    this.#fenced = true;
    return { conflict: true, fence: { afterN: Math.min(this.#lastN, n - 1), untilMs } };
  }
}
