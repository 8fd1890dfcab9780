/** A reason that stays the same is told again this often. */
const AGAIN_MS = 10 * 60_000;

/** Keeps a log readable: the same complaint is worth a line when it begins, when it changes, and now and then. */
export class Complaint {
  #reason: string | undefined;
  #saidMs = 0;

  /** Whether to say so now. */
  isWorthSaying(reason: string, nowMs: number): boolean {
    if (reason === this.#reason && nowMs - this.#saidMs < AGAIN_MS) return false;
    this.#reason = reason;
    this.#saidMs = nowMs;
    return true;
  }

  /** It is over; true when there was anything. */
  end(): boolean {
    const was = this.#reason !== undefined;
    this.#reason = undefined;
    return was;
  }
}
