import type { Alert } from '../live/protocol.ts';

export type Severity = Alert['severity'];

export interface LimitLevel {
  readonly limit: number;
  readonly severity: Severity;
}

export interface LimitSettings {
  /** `high` trips at v ≥ limit and clears at v ≤ limit − deadband; `low` is its mirror image. */
  readonly direction: 'high' | 'low';
  /** At least one; each further one lies beyond the one before and is more severe. */
  readonly levels: readonly LimitLevel[];
  readonly deadband: number;
  readonly onDelayMs: number;
  readonly offDelayMs: number;
}

const NOT_HELD = -1;

/**
 * Whether a value is beyond its limits, with deadband and delays. Delays are measured in source time between good
 * samples: the condition holds from one sample to the next when both say so, and only a sample decides, never the
 * passing of time without one. So the same samples give the same decisions however late they arrive, and what is
 * missing or bad neither starts, ends nor completes anything: the time to the next good sample does not count.
 * A sample that is not newer than the last changes nothing.
 */
export class LimitCondition {
  readonly settings: LimitSettings;
  readonly #sign: 1 | -1;
  /** The mildest limit, with the sign. */
  readonly #first: number;
  #level: number;
  /** For each level, how long its next change has been held. */
  readonly #heldMs: number[];
  /** Nothing is tripped and nothing is held: what almost every sample finds. */
  #isQuiet = false;
  #lastMs = Number.NEGATIVE_INFINITY;
  #isFrozen = true;

  /** `level`: levels that are tripped already (after a restart). */
  constructor(settings: LimitSettings, level = 0) {
    this.settings = settings;
    this.#sign = settings.direction === 'high' ? 1 : -1;
    this.#first = this.#sign * (settings.levels[0]?.limit ?? Number.NaN);
    this.#level = Math.min(level, settings.levels.length);
    this.#heldMs = settings.levels.map(() => NOT_HELD);
  }

  /** Number of levels that are tripped; 0 is normal. */
  get level(): number {
    return this.#level;
  }

  /** A good sample; returns whether the level changed. */
  sample(value: number, timeMs: number): boolean {
    if (timeMs <= this.#lastMs) return false;
    const passedMs = this.#isFrozen ? 0 : timeMs - this.#lastMs;
    this.#lastMs = timeMs;
    this.#isFrozen = false;
    const signed = this.#sign * value;
    if (this.#isQuiet && signed < this.#first) return false;
    return this.#advance(signed, passedMs);
  }

  /** A sample that is not good, or data that are no longer fresh: delays stand still until the next good sample. */
  freeze(): void {
    this.#isFrozen = true;
  }

  #advance(signed: number, passedMs: number): boolean {
    const before = this.#level;
    let level = 0;
    for (let index = 0; index < this.#heldMs.length; index++) {
      if (this.#isTripped(index, index < before, signed, passedMs)) level = index + 1;
    }
    this.#level = level;
    // A worse level is never held without the milder ones.
    this.#isQuiet = level === 0 && this.#heldMs[0] === NOT_HELD;
    return level !== before;
  }

  #isTripped(index: number, wasTripped: boolean, signed: number, passedMs: number): boolean {
    const { deadband, onDelayMs, offDelayMs, levels } = this.settings;
    const limit = this.#sign * (levels[index]?.limit ?? Number.NaN);
    const changes = wasTripped ? signed <= limit - deadband : signed >= limit;
    if (!changes) {
      this.#heldMs[index] = NOT_HELD;
      return wasTripped;
    }
    const before = this.#heldMs[index] ?? NOT_HELD;
    const heldMs = before === NOT_HELD ? 0 : before + passedMs;
    const isDone = heldMs >= (wasTripped ? offDelayMs : onDelayMs);
    this.#heldMs[index] = isDone ? NOT_HELD : heldMs;
    return isDone ? !wasTripped : wasTripped;
  }
}
