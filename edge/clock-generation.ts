import type { GridClock, ProcessClock } from './platform/clock.ts';

/** Beyond this difference to the wall clock the edge's time starts anew from it. */
export const MAX_CLOCK_DIFFERENCE_MS = 2000;

/** A step of the wall clock that the edge followed. */
export interface ClockStep {
  readonly generation: number;
  /** How far the edge's time moved: positive is forward. */
  readonly stepMs: number;
}

/**
 * The edge's time: an anchor of the wall-based grid clock plus the monotonic clock, so that reading times are not moved
 * by small corrections of the wall clock. When the two differ by more than 2 s, a new clock generation begins at the
 * grid clock's time; records carry the generation, so that a step is seen and never reorders them.
 */
export class EdgeClock implements GridClock {
  readonly speed: number;
  readonly #grid: GridClock;
  readonly #process: ProcessClock;
  readonly #onStep: ((step: ClockStep) => void) | undefined;
  #anchorGridMs: number;
  #anchorProcessMs: number;
  #generation = 1;

  constructor(grid: GridClock, processClock: ProcessClock, onStep?: (step: ClockStep) => void) {
    this.speed = grid.speed;
    this.#grid = grid;
    this.#process = processClock;
    this.#onStep = onStep;
    this.#anchorGridMs = grid.nowMs();
    this.#anchorProcessMs = processClock.nowMs();
  }

  /** Number of the clock generation, from 1; it counts up for as long as the process lives. */
  get generation(): number {
    return this.#generation;
  }

  /** Whole milliseconds UTC of the grid. */
  nowMs(): number {
    const gridMs = this.#grid.nowMs();
    const processMs = this.#process.nowMs();
    const ownMs = this.#anchorGridMs + (processMs - this.#anchorProcessMs) * this.speed;
    const differenceMs = gridMs - ownMs;
    if (Math.abs(differenceMs) <= MAX_CLOCK_DIFFERENCE_MS * this.speed) return Math.floor(ownMs);
    this.#anchorGridMs = gridMs;
    this.#anchorProcessMs = processMs;
    this.#generation += 1;
    this.#onStep?.({ generation: this.#generation, stepMs: differenceMs });
    return gridMs;
  }
}
