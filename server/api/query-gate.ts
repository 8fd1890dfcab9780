import { GridwardenError } from '../../edge/platform/errors.ts';

export interface GateLimits {
  /** Questions that are with the store at the same time. */
  readonly running: number;
  /** Questions that wait for their turn; one more is refused. */
  readonly waiting: number;
}

/** Lets few questions at a time through to the store, so that readers never crowd out what is being written. */
export class QueryGate {
  #running = 0;
  readonly #queue: (() => void)[] = [];
  readonly #limits: GateLimits;

  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  /** @throws GridwardenError OVERLOADED, and whatever `ask` throws */
  async pass<T>(ask: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await ask();
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#running < this.#limits.running) {
      this.#running += 1;
      return;
    }
    if (this.#queue.length >= this.#limits.waiting) {
      throw new GridwardenError('OVERLOADED', 'Too many questions about readings wait already; try again in a moment', {
        details: { retryAfterSeconds: 1 },
      });
    }
    await new Promise<void>((resolve) => this.#queue.push(resolve));
  }

  #leave(): void {
    const next = this.#queue.shift();
    // The place goes straight to the next one: nobody can slip in between.
    if (next) next();
    else this.#running -= 1;
  }
}
