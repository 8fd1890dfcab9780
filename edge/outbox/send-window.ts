export interface WindowSettings {
  /** Messages of the backlog on their way at most; far below what a broker queues for a slow reader. */
  readonly maxWindow: number;
  /** An answer that comes within this time lets the window grow; one that takes twice as long halves it. */
  readonly targetAnswerMs: number;
}

const FIRST_WINDOW = 4;

/**
 * How much of the backlog may be on its way: what the host grants, and no more messages than are answered soon, so that
 * live values do not queue behind the backlog on a slow line.
 */
export class SendWindow {
  readonly #settings: WindowSettings;
  #window = FIRST_WINDOW;
  #credit = 0;

  constructor(settings: WindowSettings) {
    this.#settings = settings;
  }

  /** The host takes this many records beyond those on their way. */
  grant(credit: number): void {
    this.#credit = credit;
  }

  /** Records that may be sent in one more message. */
  allowance(messagesOnTheirWay: number): number {
    return messagesOnTheirWay < this.#window ? this.#credit : 0;
  }

  sent(records: number): void {
    this.#credit = Math.max(0, this.#credit - records);
  }

  answered(afterMs: number): void {
    const { maxWindow, targetAnswerMs } = this.#settings;
    if (afterMs <= targetAnswerMs) this.#window = Math.min(maxWindow, this.#window + 1);
    else if (afterMs > 2 * targetAnswerMs) this.#halve();
  }

  timedOut(): void {
    this.#halve();
  }

  reset(): void {
    this.#window = Math.min(FIRST_WINDOW, this.#settings.maxWindow);
    this.#credit = 0;
  }

  #halve(): void {
    this.#window = Math.max(1, Math.floor(this.#window / 2));
  }
}
