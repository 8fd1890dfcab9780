import { messageOf } from '../../edge/platform/errors.ts';
import type { HealthReport } from '../ingest/host.ts';

const SILENT: HealthReport = { ok: false, reason: 'the store does not answer' };

/**
 * The store's health for the heartbeat, which must not wait for it: each call asks anew and returns the last answer; a
 * question that is still open at the second call after it means that the store does not answer.
 */
export class StoreWatch {
  readonly #ask: () => Promise<HealthReport>;
  #last: HealthReport = { ok: true, reason: 'not asked yet' };
  #openCalls = 0;
  #answered: Promise<void> = Promise.resolve();

  constructor(ask: () => Promise<HealthReport>) {
    this.#ask = ask;
  }

  report(): HealthReport {
    if (this.#openCalls === 0) this.#answered = this.#question();
    else if (this.#openCalls > 1) this.#last = SILENT;
    this.#openCalls++;
    return this.#last;
  }

  /** The answer to the question that is open, or the last one; it may be long in coming. */
  async answer(): Promise<HealthReport> {
    await this.#answered;
    return this.#last;
  }

  async #question(): Promise<void> {
    try {
      const { ok, reason } = await this.#ask();
      this.#last = { ok, reason };
    } catch (error) {
      this.#last = { ok: false, reason: messageOf(error) };
    }
    this.#openCalls = 0;
  }
}
