import { join } from 'node:path';
import { Command, Option } from 'commander';
import { systemProcessClock } from '../edge/platform/clock.ts';
import { gridClockOf } from '../edge/platform/common-config.ts';
import { createLogger } from '../edge/platform/log.ts';
import { Metrics } from '../edge/platform/metrics.ts';
import { EXIT, exitWith, runProcess, type Service } from '../edge/platform/process.ts';
import { ROLES, type Role } from './access/roles.ts';
import { makeToken } from './access/users.ts';
import { startServer } from './app.ts';
import { loadServerConfig } from './load-config.ts';
import { backupCommand } from './transfer/backup-command.ts';
import { exportGridCommand, importGridCommand } from './transfer/grid-command.ts';
import { exportReadingsCommand } from './transfer/readings/export-command.ts';
import { EXPORT_FORMATS, type ExportFormat } from './transfer/readings/export-plan.ts';
import { importReadingsCommand } from './transfer/readings/import-command.ts';
import { addReadOptions, type ReadFlags, readOptionsOf } from './transfer/readings/import-flags.ts';
import { restoreCommand } from './transfer/restore-command.ts';

interface RunOptions {
  readonly config?: string;
  readonly checkConfig?: boolean;
  readonly acceptNewStore?: boolean;
}

interface GridImportFlags {
  readonly dryRun?: boolean;
  readonly correction?: boolean;
  readonly reason?: string;
  readonly tokenFile?: string;
}

interface GridExportFlags {
  readonly at?: string;
  readonly knownAt?: string;
  readonly yaml?: boolean;
  readonly tokenFile?: string;
}

interface ReadingsExportFlags {
  readonly out: string;
  readonly from: string;
  readonly to: string;
  readonly devices?: string;
  readonly metrics?: string;
  readonly format?: ExportFormat;
  readonly tokenFile?: string;
}

const PAGE_FOLDER = join(import.meta.dirname, 'web/dist');

async function run(file: string, options: RunOptions): Promise<void> {
  const { config, file: path } = loadServerConfig(file);
  if (options.checkConfig) {
    process.stdout.write(`${path} is valid\n`);
    return;
  }
  const logger = createLogger('server', config.logLevel);
  const metrics = new Metrics();
  metrics.collectProcessMetrics();
  const serverOptions = {
    config,
    logger,
    metrics,
    gridClock: gridClockOf(config.clock),
    processClock: systemProcessClock(),
    random: Math.random,
    acceptNewStore: options.acceptNewStore === true,
    pageFolder: PAGE_FOLDER,
  };
  await runProcess((signal) => startUnlessStopped(signal, () => startServer(serverOptions, signal)), logger);
}

/** A signal while the server still waits for something of the world is no failure. */
async function startUnlessStopped(signal: AbortSignal, start: () => Promise<Service>): Promise<Service> {
  try {
    return await start();
  } catch (error) {
    if (!signal.aborted) throw error;
    return { stop: () => Promise.resolve() };
  }
}

async function printToken(name: string, { role }: { readonly role: Role }): Promise<void> {
  const { token, user } = await makeToken(name, role);
  const entry = `  - { name: ${user.name}, role: ${user.role}, tokenHash: "${user.tokenHash}" }`;
  process.stdout.write(`token, shown only now:\n${token}\n\nentry below "users:" in the users file:\n${entry}\n`);
}

function configOf(command: Command): string {
  const { config }: RunOptions = command.optsWithGlobals();
  return config ?? command.error('error: --config <file> is missing');
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const program = new Command('server')
  .description('The control centre: MQTT broker, Sparkplug host, telemetry store, alarms, API, live stream and page')
  .option('--config <file>', 'server.yaml')
  .option('--check-config', 'check the configuration and exit: 0 when it is valid, 2 when it is not')
  .option('--accept-new-store', 'start with a telemetry store that this state has not seen before')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.badConfig))
  .action((options: RunOptions, command: Command) => run(configOf(command), options));

program
  .command('token')
  .description('Make a token for the users file')
  .argument('<name>', 'letters, digits, - and _')
  .addOption(new Option('--role <role>', 'what it may do').choices(ROLES).default('viewer'))
  .action(printToken);

program
  .command('backup')
  .description('Copy state and store into a new folder, while the server runs or while it does not')
  .argument('<folder>', 'new or empty')
  .option('--token-file <file>', 'token of an admin, where the server has users')
  .action((folder: string, _, command: Command) => {
    const { tokenFile }: { tokenFile?: string } = command.opts();
    return backupCommand({ config: configOf(command), folder, say, ...(tokenFile !== undefined && { tokenFile }) });
  });

program
  .command('restore')
  .description('Put a backup into the places that the configuration names; they have to be empty')
  .argument('<folder>', 'of the backup')
  .action((folder: string, _, command: Command) => restoreCommand({ config: configOf(command), folder, say }));

const imports = program.command('import').description('Bring in what another system has');

addReadOptions(
  imports
    .command('readings')
    .description('Import files of readings (CSV, NDJSON, Parquet), while the server runs or while it does not')
    .argument('<files...>'),
).action((files: string[], flags: ReadFlags, command: Command) => {
  const { tokenFile } = flags;
  const options = readOptionsOf(flags);
  return importReadingsCommand({
    config: configOf(command),
    files,
    options,
    say,
    ...(tokenFile !== undefined && { tokenFile }),
  });
});

imports
  .command('grid')
  .description('Import a grid (one YAML file, or CSV tables), while the server runs or while it does not')
  .argument('<folder>', 'with areas.csv, transformers.csv, meters.csv, …; or a YAML file')
  .option('--dry-run', 'only list what would change')
  .option('--correction', 'the files are the whole history of what they name: put the past right')
  .option('--reason <text>', 'why; kept with the change')
  .option('--token-file <file>', 'token of an engineer, where the server has users')
  .action((folder: string, flags: GridImportFlags, command: Command) => {
    const { dryRun = false, correction = false, ...rest } = flags;
    return importGridCommand({ config: configOf(command), folder, say, dryRun, correction, ...rest });
  });

const exports = program.command('export').description('Write files that another system, or an import, takes');

exports
  .command('grid')
  .description('Write the grid as CSV tables, or as one YAML file')
  .argument('<folder>', 'where to')
  .option('--at <time>', 'only what holds at that time; else the whole history')
  .option('--known-at <time>', 'as it was known at that time')
  .option('--yaml', 'one YAML file')
  .option('--token-file <file>', 'token of a viewer, where the server has users')
  .action((folder: string, flags: GridExportFlags, command: Command) => {
    const { yaml = false, ...rest } = flags;
    return exportGridCommand({ config: configOf(command), folder, say, yaml, ...rest });
  });

exports
  .command('readings')
  .description('Write stored readings into a file that an import takes, while the server runs or while it does not')
  .requiredOption('--out <file>', '.csv, .csv.gz or .parquet; must not be there')
  .requiredOption('--from <time>', 'first time, included: a date or RFC 3339')
  .requiredOption('--to <time>', 'last time, not included')
  .option('--devices <ids>', 'with commas between; all without it')
  .option('--metrics <names>', 'with commas between; all without it')
  .addOption(new Option('--format <format>', 'where the name does not tell it').choices(EXPORT_FORMATS))
  .option('--token-file <file>', 'token of an engineer, where the server has users')
  .action((flags: ReadingsExportFlags, command: Command) =>
    exportReadingsCommand({ config: configOf(command), say, ...flags }),
  );

await program.parseAsync().catch(exitWith);
