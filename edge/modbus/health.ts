import { GOOD, type QualityCode, qualityCode } from '../protocol/quality.ts';

/** A device that answered before is down after this many failed visits in a row: one lost frame is not an outage. */
const FAILURES_UNTIL_DOWN = 2;

const DISCONNECTED = qualityCode('disconnected');

/** What a visit's outcome means for the record and for those who watch. */
export interface HealthChange {
  /** A failure record is due: the silence begins, has another reason, or ends. */
  readonly record: 'begins' | 'changes' | 'ends' | undefined;
  /** Whether the device went up or down, or is down for another reason. */
  readonly health: boolean;
}

const NOTHING: HealthChange = { record: undefined, health: false };

/** Whether one device answers: knows when silence begins, changes its reason, and ends. */
export class Health {
  #up: boolean | undefined;
  #sinceMs = 0;
  #reason: QualityCode = GOOD;
  #failures = 0;

  /** Undefined until the first visit has ended. */
  get up(): boolean | undefined {
    return this.#up;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  /** Why the last visit failed; good when it did not. */
  get reason(): QualityCode {
    return this.#reason;
  }

  get failing(): boolean {
    return this.#failures > 0;
  }

  succeeded(nowMs: number): HealthChange {
    if (this.#up === true && this.#failures === 0) return NOTHING;
    const record = this.#failures > 0 ? 'ends' : undefined;
    const health = this.#up !== true;
    this.#failures = 0;
    this.#reason = GOOD;
    if (health) this.#set(true, nowMs);
    return { record, health };
  }

  failed(reason: QualityCode, nowMs: number): HealthChange {
    const record = this.#failures === 0 ? 'begins' : this.#reason === reason ? undefined : 'changes';
    this.#failures += 1;
    this.#reason = reason;
    const goesDown =
      this.#up === undefined || (this.#up && (this.#failures >= FAILURES_UNTIL_DOWN || reason === DISCONNECTED));
    if (goesDown) this.#set(false, nowMs);
    return { record, health: goesDown || (this.#up === false && record === 'changes') };
  }

  #set(up: boolean, nowMs: number): void {
    this.#up = up;
    this.#sinceMs = nowMs;
  }
}
