import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { GridClock, ProcessClock } from '../../../edge/platform/clock.ts';
import { GridwardenError, messageOf } from '../../../edge/platform/errors.ts';
import type { Logger } from '../../../edge/platform/log.ts';
import type { Metrics } from '../../../edge/platform/metrics.ts';
import type { Service } from '../../../edge/platform/process.ts';
import type { Actor } from '../../access/actor.ts';
import type { AuditLog } from '../../access/audit-log.ts';
import { Runs } from '../runs.ts';
import { type ExportStore, wantedSeries } from './export-blocks.ts';
import { type ExportResult, exportFile } from './export-file.ts';
import type { ExportPlan } from './export-plan.ts';

/** Exports that are remembered; the files that the server keeps for them go with them. */
const MAX_REMEMBERED = 5;
/** Values of a file that the server keeps until somebody fetches it. */
export const MAX_KEPT_VALUES = 50_000_000;
/** Values of a file whose place somebody named. */
export const MAX_VALUES = 10_000_000_000;

/** An export that was asked for. */
export interface ExportRun {
  readonly id: string;
  readonly by: string;
  readonly plan: ExportPlan;
  readonly file: string;
  /** The file is the server's own, to be fetched. */
  readonly isKept: boolean;
  readonly startedMs: number;
  state: 'running' | 'done' | 'failed';
  endedMs: number | undefined;
  doneShare: number;
  values: number;
  result: ExportResult | undefined;
  /** Why it failed. */
  reason: string | undefined;
  /** How long it has taken, as of the last block. */
  seconds: number;
}

export interface ExportRunsDeps {
  readonly store: ExportStore;
  /** Where files are kept that are fetched. */
  readonly folder: string;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly audit: AuditLog;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** The exports of this server: one at a time, each in the audit log. */
export class ExportRuns implements Service {
  readonly #deps: ExportRunsDeps;
  readonly #runs = new Runs<ExportRun>(MAX_REMEMBERED);
  readonly #values;
  readonly #ended;

  constructor(deps: ExportRunsDeps) {
    this.#deps = deps;
    this.#values = deps.metrics.counter('export_values_total', 'Values that exports have written', []);
    this.#ended = deps.metrics.counter('exports_total', 'Exports that have ended', ['outcome']);
  }

  /** Newest first. */
  list(): readonly ExportRun[] {
    return this.#runs.all;
  }

  /** @throws GridwardenError NOT_FOUND */
  find(id: string): ExportRun {
    return this.#runs.find(id, `This server remembers no export ${id}`);
  }

  /**
   * Begins an export and does not wait for it. Without a file the server keeps it, to be fetched.
   * @throws GridwardenError EXPORT_RUNNING, NOT_FOUND (a device or a metric)
   */
  start(plan: ExportPlan, file: string | undefined, actor: Actor): ExportRun {
    const { current } = this.#runs;
    if (current)
      throw new GridwardenError('EXPORT_RUNNING', `${current.by} exports readings already; wait for the end`);
    wantedSeries(this.#deps.store, plan);
    const id = randomUUID();
    const name = `${id}.${plan.format}${plan.isCompressed ? '.gz' : ''}`;
    const run: ExportRun = {
      id,
      by: actor.name,
      plan,
      file: file ?? join(this.#deps.folder, name),
      isKept: file === undefined,
      startedMs: this.#deps.gridClock.nowMs(),
      state: 'running',
      endedMs: undefined,
      doneShare: 0,
      values: 0,
      result: undefined,
      reason: undefined,
      seconds: 0,
    };
    const detail = { fromMs: plan.fromMs, toMs: plan.toMs, devices: plan.devices?.length ?? null };
    this.#deps.audit.record({ actor, action: 'export.start', subject: run.file, detail: { run: id, ...detail } });
    this.#runs.begin(run, (forgotten) => this.#export(run, forgotten));
    return run;
  }

  /** Gives up what is being written; nothing is left of it. */
  async stop(): Promise<void> {
    await this.#runs.stop();
    await this.#forget(this.#runs.all);
  }

  async #export(run: ExportRun, forgotten: readonly ExportRun[]): Promise<void> {
    const { store, processClock, logger, gridClock } = this.#deps;
    const beganMs = processClock.nowMs();
    try {
      await this.#forget(forgotten);
      run.result = await exportFile(store, {
        plan: run.plan,
        file: run.file,
        maxValues: run.isKept ? MAX_KEPT_VALUES : MAX_VALUES,
        progress: ({ doneShare, values }) => {
          Object.assign(run, { doneShare, values, seconds: (processClock.nowMs() - beganMs) / 1000 });
        },
        signal: this.#runs.signal,
      });
      run.seconds = (processClock.nowMs() - beganMs) / 1000;
      this.#values.inc(run.result.values);
      run.state = 'done';
      logger.info({ file: run.file, values: run.result.values }, 'readings were exported');
    } catch (error) {
      run.reason = messageOf(error);
      run.state = 'failed';
      logger.error({ file: run.file, reason: run.reason }, 'an export failed');
    }
    run.endedMs = gridClock.nowMs();
    this.#ended.inc({ outcome: run.state });
  }

  async #forget(runs: readonly ExportRun[]): Promise<void> {
    for (const { file } of runs.filter(({ isKept }) => isKept)) await rm(file, { force: true }).catch(() => undefined);
  }
}
