/** A value that can be watched. Setting the value that is already there tells nobody. */
export class Cell<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Calls `listener` after each change until the returned function is called. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** A cell that is computed from others; it changes only when the result does, by `isSame`. */
export function derived<T>(
  sources: readonly Cell<unknown>[],
  compute: () => T,
  isSame: (a: T, b: T) => boolean = Object.is,
): Cell<T> {
  const cell = new Cell(compute());
  for (const source of sources)
    source.watch(() => {
      const next = compute();
      if (!isSame(cell.value, next)) cell.set(next);
    });
  return cell;
}
