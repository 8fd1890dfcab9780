/**
 * The two clocks of gridwarden. They are passed in, never read from globals.
 *
 * `gridClock` is source time: schedules, Sparkplug timestamps, analytics, alarm delays, ages on the page.
 * `processClock` is for time-outs, back-off, keep-alive and flush. Only simulation lets them run at different speeds.
 */

/** A wall clock in milliseconds since the Unix epoch (UTC). */
export interface GridClock {
  nowMs(): number;
  /** Grid seconds that pass in one real second; 1 outside simulation. */
  readonly speed: number;
}

/** A monotonic clock with timers. Its zero has no meaning; it never goes back. */
export interface ProcessClock {
  nowMs(): number;
  setTimer(delayMs: number, callback: () => void): Timer;
}

export interface Timer {
  cancel(): void;
}

export interface GridClockSettings {
  /** Grid time at `wallStartMs`; default: the same as the wall. */
  readonly startMs?: number;
  readonly wallStartMs?: number;
  readonly speed?: number;
}

/** `gridClock = start + (wall − wallStart) · speed`, from the machine's wall clock. */
export function systemGridClock(settings: GridClockSettings = {}, wallMs: () => number = Date.now): GridClock {
  const speed = settings.speed ?? 1;
  const wallStartMs = settings.wallStartMs ?? 0;
  const startMs = settings.startMs ?? wallStartMs;
  return { speed, nowMs: () => Math.floor(startMs + (wallMs() - wallStartMs) * speed) };
}

/** The machine's monotonic clock. Its timers do not keep the process alive by themselves. */
export function systemProcessClock(): ProcessClock {
  return {
    nowMs: () => performance.now(),
    setTimer(delayMs, callback) {
      const handle = setTimeout(callback, delayMs);
      return { cancel: () => clearTimeout(handle) };
    },
  };
}

interface ManualTimer {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** A process clock that moves only when told; for tests and simulation. Timers fire in order of their due time. */
export class ManualProcessClock implements ProcessClock {
  #nowMs = 0;
  #order = 0;
  #timers: ManualTimer[] = [];

  nowMs(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback };
    this.#timers.push(timer);
    return { cancel: () => (this.#timers = this.#timers.filter((other) => other !== timer)) };
  }

  /** Moves on by `deltaMs`, firing every timer that falls due on the way. */
  advance(deltaMs: number): void {
    const endMs = this.#nowMs + deltaMs;
    for (let next = this.#next(endMs); next !== undefined; next = this.#next(endMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      this.#timers = this.#timers.filter((other) => other !== next);
      next.callback();
    }
    this.#nowMs = endMs;
  }

  /** Number of timers that wait; a test uses it to show that nothing was left behind. */
  get pendingTimers(): number {
    return this.#timers.length;
  }

  #next(untilMs: number): ManualTimer | undefined {
    let first: ManualTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueMs > untilMs) continue;
      if (!first || timer.dueMs < first.dueMs || (timer.dueMs === first.dueMs && timer.order < first.order))
        first = timer;
    }
    return first;
  }
}

/** A grid clock that shows what it is set to; for tests. */
export class ManualGridClock implements GridClock {
  readonly speed = 1;
  #nowMs: number;

  constructor(nowMs: number) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  set(nowMs: number): void {
    this.#nowMs = nowMs;
  }

  advance(deltaMs: number): void {
    this.#nowMs += deltaMs;
  }
}

/** A random source: uniform in [0, 1). */
export type Random = () => number;

/** A seeded random source (mulberry32, 32-bit state): the same seed gives the same sequence everywhere. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
