import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemProcessClock } from '../../../edge/platform/clock.ts';
import { gridClockOf } from '../../../edge/platform/common-config.ts';
import { readSecret } from '../../../edge/platform/config.ts';
import { codeOf, GridwardenError } from '../../../edge/platform/errors.ts';
import { LOCAL_ACTOR } from '../../access/actor.ts';
import { openAuditLog } from '../../access/audit-log.ts';
import type { ImportFile } from '../../api/imports.schema.ts';
import type { ServerConfig } from '../../config.ts';
import { loadServerConfig } from '../../load-config.ts';
import { dirtyDaysOf } from '../dirty-days-of.ts';
import { openOffline } from '../open-offline.ts';
import { ServerClient } from '../server-client.ts';
import { importFile } from './import-file.ts';
import { ImportLines } from './import-progress.ts';
import { planOf, type ReadOptions } from './import-request.ts';

const ASK_EVERY_MS = 500;

export interface ImportReadingsCommand {
  readonly config: string;
  readonly files: readonly string[];
  readonly options: ReadOptions;
  /** Of an admin; needed where the server has users. */
  readonly tokenFile?: string;
  readonly say: (line: string) => void;
}

/** Where a server keeps what its imports refused. */
export function importFolder({ state }: Pick<ServerConfig, 'state'>): string {
  return join(dirname(state), 'imports');
}

/**
 * Imports files: through the running server, or into its files when none runs. Which of the two is told by the lock on the
 * state file. The other files are imported when one cannot be; then the command fails at its end.
 *
 * @throws GridwardenError IMPORT_INVALID, and what the server or the store refuses
 */
export async function importReadingsCommand(command: ImportReadingsCommand): Promise<void> {
  const { config } = loadServerConfig(command.config);
  const files = command.files.map((file) => resolve(file));
  for (const file of files) if (!existsSync(file)) throw new GridwardenError('NOT_FOUND', `${file} is not there`);
  const mapping = command.options.mapping;
  const options =
    mapping !== undefined && /[/\\]|\.ya?ml$/.test(mapping)
      ? { ...command.options, mapping: resolve(mapping) }
      : command.options;
  // What is said wrongly is told before anything is touched.
  for (const file of files) planOf(file, options, config.timeZone);
  const failed = await runEither(command, config, files, options);
  if (failed.length === 0) return;
  throw new GridwardenError('IMPORT_INVALID', `${failed.length} of ${files.length} files failed: ${failed.join('; ')}`);
}

async function runEither(
  { say, tokenFile }: ImportReadingsCommand,
  config: ServerConfig,
  files: readonly string[],
  options: ReadOptions,
): Promise<string[]> {
  try {
    return await intoFiles(config, files, options, say);
  } catch (error) {
    if (codeOf(error) !== 'FILE_LOCKED') throw error;
    const client = new ServerClient(config.listen, tokenFile && readSecret(tokenFile));
    return throughServer(client, files, options, say);
  }
}

async function intoFiles(
  config: ServerConfig,
  files: readonly string[],
  options: ReadOptions,
  say: (line: string) => void,
): Promise<string[]> {
  await using offline = await openOffline(config);
  const { database, store, retention } = offline;
  const gridClock = gridClockOf(config.clock);
  const clock = systemProcessClock();
  const audit = openAuditLog(database, gridClock);
  const failed: string[] = [];
  for (const file of files) {
    const name = basename(file);
    const lines = new ImportLines(name, say, clock);
    audit.record({ actor: LOCAL_ACTOR, action: 'import.start', subject: file, detail: { ...options } });
    try {
      const beganMs = clock.nowMs();
      const dirty = dirtyDaysOf(database, config, gridClock);
      const parts = { database, store, dirty, gridClock, retention, folder: importFolder(config) };
      const plan = planOf(file, options, config.timeZone);
      const signal = new AbortController().signal;
      const result = await importFile(parts, {
        file,
        plan,
        actor: LOCAL_ACTOR.name,
        progress: (one) => lines.update(one),
        signal,
      });
      const perSecond = Math.round(result.storedNow / Math.max(0.001, (clock.nowMs() - beganMs) / 1000));
      say(outcomeOf({ name, ...result, rejects: result.rejects ?? null, valuesPerSecond: perSecond }));
    } catch (error) {
      if (codeOf(error) !== 'IMPORT_INVALID') throw error;
      failed.push(messageFor(name, error));
      say(messageFor(name, error));
    }
  }
  return failed;
}

async function throughServer(
  server: ServerClient,
  files: readonly string[],
  options: ReadOptions,
  say: (line: string) => void,
): Promise<string[]> {
  let run = await server.startImport({ files: [...files], ...options });
  const lines = files.map((file) => new ImportLines(basename(file), say, systemProcessClock()));
  const told = new Set<number>();
  for (;;) {
    for (const [index, file] of run.files.entries()) {
      if (file.state === 'running') lines[index]?.update(file);
      if (file.state === 'running' || file.state === 'waiting' || told.has(index)) continue;
      told.add(index);
      say(
        file.state === 'failed'
          ? `${file.name}: ${file.reason}`
          : outcomeOf({ ...file, wasKnown: file.state === 'known' }),
      );
    }
    if (run.state !== 'running') break;
    await delay(ASK_EVERY_MS);
    run = await server.import(run.id);
  }
  return run.files.filter(({ state }) => state === 'failed').map(({ name, reason }) => `${name}: ${reason}`);
}

type Outcome = Pick<ImportFile, 'name' | 'records' | 'stored' | 'missing' | 'refused' | 'rejects'> & {
  readonly wasKnown: boolean;
  readonly valuesPerSecond: number | null;
};

function outcomeOf({ name, wasKnown, records, stored, missing, refused, rejects, valuesPerSecond }: Outcome): string {
  const counts = `${records} records, ${stored} values stored, ${missing} missing, ${refused} refused`;
  const aside = rejects === null ? '' : `; what was refused is in ${rejects}`;
  if (wasKnown) return `${name}: was imported before, nothing is changed (${counts})${aside}`;
  return `${name}: ${counts}, ${valuesPerSecond ?? 0} values/s${aside}`;
}

function messageFor(name: string, error: unknown): string {
  return `${name}: ${error instanceof Error ? error.message : String(error)}`;
}
