const WORD_BITS = 32;

/**
 * Numbered items that changed since they were last taken, one bit an item: however far a reader falls behind, this is
 * all the memory that it costs. Items are taken in turns, so that none waits for ever when more change than are taken.
 */
export class DirtySet {
  #words: Uint32Array;
  #size = 0;
  /** Words that may hold bits; beyond them nothing is looked at. */
  #low = Number.POSITIVE_INFINITY;
  #high = -1;
  /** The item at which the next `take` begins. */
  #turn = 0;

  constructor(words = new Uint32Array(4)) {
    this.#words = words;
  }

  get size(): number {
    return this.#size;
  }

  mark(item: number): void {
    const word = item >>> 5;
    if (word >= this.#words.length) this.#grow(word + 1);
    const bit = 1 << (item & 31);
    const bits = this.#words[word] ?? 0;
    if ((bits & bit) !== 0) return;
    this.#words[word] = bits | bit;
    this.#size++;
    if (word < this.#low) this.#low = word;
    if (word > this.#high) this.#high = word;
  }

  unmark(item: number): void {
    const word = item >>> 5;
    const bit = 1 << (item & 31);
    const bits = this.#words[word] ?? 0;
    if ((bits & bit) === 0) return;
    this.#words[word] = bits & ~bit;
    this.#size--;
  }

  clear(): void {
    this.#words.fill(0);
    this.#size = 0;
    this.#low = Number.POSITIVE_INFINITY;
    this.#high = -1;
  }

  /** Removes and returns up to `limit` items, going on where the last call ended. */
  take(limit: number): number[] {
    const taken: number[] = [];
    if (this.#size === 0) return taken;
    const first = this.#low * WORD_BITS;
    const end = (this.#high + 1) * WORD_BITS;
    const turn = this.#turn > first && this.#turn < end ? this.#turn : first;
    this.#takeFrom(turn, end, limit, taken);
    this.#takeFrom(first, turn, limit, taken);
    this.#turn = (taken.at(-1) ?? -1) + 1;
    if (this.#size === 0) this.clear();
    return taken;
  }

  clone(): DirtySet {
    const copy = new DirtySet(this.#words.slice());
    copy.#size = this.#size;
    copy.#low = this.#low;
    copy.#high = this.#high;
    copy.#turn = this.#turn;
    return copy;
  }

  /** Takes from items in [first, end). */
  #takeFrom(first: number, end: number, limit: number, taken: number[]): void {
    for (let start = first; start < end && taken.length < limit; start = (start | 31) + 1) {
      const word = start >>> 5;
      let bits = (this.#words[word] ?? 0) & (-1 << (start & 31));
      if (end - (start & ~31) < WORD_BITS) bits &= (1 << (end & 31)) - 1;
      while (bits !== 0 && taken.length < limit) {
        const item = word * WORD_BITS + 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
        taken.push(item);
        this.unmark(item);
      }
    }
  }

  #grow(words: number): void {
    const larger = new Uint32Array(Math.max(words, this.#words.length * 2));
    larger.set(this.#words);
    this.#words = larger;
  }
}
