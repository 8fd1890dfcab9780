import type { GridClock, ProcessClock, Timer } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import type { OutboxBackend } from './backend.ts';

const INTERVAL_MS = 1000;

/** Joins small blocks of what waits long, one step at a time, so that no commit waits behind it for long. */
export class Compaction {
  readonly #backend: OutboxBackend;
  readonly #gridClock: GridClock;
  readonly #processClock: ProcessClock;
  readonly #logger: Logger;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(parts: {
    readonly backend: OutboxBackend;
    readonly gridClock: GridClock;
    readonly processClock: ProcessClock;
    readonly logger: Logger;
  }) {
    this.#backend = parts.backend;
    this.#gridClock = parts.gridClock;
    this.#processClock = parts.processClock;
    this.#logger = parts.logger;
  }

  start(): void {
    if (!this.#isStopped) this.#timer = this.#processClock.setTimer(INTERVAL_MS, () => this.#step());
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  #step(): void {
    this.#backend
      .compactOnce(this.#gridClock.nowMs())
      .catch((error) => {
        if (!this.#isStopped) this.#logger.warn({ error: messageOf(error) }, 'joining blocks of the outbox failed');
      })
      .finally(() => this.start());
  }
}
