/** What became of a message's sequence number. */
export type Placement =
  /** The expected one: handle it, then what `takeReady` gives. */
  | 'next'
  /** It came before its predecessors and waits. */
  | 'waiting'
  /** It was handled before, or came too late to be placed. */
  | 'duplicate'
  /** Too many wait already: give up on what is missing. */
  | 'overflow';

const MODULUS = 256;

/**
 * The order of one node's messages (specification 3.0.0, section 5.9): sequence numbers 0 to 255 that begin anew.
 * Messages that come early wait, at most `maxWaiting`; the caller owns the timer and calls `giveUp` when it ends.
 */
export class SequenceWindow<T> {
  readonly #maxWaiting: number;
  #expected = 0;
  readonly #waiting = new Map<number, T>();

  constructor(maxWaiting: number) {
    this.#maxWaiting = Math.min(maxWaiting, MODULUS / 2 - 1);
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** A birth of the node: its number is `seq`, what waited belongs to the past. */
  begin(seq: number): void {
    this.#expected = (seq + 1) % MODULUS;
    this.#waiting.clear();
  }

  /** Places a message; `item` is kept only when it has to wait. */
  offer(seq: number, item: T): Placement {
    if (seq === this.#expected) {
      this.#expected = (seq + 1) % MODULUS;
      return 'next';
    }
    const ahead = (seq - this.#expected + MODULUS) % MODULUS;
    if (ahead >= MODULUS / 2 || this.#waiting.has(seq)) return 'duplicate';
    if (ahead > this.#maxWaiting) return 'overflow';
    this.#waiting.set(seq, item);
    return 'waiting';
  }

  /** The message that follows the last one handled, if it waits. */
  takeReady(): T | undefined {
    if (this.#waiting.size === 0) return undefined;
    const item = this.#waiting.get(this.#expected);
    if (item === undefined) return undefined;
    this.#waiting.delete(this.#expected);
    this.#expected = (this.#expected + 1) % MODULUS;
    return item;
  }

  /** Ends the wait for what is missing: all that waits, in order; the next number is the one after the last of them. */
  giveUp(): T[] {
    const inOrder = [...this.#waiting.entries()]
      .map(([seq, item]) => ({ ahead: (seq - this.#expected + MODULUS) % MODULUS, item }))
      .sort((a, b) => a.ahead - b.ahead);
    const last = inOrder.at(-1);
    if (last) this.#expected = (this.#expected + last.ahead + 1) % MODULUS;
    this.#waiting.clear();
    return inOrder.map(({ item }) => item);
  }

  /** Takes `seq` as the last one seen, whatever was expected. */
  jumpTo(seq: number): void {
    this.#expected = (seq + 1) % MODULUS;
    this.#waiting.clear();
  }
}
