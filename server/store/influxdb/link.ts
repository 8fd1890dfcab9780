import type { ProcessClock } from '../../../edge/platform/clock.ts';
import { GridwardenError } from '../../../edge/platform/errors.ts';
import type { Logger } from '../../../edge/platform/log.ts';
import type { StoreMetrics } from '../store-metrics.ts';
import type { StoreHealth } from '../telemetry-store.ts';
import { type Bucket, findBucket, serverVersion } from './bucket-admin.ts';
import type { InfluxConnection } from './connection.ts';
import { explainInflux } from './failures.ts';
import type { InfluxState } from './influx-state.ts';

/** How long an answer of the server speaks for its health, and how often a lost one is asked again. */
const FRESH_MS = 10_000;

export interface LinkParts {
  readonly connection: InfluxConnection;
  readonly state: InfluxState;
  readonly buckets: readonly string[];
  readonly processClock: ProcessClock;
  readonly logger: Logger;
  readonly metrics: StoreMetrics;
}

/**
 * Whether the server can be used now: found, its buckets there and the right ones, not asking for patience. Says each change
 * once.
 */
export class InfluxLink {
  readonly #parts: LinkParts;
  #found: readonly Bucket[] | undefined;
  #version = '';
  #failure: GridwardenError | undefined;
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #lastAnswerMs = Number.NEGATIVE_INFINITY;
  #lastTryMs = Number.NEGATIVE_INFINITY;
  #isOpen = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  /** The buckets, once they were found. */
  get buckets(): readonly Bucket[] {
    return this.#found ?? [];
  }

  /** Looks for the buckets at the start; that they are not there is no reason not to start. */
  async tryFirst(): Promise<void> {
    await this.#find().catch((error: unknown) => this.failed(error));
    this.#isOpen = true;
  }

  /**
   * Makes sure that the server may be asked.
   * @throws GridwardenError the reason why not; nothing was sent then
   */
  async ready(): Promise<void> {
    if (this.#failure && this.#parts.processClock.nowMs() < this.#notBeforeMs) throw this.#failure;
    if (!this.#found) await this.#find();
  }

  /** Asks for the buckets again: their retention may have changed. */
  async refresh(): Promise<void> {
    this.#found = undefined;
    try {
      await this.ready();
    } catch (error) {
      throw this.failed(error);
    }
  }

  /** The server took or answered something. */
  succeeded(): void {
    this.#lastAnswerMs = this.#parts.processClock.nowMs();
    if (this.#failure) this.#parts.logger.info({ store: this.#url }, 'InfluxDB works again');
    this.#failure = undefined;
  }

  /** Notes a failure and returns it as one of ours. */
  failed(cause: unknown, bucket = this.#parts.buckets[0] ?? ''): GridwardenError {
    const failure = explainInflux(this.#parts.connection.settings, bucket, cause);
    const { retryAfterMs } = failure.details;
    this.#notBeforeMs = this.#parts.processClock.nowMs() + (typeof retryAfterMs === 'number' ? retryAfterMs : 0);
    // A bucket that is gone may come back as another one.
    if (failure.code === 'STORE_BUCKET_MISSING') this.#found = undefined;
    if (this.#failure?.code !== failure.code) {
      this.#parts.logger.error({ store: this.#url, code: failure.code }, failure.message);
    }
    this.#failure = failure;
    return failure;
  }

  async health(): Promise<StoreHealth> {
    const nowMs = this.#parts.processClock.nowMs();
    const isFresh = nowMs - this.#lastAnswerMs < FRESH_MS;
    if (!isFresh && nowMs - this.#lastTryMs >= FRESH_MS && nowMs >= this.#notBeforeMs) {
      this.#lastTryMs = nowMs;
      await this.#find().catch((error: unknown) => this.failed(error));
    }
    if (this.#failure) return { ok: false, reason: this.#failure.message };
    return { ok: true, reason: `InfluxDB ${this.#version} at ${this.#url}, ${this.#parts.buckets.join(' and ')}` };
  }

  get #url(): string {
    return this.#parts.connection.settings.url;
  }

  async #find(): Promise<void> {
    const { connection, buckets } = this.#parts;
    const found: Bucket[] = [];
    for (const name of buckets) {
      try {
        found.push(await findBucket(connection, name));
      } catch (error) {
        throw explainInflux(connection.settings, name, error);
      }
    }
    this.#checkIdentity(found[0]?.id ?? '');
    this.#version = await serverVersion(connection);
    this.#found = found;
    this.succeeded();
  }

  /**
   * The server gives each bucket an id of its own when it is made. Before the store is open another bucket makes another
   * store, which is for the caller to refuse; afterwards nothing is written to it.
   */
  #checkIdentity(bucketId: string): void {
    const { state } = this.#parts;
    const id = state.identityWith(bucketId);
    if (this.#isOpen && id !== state.identity()) throw swapped(this.#url, bucketId);
    state.remember(bucketId, id);
  }
}

function swapped(url: string, found: string): GridwardenError {
  return new GridwardenError(
    'STORE_SWAPPED',
    `The bucket at ${url} is another one (${found}) than the one this state belongs to: put the right one back, or restart once with --accept-new-store`,
    { details: { found } },
  );
}
