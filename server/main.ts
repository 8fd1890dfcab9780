import { join } from 'node:path';
import { Command, Option } from 'commander';
import { systemProcessClock } from '../edge/platform/clock.ts';
import { gridClockOf } from '../edge/platform/common-config.ts';
import { createLogger } from '../edge/platform/log.ts';
import { Metrics } from '../edge/platform/metrics.ts';
import { exitWith, runProcess, type Service } from '../edge/platform/process.ts';
import { ROLES, type Role } from './access/roles.ts';
import { makeToken } from './access/users.ts';
import { startServer } from './app.ts';
import { loadServerConfig } from './load-config.ts';
import { backupCommand } from './transfer/backup-command.ts';
import { restoreCommand } from './transfer/restore-command.ts';

interface RunOptions {
  readonly config?: string;
  readonly checkConfig?: boolean;
  readonly acceptNewStore?: boolean;
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
  return config ?? command.error('error: --config <file> is missing', { exitCode: 2 });
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

await program.parseAsync().catch(exitWith);
