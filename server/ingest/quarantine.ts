import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../edge/platform/errors.ts';
import type { Logger } from '../../edge/platform/log.ts';
import type { Metrics } from '../../edge/platform/metrics.ts';

const MAX_KEPT_BYTES = 64 * 1024;
const MAX_WAITING = 200;
/** A flood of garbage is worth a sample, not a disk. */
const MAX_PER_SECOND = 50;

interface Entry {
  readonly time: string;
  readonly topic: string;
  readonly reason: string;
  /** Bytes of the payload; the first 64 KiB of it are kept. */
  readonly bytes: number;
  readonly payload: string;
}

/**
 * Keeps payloads that could not be understood, for a person to look at: JSON lines in one file, the one before beside
 * it; together at most `maxBytes`. When they come faster than the disk takes them, or the disk refuses, they are counted
 * and let go.
 */
export class Quarantine {
  readonly #file: string;
  readonly #folder: string;
  readonly #maxFileBytes: number;
  readonly #logger: Logger;
  readonly #kept;
  readonly #lost;
  #waiting: Entry[] = [];
  #writing: Promise<void> | undefined;
  #fileBytes: number | undefined;
  #second = 0;
  #inSecond = 0;

  constructor(folder: string, maxBytes: number, logger: Logger, metrics: Metrics) {
    this.#folder = folder;
    this.#file = join(folder, 'payloads.jsonl');
    this.#maxFileBytes = maxBytes / 2;
    this.#logger = logger;
    this.#kept = metrics.counter('ingest_quarantined_total', 'Payloads set aside on disk');
    this.#lost = metrics.counter('ingest_quarantine_lost_total', 'Payloads that could not be set aside');
  }

  keep(timeMs: number, topic: string, reason: string, payload: Uint8Array): void {
    const second = Math.floor(timeMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#inSecond = 0;
    }
    this.#inSecond += 1;
    if (this.#waiting.length >= MAX_WAITING || this.#inSecond > MAX_PER_SECOND) {
      this.#lost.inc();
      return;
    }
    const head = payload.subarray(0, MAX_KEPT_BYTES);
    this.#waiting.push({
      time: new Date(timeMs).toISOString(),
      topic: topic.slice(0, 1000),
      reason,
      bytes: payload.length,
      payload: Buffer.from(head).toString('base64'),
    });
    this.#writing ??= this.#write().finally(() => (this.#writing = undefined));
  }

  /** Settles when all that waits has been written. */
  async flush(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      const text = batch.map((entry) => `${JSON.stringify(entry)}\n`).join('');
      try {
        await this.#append(text);
        this.#kept.inc(batch.length);
      } catch (error) {
        this.#lost.inc(batch.length);
        this.#fileBytes = undefined;
        this.#logger.warn({ folder: this.#folder, error: messageOf(error) }, 'payloads cannot be set aside');
      }
    }
  }

  async #append(text: string): Promise<void> {
    if (this.#fileBytes === undefined) {
      await mkdir(this.#folder, { recursive: true });
      this.#fileBytes = await stat(this.#file).then(
        (stats) => stats.size,
        () => 0,
      );
    }
    if (this.#fileBytes > 0 && this.#fileBytes + text.length > this.#maxFileBytes) {
      await rename(this.#file, `${this.#file}.1`);
      this.#fileBytes = 0;
    }
    await appendFile(this.#file, text);
    this.#fileBytes += text.length;
  }
}
