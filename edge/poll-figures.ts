import type { BusReport } from './modbus/report.ts';
import type { ProcessClock } from './platform/clock.ts';

/** What the node tells of its polling. */
export interface PollFigures {
  /** Usual duration of a read, ms: the slowest device and the median; undefined before the first read. */
  readonly slowestMs: number | undefined;
  readonly medianMs: number | undefined;
  readonly missed: number;
}

const NONE: PollFigures = { slowestMs: undefined, medianMs: undefined, missed: 0 };
/** A report of ten thousand devices is not made for every figure. */
const KEEP_MS = 5000;

/** Sums the buses' reports up, at most every few seconds. */
export class PollWatch {
  readonly #report: () => readonly BusReport[];
  readonly #clock: ProcessClock;
  #figures = NONE;
  #atMs = -Infinity;

  constructor(report: () => readonly BusReport[], clock: ProcessClock) {
    this.#report = report;
    this.#clock = clock;
  }

  get figures(): PollFigures {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#atMs >= KEEP_MS) {
      this.#figures = figuresOf(this.#report());
      this.#atMs = nowMs;
    }
    return this.#figures;
  }
}

export function figuresOf(reports: readonly BusReport[]): PollFigures {
  const usualMs = reports.flatMap(({ devices }) =>
    devices.flatMap((device) => (device.usualMs === undefined ? [] : [device.usualMs])),
  );
  usualMs.sort((a, b) => a - b);
  return {
    slowestMs: usualMs.at(-1),
    medianMs: usualMs[Math.floor(usualMs.length / 2)],
    missed: reports.reduce((sum, { missedDeadlines }) => sum + missedDeadlines, 0),
  };
}
