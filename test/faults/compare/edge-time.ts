import type { LoggedFault } from '../plan/fault-log.ts';

/** An edge stamps an answer when it has read it: later than it was given out, by at most a read time-out and some. */
const LATEST_MS = 7000;
/** An edge's time keeps within 2 s of its wall clock, and follows it by a step beyond. */
const EARLIEST_MS = 2500;
/** A step is followed at the next read. */
const AROUND_STEP_MS = 7000;

/** How an edge's time may relate to the machine's, from the log of what was done to it. */
export class EdgeTime {
  readonly #steps: readonly LoggedFault[];
  readonly #freezes: readonly LoggedFault[];

  constructor(faults: readonly LoggedFault[], edge: string) {
    const own = faults.filter(({ target }) => target === edge);
    this.#steps = own.filter(({ kind }) => kind === 'clock_step');
    this.#freezes = own.filter(({ kind }) => kind === 'freeze');
  }

  /** Whether an answer given out at `givenMs` may be stamped with a time in [fromMs, toMs]. */
  mayBeStamped(givenMs: number, fromMs: number, toMs: number): boolean {
    const latestMs = this.#readUntil(givenMs);
    return this.#offsetsAt(givenMs, latestMs).some(
      (offsetMs) => toMs >= givenMs + offsetMs - EARLIEST_MS && fromMs <= latestMs + offsetMs,
    );
  }

  /** An answer that reaches a frozen edge is read when it goes on. */
  #readUntil(givenMs: number): number {
    const held = this.#freezes.filter(({ fromMs, toMs }) => givenMs >= fromMs - LATEST_MS && givenMs <= toMs);
    return Math.max(givenMs, ...held.map(({ toMs }) => toMs)) + LATEST_MS;
  }

  #offsetsAt(givenMs: number, latestMs: number): number[] {
    const stepped = this.#steps.filter(
      ({ fromMs, toMs }) => latestMs >= fromMs - AROUND_STEP_MS && givenMs <= toMs + AROUND_STEP_MS,
    );
    return [0, ...stepped.map(({ offsetMs }) => offsetMs ?? 0)];
  }
}
