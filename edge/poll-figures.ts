import type { PollUsage } from './modbus/report.ts';
import type { ProcessClock } from './platform/clock.ts';

/** What the node tells of its polling. */
export interface PollFigures {
  /** Usual duration of a read, ms: the slowest device and the median; undefined before the first read. */
  readonly slowestMs: number | undefined;
  readonly medianMs: number | undefined;
  readonly missed: number;
}

const NONE: PollFigures = { slowestMs: undefined, medianMs: undefined, missed: 0 };
/** Ten thousand devices are not gone through for every figure. */
const KEEP_MS = 5000;

/** Sums up how the buses poll, at most every few seconds. */
export class PollWatch {
  readonly #usage: () => PollUsage | undefined;
  readonly #clock: ProcessClock;
  #figures = NONE;
  #atMs = -Infinity;

  /** @param usage undefined while there are no buses yet */
  constructor(usage: () => PollUsage | undefined, clock: ProcessClock) {
    this.#usage = usage;
    this.#clock = clock;
  }

  get figures(): PollFigures {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#atMs >= KEEP_MS) {
      const usage = this.#usage();
      this.#figures = usage === undefined ? NONE : figuresOf(usage);
      this.#atMs = nowMs;
    }
    return this.#figures;
  }
}

export function figuresOf({ usualMs, missed }: PollUsage): PollFigures {
  const sorted = Float64Array.from(usualMs).sort();
  return { slowestMs: sorted.at(-1), medianMs: sorted[Math.floor(sorted.length / 2)], missed };
}
