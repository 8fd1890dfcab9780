import type { Random } from './clock.ts';

export interface BackoffSettings {
  readonly firstMs: number;
  readonly maxMs: number;
}

/**
 * Exponential back-off with full jitter on the upper half: attempt k waits between 50 % and 100 % of
 * `min(maxMs, firstMs · 2^k)`, so that many clients do not come back in step.
 */
export class Backoff {
  #attempt = 0;
  readonly #settings: BackoffSettings;
  readonly #random: Random;

  constructor(settings: BackoffSettings, random: Random) {
    this.#settings = settings;
    this.#random = random;
  }

  nextMs(): number {
    const ceilingMs = Math.min(this.#settings.maxMs, this.#settings.firstMs * 2 ** Math.min(this.#attempt, 30));
    this.#attempt += 1;
    return ceilingMs * (0.5 + 0.5 * this.#random());
  }

  reset(): void {
    this.#attempt = 0;
  }
}
