import { randomUUID } from 'node:crypto';
import { GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import type { Logger } from '../../edge/platform/log.ts';
import type { Metrics } from '../../edge/platform/metrics.ts';
import type { Service } from '../../edge/platform/process.ts';
import type { Actor } from '../access/actor.ts';
import type { AuditLog } from '../access/audit-log.ts';
import { type BackupParts, makeBackup } from './make-backup.ts';
import { noteEnd, Runs } from './runs.ts';

/** Backups that are remembered, the newest. */
const MAX_REMEMBERED = 20;

/** A backup that was asked for; `bytes` are those of the store's files. */
export interface BackupRun {
  readonly id: string;
  readonly folder: string;
  readonly by: string;
  readonly startedMs: number;
  state: 'running' | 'done' | 'failed';
  endedMs: number | undefined;
  doneBytes: number;
  totalBytes: number;
  /** Why it failed. */
  reason: string | undefined;
}

export interface BackupRunsDeps extends BackupParts {
  readonly audit: AuditLog;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The backups that this server makes: one at a time, each in the audit log when it begins and when it ends. */
export class BackupRuns implements Service {
  readonly #deps: BackupRunsDeps;
  readonly #runs = new Runs<BackupRun>(MAX_REMEMBERED);
  readonly #ended;
  #lastDoneMs = 0;

  constructor(deps: BackupRunsDeps) {
    this.#deps = deps;
    const { metrics } = deps;
    this.#ended = metrics.counter('backups_total', 'Backups that have ended', ['outcome']);
    const help = 'Grid time of the last backup that this process has finished, in seconds; 0 before the first';
    metrics.gauge('backup_last_done_seconds', help, [], () => this.#lastDoneMs / 1000);
  }

  /** Newest first. */
  list(): readonly BackupRun[] {
    return this.#runs.all;
  }

  /** @throws GridwardenError NOT_FOUND */
  find(id: string): BackupRun {
    return this.#runs.find(id, `This server has made no backup ${id} since it was started`);
  }

  /**
   * Begins a backup and does not wait for it.
   * @throws GridwardenError BACKUP_RUNNING
   */
  start(folder: string, actor: Actor): BackupRun {
    const { current } = this.#runs;
    if (current) {
      throw new GridwardenError('BACKUP_RUNNING', `A backup to ${current.folder} is being made; wait for its end`);
    }
    const { audit, gridClock } = this.#deps;
    const startedMs = gridClock.nowMs();
    const open = { state: 'running', endedMs: undefined, doneBytes: 0, totalBytes: 0, reason: undefined } as const;
    const run: BackupRun = { id: randomUUID(), folder, by: actor.name, startedMs, ...open };
    audit.record({ actor, action: 'backup.start', subject: folder, detail: { run: run.id } });
    this.#runs.begin(run, () => this.#make(run, actor));
    return run;
  }

  /** Gives up what is being made. */
  stop(): Promise<void> {
    return this.#runs.stop();
  }

  async #make(run: BackupRun, actor: Actor): Promise<void> {
    const { gridClock, logger } = this.#deps;
    let outcome: 'done' | 'failed' = 'failed';
    try {
      const progress = (doneBytes: number, totalBytes: number) => Object.assign(run, { doneBytes, totalBytes });
      const { id, takenMs } = await makeBackup(run.folder, this.#deps, { progress, signal: this.#runs.signal });
      outcome = 'done';
      this.#lastDoneMs = gridClock.nowMs();
      logger.info({ folder: run.folder, backup: id, bytes: run.totalBytes }, 'a backup was made');
      this.#record(actor, run, 'backup.done', { backup: id, takenMs });
    } catch (error) {
      run.reason = messageOf(error);
      logger.error({ folder: run.folder, reason: run.reason }, 'a backup failed');
      this.#record(actor, run, 'backup.failed', { reason: run.reason });
    }
    this.#ended.inc({ outcome });
    run.endedMs = gridClock.nowMs();
    run.state = outcome;
  }

  #record(actor: Actor, run: BackupRun, action: string, detail: Record<string, unknown>): void {
    const { audit, logger } = this.#deps;
    noteEnd(audit, logger, { actor, action, subject: run.folder, detail: { run: run.id, ...detail } });
  }
}
