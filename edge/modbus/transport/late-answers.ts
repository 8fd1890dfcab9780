import type { ProcessClock } from '../../platform/clock.ts';

/** No unit answers later than this after its request; what a line still owed is then forgotten. */
const FORGET_MS = 10_000;

/** What a unit is asked to be told apart from an answer that is still owed: reads, so that nothing is ever changed. */
const FENCES: readonly number[] = [3, 4, 1, 2];
const LAST_FENCE = 2;

/**
 * Answers that units still owe after a time-out. RTU frames carry no number: such an answer would be taken for that to
 * the next request with the same function code and length. So before a unit is asked with a function code under which it
 * owes an answer, it is asked for a single register with another one (the fence). A unit answers in the order in which it
 * was asked: once the fence is answered, or refused, nothing older can come any more.
 */
export class LateAnswers {
  readonly #clock: ProcessClock;
  /** By unit and function code: until when the answer may come, process time. */
  readonly #owed = new Map<number, Map<number, number>>();

  constructor(clock: ProcessClock) {
    this.#clock = clock;
  }

  /** A request was sent, and given up without a sound answer. */
  owes(unit: number, functionCode: number): void {
    const codes = this.#owed.get(unit) ?? new Map<number, number>();
    codes.set(functionCode, this.#clock.nowMs() + FORGET_MS);
    this.#owed.set(unit, codes);
  }

  /** The function code to ask the unit with first; undefined when it may be asked with `functionCode` at once. */
  fenceBefore(unit: number, functionCode: number): number | undefined {
    const codes = this.#owed.get(unit);
    if (codes === undefined) return undefined;
    for (const [code, untilMs] of codes) if (untilMs <= this.#clock.nowMs()) codes.delete(code);
    if (!codes.has(functionCode)) return undefined;
    // When all are owed: an earlier fence's answer says as much, because it, too, was sent after what it fences.
    return FENCES.find((code) => !codes.has(code)) ?? LAST_FENCE;
  }

  /** Whether an answer of this unit may still come. */
  isOwedBy(unit: number): boolean {
    const nowMs = this.#clock.nowMs();
    return [...(this.#owed.get(unit)?.values() ?? [])].some((untilMs) => untilMs > nowMs);
  }

  /** The unit has answered a fence: nothing that was asked before it can come any more. */
  settled(unit: number): void {
    this.#owed.delete(unit);
  }
}
