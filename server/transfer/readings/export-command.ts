import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemProcessClock } from '../../../edge/platform/clock.ts';
import { gridClockOf } from '../../../edge/platform/common-config.ts';
import { readSecret } from '../../../edge/platform/config.ts';
import { codeOf, GridwardenError } from '../../../edge/platform/errors.ts';
import { LOCAL_ACTOR } from '../../access/actor.ts';
import { openAuditLog } from '../../access/audit-log.ts';
import { momentMs } from '../../api/when.ts';
import type { ServerConfig } from '../../config.ts';
import { loadServerConfig } from '../../load-config.ts';
import { openOffline } from '../open-offline.ts';
import { inUnits } from '../progress.ts';
import { ServerClient } from '../server-client.ts';
import { exportFile } from './export-file.ts';
import { type ExportFormat, type ExportPlan, outputOf } from './export-plan.ts';
import { MAX_VALUES } from './export-runs.ts';
import { duration } from './import-progress.ts';

const ASK_EVERY_MS = 500;
const SAY_EVERY_MS = 1000;

export interface ExportReadingsCommand {
  readonly config: string;
  /** The file to write; it must not be there. */
  readonly out: string;
  /** Of devices, with commas between; all without it. */
  readonly devices?: string | undefined;
  readonly metrics?: string | undefined;
  readonly from: string;
  readonly to: string;
  readonly format?: ExportFormat | undefined;
  /** Of an engineer; needed where the server has users. */
  readonly tokenFile?: string | undefined;
  readonly say: (line: string) => void;
}

/** Where a server keeps files that were asked for without a place of their own. */
export function exportFolder({ state }: Pick<ServerConfig, 'state'>): string {
  return join(dirname(state), 'exports');
}

/**
 * Writes stored readings into a file: through the running server, or from its files when none runs. Which of the two is told
 * by the lock on the state file.
 *
 * @throws GridwardenError ARGUMENT_INVALID, PLACE_NOT_EMPTY, NOT_FOUND and what the server or the store refuses
 */
export async function exportReadingsCommand(command: ExportReadingsCommand): Promise<void> {
  const { config } = loadServerConfig(command.config);
  const file = resolve(command.out);
  const plan = planOf(command, config.timeZone);
  try {
    await fromFiles(config, file, plan, command.say);
  } catch (error) {
    if (codeOf(error) !== 'FILE_LOCKED') throw error;
    const token = command.tokenFile === undefined ? undefined : readSecret(command.tokenFile);
    await throughServer(new ServerClient(config.listen, token), file, plan, command.say);
  }
}

function planOf(command: ExportReadingsCommand, timeZone: string): ExportPlan {
  const { out, format, devices, metrics, from, to } = command;
  const [fromMs, toMs] = [momentOf('--from', from, timeZone), momentOf('--to', to, timeZone)];
  if (fromMs >= toMs) throw new GridwardenError('ARGUMENT_INVALID', `--to ${to} must be after --from ${from}`);
  return { ...outputOf(out, format), devices: listOf(devices), metrics: listOf(metrics), fromMs, toMs };
}

function momentOf(flag: string, text: string, timeZone: string): number {
  const ms = momentMs(text, timeZone);
  if (!Number.isNaN(ms)) return ms;
  throw new GridwardenError(
    'ARGUMENT_INVALID',
    `${flag} must be a date such as 2026-06-01 or a time such as 2026-06-01T08:00:00Z, not ${text}`,
  );
}

function listOf(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  return [...new Set(text.split(',').map((one) => one.trim()))].filter((one) => one !== '');
}

async function fromFiles(
  config: ServerConfig,
  file: string,
  plan: ExportPlan,
  say: (line: string) => void,
): Promise<void> {
  await using offline = await openOffline(config);
  const clock = systemProcessClock();
  const lines = new ExportLines(say);
  const beganMs = clock.nowMs();
  const audit = openAuditLog(offline.database, gridClockOf(config.clock));
  audit.record({ actor: LOCAL_ACTOR, action: 'export.start', subject: file });
  const secondsNow = () => (clock.nowMs() - beganMs) / 1000;
  const result = await exportFile(offline.store, {
    plan,
    file,
    maxValues: MAX_VALUES,
    progress: (now) => lines.update({ ...now, seconds: secondsNow() }),
    signal: new AbortController().signal,
  });
  say(outcomeOf(file, { ...result, seconds: secondsNow() }));
}

async function throughServer(
  server: ServerClient,
  file: string,
  { isCompressed: _, fromMs, toMs, devices, metrics, format }: ExportPlan,
  say: (line: string) => void,
): Promise<void> {
  const lines = new ExportLines(say);
  const names = { ...(devices && { devices: [...devices] }), ...(metrics && { metrics: [...metrics] }) };
  let run = await server.startExport({ file, format, from: String(fromMs), to: String(toMs), ...names });
  while (run.state === 'running') {
    await delay(ASK_EVERY_MS);
    run = await server.export(run.id);
    lines.update(run);
  }
  if (run.state === 'failed') throw new GridwardenError('STORE_UNAVAILABLE', `The export failed: ${run.reason}`);
  say(outcomeOf(file, { ...run, bytes: run.bytes ?? 0, series: run.series ?? 0 }));
}

interface Outcome {
  readonly values: number;
  readonly series: number;
  readonly bytes: number;
  readonly seconds: number;
}

function outcomeOf(file: string, { values, series, bytes, seconds }: Outcome): string {
  return `${values} values of ${series} series written to ${file}, ${inUnits(bytes)}, ${rateOf(values, seconds)} values/s`;
}

function rateOf(values: number, seconds: number): number {
  return Math.round(values / Math.max(0.001, seconds));
}

/** Says how far an export is, how fast, and how long it will take: at most one line a second. */
class ExportLines {
  readonly #say: (line: string) => void;
  #nextSeconds = SAY_EVERY_MS / 1000;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  update({ doneShare, values, seconds }: Pick<Outcome, 'values' | 'seconds'> & { readonly doneShare: number }): void {
    if (seconds < this.#nextSeconds || doneShare <= 0) return;
    this.#nextSeconds = seconds + SAY_EVERY_MS / 1000;
    const left = duration((seconds * (1 - doneShare)) / doneShare);
    this.#say(`${(100 * doneShare).toFixed(1)} %, ${values} values, ${rateOf(values, seconds)} values/s, ${left} left`);
  }
}
