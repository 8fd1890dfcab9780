/** One bit a slot, growing on demand. */
export class SlotFlags {
  #bits = new Uint8Array(1024);

  has(slot: number): boolean {
    return this.#bits[slot] === 1;
  }

  set(slot: number, on: boolean): void {
    if (slot >= this.#bits.length) {
      const larger = new Uint8Array(Math.max(slot + 1, this.#bits.length * 2));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    this.#bits[slot] = on ? 1 : 0;
  }
}

/** The slots that changed since they were last taken, each once however often it changed: bounded by the number of slots. */
export class ChangeFeed {
  #flags = new SlotFlags();
  #slots: number[] = [];

  mark(slot: number): void {
    if (this.#flags.has(slot)) return;
    this.#flags.set(slot, true);
    this.#slots.push(slot);
  }

  /** The changed slots; the list begins anew. */
  take(): readonly number[] {
    const taken = this.#slots;
    for (const slot of taken) this.#flags.set(slot, false);
    this.#slots = [];
    return taken;
  }

  get size(): number {
    return this.#slots.length;
  }
}
