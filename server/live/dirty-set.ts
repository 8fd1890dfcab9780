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
  /** The word at which the next `take` begins. */
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
    const turn = this.#turn > this.#high || this.#turn < this.#low ? this.#low : this.#turn;
    this.#takeFrom(turn, this.#high, limit, taken);
    this.#takeFrom(this.#low, turn - 1, limit, taken);
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

  #takeFrom(first: number, last: number, limit: number, taken: number[]): void {
    for (let word = first; word <= last && taken.length < limit; word++) {
      let bits = this.#words[word] ?? 0;
      while (bits !== 0 && taken.length < limit) {
        const bit = bits & -bits;
        taken.push(word * WORD_BITS + 31 - Math.clz32(bit));
        bits &= ~bit;
        this.#size--;
      }
      this.#words[word] = bits;
      this.#turn = bits === 0 ? word + 1 : word;
    }
  }

  #grow(words: number): void {
    const larger = new Uint32Array(Math.max(words, this.#words.length * 2));
    larger.set(this.#words);
    this.#words = larger;
  }
}
