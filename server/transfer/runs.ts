import { GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import type { Logger } from '../../edge/platform/log.ts';
import type { AuditEntry, AuditLog } from '../access/audit-log.ts';

interface Identified {
  readonly id: string;
}

/** What a server was asked for that takes long: one at a time, the newest of them remembered. */
export class Runs<R extends Identified> {
  readonly #maxRemembered: number;
  readonly #runs: R[] = [];
  readonly #abort = new AbortController();
  #running: Promise<void> | undefined;

  constructor(maxRemembered: number) {
    this.#maxRemembered = maxRemembered;
  }

  /** Newest first. */
  get all(): readonly R[] {
    return this.#runs;
  }

  /** The one at work. */
  get current(): R | undefined {
    return this.#running && this.#runs[0];
  }

  /** Aborted when what is at work is to be given up. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** @throws GridwardenError NOT_FOUND with `otherwise` */
  find(id: string, otherwise: string): R {
    const run = this.#runs.find((one) => one.id === id);
    if (!run) throw new GridwardenError('NOT_FOUND', otherwise);
    return run;
  }

  /** Begins one, while none is at work, and does not wait for it. `work` is given those that are forgotten for it. */
  begin(run: R, work: (forgotten: readonly R[]) => Promise<void>): void {
    this.#runs.unshift(run);
    this.#running = work(this.#runs.splice(this.#maxRemembered)).finally(() => {
      this.#running = undefined;
    });
  }

  /** Gives up what is at work. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }
}

/** That the end of a run cannot be noted changes nothing about the run. */
export function noteEnd(audit: AuditLog, logger: Logger, entry: AuditEntry): void {
  try {
    audit.record(entry);
  } catch (error) {
    logger.error({ action: entry.action, reason: messageOf(error) }, 'the audit log cannot be written');
  }
}
