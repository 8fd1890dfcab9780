import { Backoff } from '../platform/backoff.ts';
import type { Random } from '../platform/clock.ts';

/** A pause between two attempts grows from the first to the second. */
const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 8000;
/** After the primary host went offline: soon enough to be born within 3 s of its return. */
const HOST_AWAY_PAUSE_MS = 250;
/** How long the host is awaited at one of several brokers. */
const DWELL_MS = 1000;

/** Which broker is tried next, and when: the list in order, with a growing pause after each round of failures. */
export class BrokerWalk {
  readonly #urls: readonly string[];
  readonly #backoff: Backoff;
  readonly #random: Random;
  #index = 0;

  constructor(urls: readonly string[], random: Random) {
    this.#urls = urls;
    this.#random = random;
    this.#backoff = new Backoff({ firstMs: FIRST_PAUSE_MS, maxMs: MAX_PAUSE_MS }, random);
  }

  get url(): string {
    return this.#urls[this.#index] ?? '';
  }

  /** How long to wait for the primary host here; undefined: as long as it takes, there is no other broker. */
  get dwellMs(): number | undefined {
    return this.#urls.length > 1 ? DWELL_MS * (1 + 0.5 * this.#random()) : undefined;
  }

  /** A session was established. */
  succeeded(): void {
    this.#backoff.reset();
  }

  /** The connection failed or was lost; returns the pause before the next attempt. */
  failed(): number {
    const isRoundOver = this.#step();
    return isRoundOver ? this.#backoff.nextMs() : 0;
  }

  /** The primary host is not at this broker; returns the pause before the next attempt. */
  hostAway(): number {
    this.#step();
    return HOST_AWAY_PAUSE_MS * (1 + this.#random());
  }

  /** Returns whether every broker has had its turn. */
  #step(): boolean {
    this.#index = (this.#index + 1) % this.#urls.length;
    return this.#index === 0;
  }
}
