import type { ProcessClock } from '../../../../edge/platform/clock.ts';

/**
 * Grid time as the server tells it, carried on between its messages by the page's monotonic clock. The clock of the
 * operator's machine is never asked: it may be wrong, and a simulated district has a time of its own.
 */
export class GridTime {
  readonly #clock: Pick<ProcessClock, 'nowMs'>;
  #gridMs: number | undefined;
  #processMs = 0;
  #speed = 1;

  constructor(clock: Pick<ProcessClock, 'nowMs'>) {
    this.#clock = clock;
  }

  /** Takes what the server just said. */
  set(gridNowMs: number, speed?: number): void {
    this.#gridMs = gridNowMs;
    this.#processMs = this.#clock.nowMs();
    if (speed !== undefined) this.#speed = speed;
  }

  /** Grid seconds in one real second. */
  get speed(): number {
    return this.#speed;
  }

  /** Milliseconds since the Unix epoch; undefined until the server has told the time once. */
  nowMs(): number | undefined {
    if (this.#gridMs === undefined) return undefined;
    return this.#gridMs + (this.#clock.nowMs() - this.#processMs) * this.#speed;
  }
}
