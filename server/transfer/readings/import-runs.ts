import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { ProcessClock } from '../../../edge/platform/clock.ts';
import { GridwardenError, messageOf } from '../../../edge/platform/errors.ts';
import type { Logger } from '../../../edge/platform/log.ts';
import type { Metrics } from '../../../edge/platform/metrics.ts';
import type { Service } from '../../../edge/platform/process.ts';
import type { Actor } from '../../access/actor.ts';
import type { AuditLog } from '../../access/audit-log.ts';
import { noteEnd, Runs } from '../runs.ts';
import { type ImportParts, type ImportProgress, type ImportResult, importFile } from './import-file.ts';
import { planOf, type ReadOptions } from './import-request.ts';
import type { ReadPlan } from './parse-plan.ts';

/** Imports that are remembered, the newest. */
const MAX_REMEMBERED = 20;

/** One file of an import, as far as it is. */
export interface FileRun {
  readonly file: string;
  readonly name: string;
  readonly plan: ReadPlan;
  state: 'waiting' | 'running' | 'done' | 'known' | 'failed';
  progress: ImportProgress | undefined;
  result: ImportResult | undefined;
  /** Why it failed. */
  reason: string | undefined;
  /** How long it has taken, as of the last batch. */
  seconds: number;
}

/** An import that was asked for. */
export interface ImportRun {
  readonly id: string;
  readonly by: string;
  readonly startedMs: number;
  readonly files: readonly FileRun[];
  state: 'running' | 'done' | 'failed';
  endedMs: number | undefined;
}

export interface ImportRunsDeps extends ImportParts {
  readonly processClock: ProcessClock;
  readonly timeZone: string;
  readonly audit: AuditLog;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** A file to import: where it is, how it is called, and whether it goes away afterwards. */
export interface FileOrder {
  readonly path: string;
  readonly name: string;
  readonly isTemporary: boolean;
}

/** The imports of this server: one at a time, its files one after the other, each import in the audit log. */
export class ImportRuns implements Service {
  readonly #deps: ImportRunsDeps;
  readonly #runs = new Runs<ImportRun>(MAX_REMEMBERED);
  readonly #values;
  readonly #ended;

  constructor(deps: ImportRunsDeps) {
    this.#deps = deps;
    this.#values = deps.metrics.counter('import_records_total', 'What imports have read', ['outcome']);
    this.#ended = deps.metrics.counter('imports_total', 'Imports that have ended', ['outcome']);
  }

  /** Where uploads wait, and what was refused is. */
  get folder(): string {
    return this.#deps.folder;
  }

  /** Newest first. */
  list(): readonly ImportRun[] {
    return this.#runs.all;
  }

  /** @throws GridwardenError NOT_FOUND */
  find(id: string): ImportRun {
    return this.#runs.find(id, `This server has made no import ${id} since it was started`);
  }

  /** @throws GridwardenError IMPORT_RUNNING */
  checkFree(): void {
    const { current } = this.#runs;
    if (!current) return;
    throw new GridwardenError(
      'IMPORT_RUNNING',
      `${current.by} imports ${current.files.length} files already; wait for the end`,
    );
  }

  /**
   * Begins an import and does not wait for it.
   * @throws GridwardenError IMPORT_RUNNING, ARGUMENT_INVALID, CONFIG_INVALID, CONFIG_UNREADABLE
   */
  start(orders: readonly FileOrder[], options: ReadOptions, actor: Actor): ImportRun {
    this.checkFree();
    const { audit, gridClock, timeZone } = this.#deps;
    const files = orders.map(({ path, name }): FileRun => {
      const plan = planOf(name, options, timeZone);
      return {
        file: path,
        name,
        plan,
        state: 'waiting',
        seconds: 0,
        progress: undefined,
        result: undefined,
        reason: undefined,
      };
    });
    const run: ImportRun = {
      id: randomUUID(),
      by: actor.name,
      startedMs: gridClock.nowMs(),
      files,
      state: 'running',
      endedMs: undefined,
    };
    const subject = orders
      .map(({ name }) => name)
      .join(', ')
      .slice(0, 1000);
    audit.record({ actor, action: 'import.start', subject, detail: { run: run.id, ...options } });
    this.#runs.begin(run, () => this.#importAll(run, orders, actor));
    return run;
  }

  /** Gives up what is being imported; it goes on where it was when it is asked for again. */
  stop(): Promise<void> {
    return this.#runs.stop();
  }

  async #importAll(run: ImportRun, orders: readonly FileOrder[], actor: Actor): Promise<void> {
    for (const file of run.files) await this.#importOne(run, file, actor);
    for (const { path } of orders.filter(({ isTemporary }) => isTemporary))
      await rm(path, { force: true }).catch(() => undefined);
    const outcome = run.files.some(({ state }) => state === 'failed') ? 'failed' : 'done';
    this.#ended.inc({ outcome });
    run.endedMs = this.#deps.gridClock.nowMs();
    run.state = outcome;
  }

  async #importOne(run: ImportRun, file: FileRun, actor: Actor): Promise<void> {
    const { logger, processClock } = this.#deps;
    file.state = 'running';
    const beganMs = processClock.nowMs();
    try {
      const progress = (next: ImportProgress) => {
        file.progress = next;
        file.seconds = (processClock.nowMs() - beganMs) / 1000;
      };
      const order = { file: file.file, plan: file.plan, actor: actor.name, progress, signal: this.#runs.signal };
      const result = await importFile(this.#deps, order);
      file.result = result;
      file.state = result.wasKnown ? 'known' : 'done';
      this.#values.inc({ outcome: 'stored' }, result.storedNow);
      this.#values.inc({ outcome: 'refused' }, result.wasKnown ? 0 : result.refused);
      logger.info({ file: file.file, stored: result.storedNow, refused: result.refused }, 'a file was imported');
      this.#record(actor, run, file, { stored: result.storedNow, refused: result.refused, known: result.wasKnown });
    } catch (error) {
      file.reason = messageOf(error);
      file.state = 'failed';
      logger.error({ file: file.file, reason: file.reason }, 'an import failed');
      this.#record(actor, run, file, { reason: file.reason });
    }
  }

  #record(actor: Actor, run: ImportRun, file: FileRun, detail: Record<string, unknown>): void {
    const { audit, logger } = this.#deps;
    const action = file.state === 'failed' ? 'import.failed' : 'import.done';
    noteEnd(audit, logger, { actor, action, subject: file.file, detail: { run: run.id, ...detail } });
  }
}
