import { type Range, RangeSet } from '../../edge/protocol/ranges.ts';

/** What becomes of a record that was received. */
export type Taking =
  | 'new'
  /** It is in the store: acknowledge again. */
  | 'duplicate'
  /** It waits for the store: its acknowledgement will come. */
  | 'waiting'
  /** The stream is too torn to remember one more gap; it comes again when others have closed. */
  | 'refused';

/** A part of what is settled, ascending. */
export interface SettledPart {
  readonly ranges: readonly Range[];
  readonly next: number;
}

/** A bound on gaps: a publisher that leaves out every second number must not fill the memory. */
const MAX_RANGES = 20_000;

/**
 * What the host knows of one epoch's record numbers: durably stored, explained (given up or lost, with a reason), and
 * taken over but not yet durable. Pure: no clock, no I/O. The invariants:
 * - a number is acknowledged (`done`) only when the store has it or its reason is recorded;
 * - a number is handed to the store at most once, unless a commit failed;
 * - `received` is a prefix: nothing at or below it is missing.
 */
export class ReceivedStream {
  readonly stored = new RangeSet();
  readonly explained = new RangeSet();
  /** Ranges of the batches that wait for the store, in the order in which they will be committed. */
  readonly #batches: RangeSet[] = [];
  /** Below it all counts as settled (the edge's word). */
  #first = 1;
  #lastN = 0;
  #highest = 0;
  #prefix = 0;

  /** What the store has had since before the host was started. */
  restore(stored: Iterable<Range>): void {
    this.stored.addAll(stored);
    this.#highest = Math.max(this.#highest, this.stored.max ?? 0);
    this.knownUpTo(this.#highest);
  }

  /** The highest number that is known to have been taken at the edge. */
  get lastN(): number {
    return this.#lastN;
  }

  get first(): number {
    return this.#first;
  }

  get waits(): boolean {
    return this.#batches.some((batch) => batch.size > 0);
  }

  knownUpTo(lastN: number): void {
    this.#lastN = Math.max(this.#lastN, lastN);
  }

  /** The edge counts all below `first` as settled; returns the numbers below it that this host never had. */
  settledBelow(first: number): Range[] {
    this.#first = Math.max(this.#first, first);
    this.knownUpTo(first - 1);
    return first > 1 ? this.missingIn(1, first - 1) : [];
  }

  /** What would become of record n. */
  check(n: number): Taking {
    if (n > this.#highest) return this.#hasRoomFor(n) ? 'new' : 'refused';
    if (this.stored.has(n)) return 'duplicate';
    if (this.#batches.some((batch) => batch.has(n))) return 'waiting';
    return this.#hasRoomFor(n) ? 'new' : 'refused';
  }

  /** A new batch begins; the set holds the numbers that are taken into it. */
  openBatch(): RangeSet {
    const batch = new RangeSet();
    this.#batches.push(batch);
    return batch;
  }

  /** Takes record n, which `check` called new, into a batch. */
  take(n: number, batch: RangeSet): void {
    batch.add(n);
    if (n > this.#highest) this.#highest = n;
    if (n > this.#lastN) this.#lastN = n;
  }

  /** The batch is in the store. */
  committed(batch: RangeSet): void {
    this.#drop(batch);
    this.stored.addAll(batch.toArray());
  }

  /** The batch was given up before it reached the store; its records will be sent again. */
  released(batch: RangeSet): void {
    this.#drop(batch);
    // What was said to be received no longer is.
    this.#prefix = 0;
  }

  /** Records `from … to` will never come; returns those of them that nothing was known of. */
  explain(from: number, to: number): Range[] {
    const missing = this.missingIn(from, to);
    this.explained.addAll(missing);
    this.knownUpTo(to);
    this.#highest = Math.max(this.#highest, this.explained.max ?? 0);
    return missing;
  }

  /** Numbers that are neither stored, nor explained, nor waiting. */
  missingIn(from: number, to: number): Range[] {
    let missing: Range[] = from <= to ? this.stored.missingIn(from, to) : [];
    for (const set of [this.explained, ...this.#batches]) {
      if (set.size > 0) missing = missing.flatMap(([start, end]) => set.missingIn(start, end));
    }
    return missing;
  }

  /** Every number up to here is stored, explained, waiting, or settled by the edge's own word. */
  received(): number {
    let prefix = Math.max(this.#prefix, this.#first - 1);
    for (let next = this.#endOf(prefix + 1); next !== undefined; next = this.#endOf(prefix + 1)) prefix = next;
    this.#prefix = prefix;
    return prefix;
  }

  /**
   * What is settled, in at most `most` ranges. When there are more: the lowest, which let the edge prune, and of the
   * others those after number `after`. `next` is where the part after this one begins; 0 when there is none.
   */
  done(most: number, after = 0): SettledPart {
    const settled =
      this.explained.size === 0 ? this.stored : new RangeSet([...this.stored.toArray(), ...this.explained.toArray()]);
    const ranges = settled.toArray();
    if (ranges.length <= most) return { ranges, next: 0 };
    const half = Math.floor(most / 2);
    const rest = ranges.slice(half);
    const found = rest.findIndex(([from]) => from > after);
    const start = found < 0 ? 0 : found;
    const end = start + most - half;
    const next = end < rest.length ? (rest[end - 1]?.[1] ?? 0) : 0;
    return { ranges: [...ranges.slice(0, half), ...rest.slice(start, end)], next };
  }

  /** Records explained and not stored all the same. */
  explainedCount(): number {
    if (this.explained.size === 0) return 0;
    const settled = new RangeSet([...this.stored.toArray(), ...this.explained.toArray()]);
    return settled.count - this.stored.count;
  }

  #endOf(n: number): number | undefined {
    const end = this.stored.endOf(n) ?? this.explained.endOf(n);
    if (end !== undefined) return end;
    for (const batch of this.#batches) {
      const batchEnd = batch.endOf(n);
      if (batchEnd !== undefined) return batchEnd;
    }
    return undefined;
  }

  #hasRoomFor(n: number): boolean {
    if (this.stored.size < MAX_RANGES) return true;
    return this.stored.has(n - 1) || this.stored.has(n + 1);
  }

  #drop(batch: RangeSet): void {
    const index = this.#batches.indexOf(batch);
    if (index >= 0) this.#batches.splice(index, 1);
  }
}
