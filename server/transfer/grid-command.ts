import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { gridClockOf } from '../../edge/platform/common-config.ts';
import { readSecret } from '../../edge/platform/config.ts';
import { codeOf, GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import { writeAside } from '../../edge/platform/write-aside.ts';
import { LOCAL_ACTOR } from '../access/actor.ts';
import { openAuditLog } from '../access/audit-log.ts';
import { type GridImportAnswer, MAX_GRID_BYTES } from '../api/grid-transfer.schema.ts';
import { momentMs } from '../api/when.ts';
import type { ServerConfig } from '../config.ts';
import { loadServerConfig } from '../load-config.ts';
import { decodeText } from '../registry/decode.ts';
import { type ExportFile, exportFiles } from '../registry/export-files.ts';
import { FILES_WORDS, type GridFile, importGrid, isGridFile } from '../registry/import-grid.ts';
import { GRID_KINDS } from '../registry/kinds.ts';
import { GridRegistry } from '../registry/registry.ts';
import { openState } from '../state/database.ts';
import { dirtyDaysOf } from './dirty-days-of.ts';
import { ServerClient } from './server-client.ts';

interface GridCommand {
  readonly config: string;
  /** The folder of the files; for an import also one YAML file. */
  readonly folder: string;
  /** Of an engineer; needed where the server has users. */
  readonly tokenFile?: string | undefined;
  readonly say: (line: string) => void;
}

export interface GridImportCommand extends GridCommand {
  readonly dryRun: boolean;
  readonly correction: boolean;
  readonly reason?: string | undefined;
}

export interface GridExportCommand extends GridCommand {
  readonly at?: string | undefined;
  readonly knownAt?: string | undefined;
  readonly yaml: boolean;
}

/** Imports a grid: through the running server, or into the state file itself when none runs; and says what changed. */
export async function importGridCommand(command: GridImportCommand): Promise<void> {
  const { config } = loadServerConfig(command.config);
  const files = await readFiles(resolve(command.folder), command.say);
  const { dryRun, correction, reason } = command;
  const request = { files, dryRun, correction, ...(reason !== undefined && { reason }) };
  const report = await eitherWay(
    () => importIntoFile(config, request),
    () => clientOf(config, command).importGrid(request),
  );
  for (const line of reportLines(report)) command.say(line);
}

/** Writes the grid as files that an import takes. */
export async function exportGridCommand(command: GridExportCommand): Promise<void> {
  const { config } = loadServerConfig(command.config);
  const folder = resolve(command.folder);
  const { yaml } = command;
  const atMs = momentOf('--at', command.at, config);
  const knownMs = momentOf('--known-at', command.knownAt, config);
  const files = await eitherWay(
    () => exportFromFile(config, { atMs, knownMs, yaml }),
    async () => (await clientOf(config, command).exportGrid({ atMs, knownMs, yaml })).files,
  );
  await mkdir(folder, { recursive: true });
  for (const { name } of files) await refuseExisting(join(folder, name));
  for (const { name, text } of files) await writeAside(join(folder, name), text);
  command.say(
    files.length === 0 ? 'the grid is empty: nothing was written' : `${files.length} files written to ${folder}`,
  );
}

/** Whether a server runs is told by the lock on the state file. */
async function eitherWay<T>(withFile: () => Promise<T>, throughServer: () => Promise<T>): Promise<T> {
  try {
    return await withFile();
  } catch (error) {
    if (codeOf(error) !== 'FILE_LOCKED') throw error;
    return throughServer();
  }
}

function clientOf(config: ServerConfig, { tokenFile }: GridCommand): ServerClient {
  return new ServerClient(config.listen, tokenFile === undefined ? undefined : readSecret(tokenFile));
}

type Request = Pick<GridImportCommand, 'dryRun' | 'correction' | 'reason'> & { readonly files: readonly GridFile[] };

async function importIntoFile(config: ServerConfig, request: Request): Promise<GridImportAnswer> {
  return withRegistry(config, async (registry, audit) => {
    const order = { ...request, timeZone: config.timeZone, actor: LOCAL_ACTOR.name };
    const report = await importGrid(registry, order);
    const detail = { counts: report.counts, change: report.change };
    if (!request.dryRun) audit.record({ actor: LOCAL_ACTOR, action: 'grid.import', subject: 'grid', detail });
    return { ...report, counts: { ...report.counts }, changes: [...report.changes] };
  });
}

interface Moments {
  readonly atMs: number | undefined;
  readonly knownMs: number | undefined;
  readonly yaml: boolean;
}

async function exportFromFile(config: ServerConfig, { atMs, knownMs, yaml }: Moments): Promise<readonly ExportFile[]> {
  const { timeZone } = config;
  return withRegistry(config, async (registry) => exportFiles(registry.knowledge(knownMs), { timeZone, atMs, yaml }));
}

async function withRegistry<T>(
  config: ServerConfig,
  use: (registry: GridRegistry, audit: ReturnType<typeof openAuditLog>) => Promise<T>,
): Promise<T> {
  const database = openState(config.state);
  try {
    const clock = gridClockOf(config.clock);
    return await use(
      new GridRegistry(database, clock, dirtyDaysOf(database, config, clock)),
      openAuditLog(database, clock),
    );
  } finally {
    database.close();
  }
}

/** @throws GridwardenError ARGUMENT_INVALID */
function momentOf(flag: string, text: string | undefined, { timeZone }: ServerConfig): number | undefined {
  if (text === undefined) return undefined;
  const ms = momentMs(text, timeZone);
  if (!Number.isNaN(ms)) return ms;
  throw new GridwardenError(
    'ARGUMENT_INVALID',
    `${flag} must be a date such as 2026-06-01 or a time such as 2026-06-01T08:00:00Z, not ${text}`,
  );
}

/** @throws GridwardenError IMPORT_INVALID */
async function readFiles(path: string, say: (line: string) => void): Promise<GridFile[]> {
  const files: GridFile[] = [];
  let bytes = 0;
  for (const file of await gridFilesAt(path)) {
    bytes += (await stat(file)).size;
    if (bytes > MAX_GRID_BYTES)
      throw unreadable(`${file}: the files of a grid have at most ${MAX_GRID_BYTES / 2 ** 20} MiB together`);
    const decoded = decodeText(await readFile(file));
    if (!decoded) throw unreadable(`${file}: is no text in UTF-8, UTF-16 or GBK; save a spreadsheet as CSV first`);
    if (decoded.encoding !== 'UTF-8') say(`${basename(file)} was read as ${decoded.encoding}`);
    files.push({ name: basename(file), text: decoded.text });
  }
  return files;
}

async function gridFilesAt(path: string): Promise<string[]> {
  try {
    if ((await stat(path)).isFile()) return [path];
    const names = (await readdir(path)).filter(isGridFile);
    if (names.length > 0) return names.sort().map((name) => join(path, name));
  } catch (cause) {
    throw unreadable(`${path} cannot be read: ${messageOf(cause)}`);
  }
  throw unreadable(`${path} holds no file of a grid: ${FILES_WORDS}`);
}

function unreadable(message: string): GridwardenError {
  return new GridwardenError('IMPORT_INVALID', message);
}

/** @throws GridwardenError PLACE_NOT_EMPTY */
async function refuseExisting(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found) throw new GridwardenError('PLACE_NOT_EMPTY', `${file} is there already`);
}

function* reportLines({ counts, changes, furtherChanges, dryRun, change }: GridImportAnswer): Generator<string> {
  yield* changes;
  if (furtherChanges > 0) yield `and ${furtherChanges} more`;
  for (const kind of GRID_KINDS) {
    const counted = counts[kind];
    if (!counted) continue;
    const { added, changed, ended, unchanged } = counted;
    yield `${kind}: ${added} added, ${changed} changed, ${ended} ended, ${unchanged} unchanged`;
  }
  if (dryRun) yield 'nothing was written: this was a dry run';
  else yield change === null ? 'nothing changed' : `done: change ${change} of the grid`;
}
