import { type Range, RangeSet } from '../protocol/ranges.ts';

/**
 * How far the records of one epoch are. A number waits until it is settled; of those that wait, some are busy (sent and
 * not yet answered, or about to be sent), and some the host has received; the rest is the backlog.
 */
export class EpochDelivery {
  readonly epoch: string;
  readonly #settled = new RangeSet();
  /** Settled, or busy. */
  readonly #busy = new RangeSet();
  /** Element k holds the numbers of which at least k + 1 sends have failed. */
  readonly #failed: RangeSet[] = [];
  #lastN: number;
  #received = 0;

  constructor(epoch: string, lastN: number, waiting: readonly Range[]) {
    this.epoch = epoch;
    this.#lastN = lastN;
    if (lastN > 0) this.#settled.addAll(new RangeSet(waiting).missingIn(1, lastN));
    this.#busy.addAll(this.#settled.toArray());
  }

  get lastN(): number {
    return this.#lastN;
  }

  /** The lowest number that waits; one beyond the last when none does. */
  get first(): number {
    return this.#settled.missingIn(1, this.#lastN + 1, 1)[0]?.[0] ?? 1;
  }

  /** How many records wait. */
  get waiting(): number {
    return this.#lastN - this.#settled.countIn(1, Math.max(1, this.#lastN));
  }

  /** Where the backlog begins; undefined when there is none. */
  get backlogFrom(): number | undefined {
    if (this.#received >= this.#lastN) return undefined;
    return this.#busy.missingIn(this.#received + 1, this.#lastN, 1)[0]?.[0];
  }

  isWaiting(n: number): boolean {
    return n >= 1 && n <= this.#lastN && !this.#settled.has(n);
  }

  taken(to: number): void {
    this.#lastN = Math.max(this.#lastN, to);
  }

  /** Marks numbers as settled, or given up; returns those that waited. */
  settle(ranges: readonly Range[]): Range[] {
    const known = ranges.flatMap(([from, to]): Range[] =>
      from > this.#lastN ? [] : [[from, Math.min(to, this.#lastN)]],
    );
    const fresh = known.flatMap(([from, to]) => this.#settled.missingIn(from, to));
    this.#settled.addAll(fresh);
    this.#busy.addAll(fresh);
    return fresh;
  }

  /** The host has all up to here. A host that knows less than before has lost what it had not stored: it is sent again. */
  receivedUpTo(n: number): void {
    if (n < this.#received) this.release([[n + 1, this.#received]]);
    this.#received = n;
  }

  /** Takes the backlog of `from … to` into hand; returns it. */
  claim(from: number, to: number): Range[] {
    const end = Math.min(to, this.#lastN);
    const start = Math.max(from, this.#received + 1);
    const claimed = start > end ? [] : this.#busy.missingIn(start, end);
    this.#busy.addAll(claimed);
    return claimed;
  }

  sent(ranges: readonly Range[]): void {
    this.#busy.addAll(ranges);
  }

  /** A send of these numbers has failed while later ones were answered. */
  failed(ranges: readonly Range[]): void {
    for (let failures = this.#failed.length; failures >= 1; failures--) {
      const again = within(this.#failed[failures - 1], ranges);
      if (again.length > 0) this.#failedSet(failures).addAll(again);
    }
    this.#failedSet(0).addAll(ranges);
  }

  /** How many sends of the number have failed. */
  failuresOf(n: number): number {
    let failures = 0;
    while (this.#failed[failures]?.has(n)) failures += 1;
    return failures;
  }

  /** Those of the numbers of which so many sends have failed. */
  exhausted(ranges: readonly Range[], maxSends: number): Range[] {
    return within(this.#failed[maxSends - 1], ranges);
  }

  /** Those of the numbers that wait and that the host has not received. */
  missing(ranges: readonly Range[]): Range[] {
    return this.unsettled(ranges).flatMap(([from, to]): Range[] =>
      to <= this.#received ? [] : [[Math.max(from, this.#received + 1), to]],
    );
  }

  unsettled(ranges: readonly Range[]): Range[] {
    return ranges.flatMap(([from, to]) => this.#settled.missingIn(from, to));
  }

  /** What is not settled of these numbers is backlog again. */
  release(ranges: readonly Range[]): void {
    for (const [from, to] of this.unsettled(ranges)) this.#busy.remove(from, to);
  }

  /** A new session: nothing is on its way. */
  releaseAll(): void {
    this.#received = 0;
    if (this.#lastN > 0) this.release([[1, this.#lastN]]);
  }

  #failedSet(index: number): RangeSet {
    const set = this.#failed[index] ?? new RangeSet();
    this.#failed[index] = set;
    return set;
  }
}

function within(set: RangeSet | undefined, ranges: readonly Range[]): Range[] {
  if (!set || set.size === 0) return [];
  return ranges.flatMap(([from, to]) => intersect(set, from, to));
}

function intersect(set: RangeSet, from: number, to: number): Range[] {
  const inside: Range[] = [];
  let next = from;
  for (const [gapFrom, gapTo] of set.missingIn(from, to)) {
    if (gapFrom > next) inside.push([next, gapFrom - 1]);
    next = gapTo + 1;
  }
  if (next <= to) inside.push([next, to]);
  return inside;
}
