/** Gives out aliases that no other metric of the node has (tck-id-payloads-alias-uniqueness). */
export class AliasBook {
  #next = 1;

  /** The first of `count` aliases in a row. */
  take(count: number): number {
    const first = this.#next;
    this.#next += count;
    return first;
  }
}
