import { Backoff } from '../../edge/platform/backoff.ts';
import type { ProcessClock, Random, Timer } from '../../edge/platform/clock.ts';
import { codeOf, messageOf } from '../../edge/platform/errors.ts';
import type { Logger } from '../../edge/platform/log.ts';
import type { CommitResult, TelemetryStore } from '../store/telemetry-store.ts';
import type { PointBuffer } from './point-buffer.ts';
import type { WaitingPoints } from './waiting-points.ts';

export interface CommitSettings {
  readonly intervalMs: number;
}

export interface CommitDeps {
  readonly store: TelemetryStore;
  readonly waiting: WaitingPoints;
  readonly processClock: ProcessClock;
  readonly random: Random;
  readonly logger: Logger;
  /**
   * What must be durable before the batch is: clock fences, so that a record is judged alike when it comes again.
   * When it throws, the commit is tried again later.
   */
  beforeCommit(): void;
  /** The batch is durable; it is still as it was committed. */
  committed(batch: PointBuffer, result: CommitResult, durationMs: number): void;
}

/**
 * Hands batches to the store, one at a time and at most one an interval unless a whole batch waits. When the store fails,
 * the same batch is tried again with back-off for as long as it takes: it is acknowledged only after it is durable.
 */
export class CommitPipeline {
  readonly #settings: CommitSettings;
  readonly #deps: CommitDeps;
  readonly #backoff: Backoff;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  /** Why the last commit failed; undefined when it did not. */
  failure: string | undefined;

  constructor(settings: CommitSettings, deps: CommitDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#backoff = new Backoff({ firstMs: 250, maxMs: 10_000 }, deps.random);
  }

  /** Points were added: a commit follows within the interval. */
  wake(): void {
    if (this.#stopped || this.#running) return;
    const urgent = this.#deps.waiting.hasFullBatch && this.failure === undefined;
    if (urgent) this.#start();
    else this.#timer ??= this.#deps.processClock.setTimer(this.#settings.intervalMs, () => this.#start());
  }

  /** Commits what waits, once; for the end of the process. What the store does not take comes again from the edges. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
    while (this.failure === undefined && !this.#deps.waiting.isEmpty) await this.#commit();
  }

  #start(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#running = this.#commit().finally(() => {
      this.#running = undefined;
      if (this.#deps.waiting.isEmpty || this.#stopped) return;
      if (this.failure === undefined) this.wake();
      else this.#timer ??= this.#deps.processClock.setTimer(this.#backoff.nextMs(), () => this.#start());
    });
  }

  async #commit(): Promise<void> {
    const { waiting, store, processClock, logger } = this.#deps;
    const batch = waiting.beginCommit();
    if (!batch) return;
    const startedMs = processClock.nowMs();
    let result: CommitResult;
    try {
      this.#deps.beforeCommit();
      result = await store.commit({ points: batch, streams: batch.streamRanges() });
    } catch (error) {
      waiting.putBack();
      if (this.failure === undefined) {
        logger.warn({ code: codeOf(error), error: messageOf(error) }, 'readings cannot be stored; they wait');
      }
      this.failure = messageOf(error);
      return;
    }
    this.#deps.committed(batch, result, processClock.nowMs() - startedMs);
    // Before `finish`, which empties the batch.
    if (this.failure !== undefined) logger.info({ points: batch.length }, 'the store takes readings again');
    waiting.finish();
    this.failure = undefined;
    this.#backoff.reset();
  }
}
