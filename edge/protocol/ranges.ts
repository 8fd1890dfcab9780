/** Inclusive range of record numbers. */
export type Range = readonly [from: number, to: number];

/**
 * A set of record numbers kept as sorted, disjoint, non-adjacent ranges. Numbers arrive nearly in order, so adding at the
 * end is the fast path: O(1); anything else is a binary search.
 */
export class RangeSet {
  #from: number[] = [];
  #to: number[] = [];

  constructor(ranges: Iterable<Range> = []) {
    for (const [from, to] of ranges) this.add(from, to);
  }

  /** Number of ranges. */
  get size(): number {
    return this.#from.length;
  }

  /** Number of record numbers in the set. */
  get count(): number {
    return this.#from.reduce((sum, from, index) => sum + (this.#to[index] ?? from) - from + 1, 0);
  }

  /** The highest number, or undefined when empty. */
  get max(): number | undefined {
    return this.#to.at(-1);
  }

  get min(): number | undefined {
    return this.#from[0];
  }

  has(n: number): boolean {
    const index = this.#indexAtOrBefore(n);
    return index >= 0 && n <= (this.#to[index] ?? -Infinity);
  }

  /** The last number of the range that holds n; undefined when n is not in the set. */
  endOf(n: number): number | undefined {
    const end = this.#to[this.#indexAtOrBefore(n)];
    return end !== undefined && n <= end ? end : undefined;
  }

  /** Adds `from … to`, both included. */
  add(from: number, to: number = from): void {
    if (!(from <= to)) throw new RangeError(`a range runs upwards, not from ${from} to ${to}`);
    const last = this.#to.length - 1;
    const lastTo = this.#to[last];
    if (lastTo === undefined || from > lastTo + 1) {
      this.#from.push(from);
      this.#to.push(to);
      return;
    }
    if (from === lastTo + 1) {
      this.#to[last] = to;
      return;
    }
    this.#merge(from, to);
  }

  /** Takes `from … to`, both included, out of the set. */
  remove(from: number, to: number = from): void {
    if (!(from <= to)) throw new RangeError(`a range runs upwards, not from ${from} to ${to}`);
    let first = Math.max(0, this.#indexAtOrBefore(from));
    if ((this.#to[first] ?? Infinity) < from) first += 1;
    let after = first;
    while (after < this.#from.length && (this.#from[after] ?? Infinity) <= to) after += 1;
    if (after === first) return;
    const head = this.#from[first] ?? from;
    const tail = this.#to[after - 1] ?? to;
    const kept: [number, number][] = [];
    if (head < from) kept.push([head, from - 1]);
    if (tail > to) kept.push([to + 1, tail]);
    this.#from.splice(first, after - first, ...kept.map((range) => range[0]));
    this.#to.splice(first, after - first, ...kept.map((range) => range[1]));
  }

  addAll(ranges: Iterable<Range>): void {
    for (const [from, to] of ranges) this.add(from, to);
  }

  /** The ranges in ascending order. */
  toArray(): Range[] {
    return this.#from.map((from, index) => [from, this.#to[index] ?? from] as const);
  }

  /** Whether every number of `from … to` is in the set. */
  covers(from: number, to: number): boolean {
    const index = this.#indexAtOrBefore(from);
    return index >= 0 && to <= (this.#to[index] ?? -Infinity);
  }

  /** How many numbers of `from … to` are in the set. */
  countIn(from: number, to: number): number {
    let count = 0;
    for (let index = Math.max(0, this.#indexAtOrBefore(from)); index < this.#from.length; index++) {
      const start = Math.max(from, this.#from[index] ?? Infinity);
      if (start > to) break;
      count += Math.max(0, Math.min(to, this.#to[index] ?? -Infinity) - start + 1);
    }
    return count;
  }

  /** The numbers of `from … to` that are not in the set, as ranges; at most `most` of them. */
  missingIn(from: number, to: number, most = Infinity): Range[] {
    const missing: Range[] = [];
    let next = from;
    for (let index = Math.max(0, this.#indexAtOrBefore(from)); index < this.#from.length; index++) {
      const start = this.#from[index] ?? 0;
      const end = this.#to[index] ?? 0;
      if (start > to) break;
      if (end < next) continue;
      if (start > next) missing.push([next, start - 1]);
      if (missing.length >= most) return missing;
      next = end + 1;
    }
    if (next <= to) missing.push([next, to]);
    return missing;
  }

  #merge(from: number, to: number): void {
    let first = Math.max(0, this.#indexAtOrBefore(from));
    if ((this.#to[first] ?? -Infinity) + 1 < from) first += 1;
    let after = first;
    let mergedFrom = from;
    let mergedTo = to;
    while (after < this.#from.length && (this.#from[after] ?? Infinity) <= to + 1) {
      mergedFrom = Math.min(mergedFrom, this.#from[after] ?? mergedFrom);
      mergedTo = Math.max(mergedTo, this.#to[after] ?? mergedTo);
      after += 1;
    }
    this.#from.splice(first, after - first, mergedFrom);
    this.#to.splice(first, after - first, mergedTo);
  }

  /** Index of the last range that begins at or before n, or -1. */
  #indexAtOrBefore(n: number): number {
    let low = 0;
    let high = this.#from.length - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      if ((this.#from[middle] ?? Infinity) <= n) low = middle + 1;
      else high = middle - 1;
    }
    return high;
  }
}
