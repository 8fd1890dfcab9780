/** A binary heap: whoever is before all others is at hand. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #isBefore: (one: T, other: T) => boolean;

  constructor(isBefore: (one: T, other: T) => boolean) {
    this.#isBefore = isBefore;
  }

  get size(): number {
    return this.#items.length;
  }

  get first(): T | undefined {
    return this.#items[0];
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items.values();
  }

  push(item: T): void {
    this.#items.push(item);
    this.#siftUp(this.#items.length - 1);
  }

  shift(): T | undefined {
    const first = this.#items[0];
    const last = this.#items.pop();
    if (last !== undefined && this.#items.length > 0) {
      this.#items[0] = last;
      this.firstMoved();
    }
    return first;
  }

  /** The first has changed, and may have to stand behind others now. */
  firstMoved(): void {
    this.#siftDown(0);
  }

  /** Keeps what `isKept` says; any of them may have changed its place. */
  rebuild(isKept: (item: T) => boolean = () => true): void {
    const kept = this.#items.filter(isKept);
    this.#items.splice(0, this.#items.length, ...kept);
    for (let i = (kept.length >> 1) - 1; i >= 0; i--) this.#siftDown(i);
  }

  #siftUp(index: number): void {
    for (let child = index; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.#swapIfBefore(child, parent)) return;
      child = parent;
    }
  }

  #siftDown(index: number): void {
    const items = this.#items;
    for (let parent = index; ; ) {
      const left = 2 * parent + 1;
      if (left >= items.length) return;
      const child = left + 1 < items.length && this.#standsBefore(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfBefore(child, parent)) return;
      parent = child;
    }
  }

  #standsBefore(a: number, b: number): boolean {
    return this.#isBefore(this.#items[a] as T, this.#items[b] as T);
  }

  #swapIfBefore(child: number, parent: number): boolean {
    if (!this.#standsBefore(child, parent)) return false;
    const items = this.#items;
    const item = items[child] as T;
    items[child] = items[parent] as T;
    items[parent] = item;
    return true;
  }
}
