import { readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { Command } from 'commander';
import { type Edge, startEdge } from './app.ts';
import { addCommissioning } from './commissioning/command.ts';
import { loadEdgeConfig } from './load-config.ts';
import { addPlan } from './planning/command.ts';
import { planEdge, warningsOf } from './planning/forecasts.ts';
import { keepHeapSmall } from './platform/heap.ts';
import { createLogger } from './platform/log.ts';
import { didYouMean } from './platform/names.ts';
import { EXIT, exitWith, runProcess, type Service } from './platform/process.ts';
import { replacedModels } from './profiles/load.ts';
import { addStatus } from './status/command.ts';

interface RunOptions {
  readonly config?: string;
  readonly checkConfig?: boolean;
}

/** The version of this program, from the package that it is part of. */
function programVersion(): string {
  const text = readFileSync(join(import.meta.dirname, 'package.json'), 'utf8');
  const value: unknown = JSON.parse(text);
  const version = typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}

async function run(file: string, checkOnly: boolean): Promise<void> {
  const loaded = loadEdgeConfig(file);
  const replaced = replacedModels(loaded.models);
  if (checkOnly) {
    const warnings = warningsOf(planEdge(loaded)).map((warning) => `warning: ${warning}`);
    process.stdout.write([...replaced, `${loaded.file} is valid`, ...warnings, ''].join('\n'));
    return;
  }
  const logger = createLogger('edge', loaded.config.logLevel);
  for (const message of replaced) logger.info(message);
  const reload = new AskedReload();
  await runProcess(
    async (signal) => {
      const options = { logger, signal, version: programVersion(), onFatal: exitWith };
      return startUnlessStopped(signal, async () => reload.of(await startEdge(loaded, options)));
    },
    logger,
    { onHangup: () => reload.ask() },
  );
  // A connection attempt under way would keep the process alive until it times out.
  process.exit();
}

/** SIGHUP while the edge still starts is heeded when it has. */
class AskedReload {
  #edge: Edge | undefined;
  #isAsked = false;

  ask(): void {
    this.#isAsked = true;
    this.#edge?.reload();
  }

  of(edge: Edge): Edge {
    this.#edge = edge;
    if (this.#isAsked) edge.reload();
    return edge;
  }
}

/** A signal while the edge still waits for its outbox is no failure. */
async function startUnlessStopped(signal: AbortSignal, start: () => Promise<Service>): Promise<Service> {
  try {
    const service = await start();
    // What Node compiled is kept now, not only at an orderly end: after a power cut the start is as fast.
    flushCompileCache();
    return service;
  } catch (error) {
    if (!signal.aborted) throw error;
    return { stop: () => Promise.resolve() };
  }
}

/** What to say of an argument that is neither a command nor an option. */
function unknownText(argument: string, { commands, options }: Command): string {
  const isOption = argument.startsWith('-');
  const names = isOption ? options.flatMap(({ long }) => long ?? []) : commands.map((command) => command.name());
  return `error: there is no ${isOption ? 'option' : 'command'} "${argument}"${didYouMean(argument, names)}; see --help`;
}

keepHeapSmall();
const program = new Command('edge')
  .description(
    'The agent next to the devices: reads them over Modbus, keeps every reading until the server has stored it',
  )
  .enablePositionalOptions()
  .exitOverride((error) => process.exit(error.exitCode === 0 ? EXIT.ok : EXIT.badConfig))
  .option('--config <file>', 'edge.yaml')
  .option('--check-config', 'check the configuration and exit: 0 when it is valid, 2 when it is not')
  .allowExcessArguments()
  .allowUnknownOption()
  .action((options: RunOptions, command: Command) => {
    const [unknown] = command.args;
    if (unknown !== undefined) return command.error(unknownText(unknown, command));
    const file = options.config ?? command.error('error: --config <file> is missing');
    return run(file, options.checkConfig === true);
  });
addCommissioning(program);
addPlan(program);
addStatus(program);
await program.parseAsync().catch(exitWith);
