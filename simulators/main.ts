import { Command, Option } from 'commander';
import { gridClockOf } from '../edge/platform/common-config.ts';
import { loadConfig } from '../edge/platform/config.ts';
import { GridwardenError, messageOf } from '../edge/platform/errors.ts';
import { createLogger } from '../edge/platform/log.ts';
import { exitWith, runProcess, type Service } from '../edge/platform/process.ts';
import { parseListen } from '../edge/platform/units.ts';
import { loadModels, replacedModels } from '../edge/profiles/load.ts';
import { FleetConfigSchema } from './config.ts';
import { startControl } from './control/control-server.ts';
import { exitOnMisuse } from './flags.ts';
import { startFleet } from './fleet.ts';
import { fleetProblems } from './fleet-check.ts';
import { historyCommand } from './history/command.ts';
import { runCommand } from './live/run-command.ts';
import { SCENARIO_FAULT_KINDS } from './scenario/fault-kinds.ts';

interface RunOptions {
  readonly config?: string;
  readonly checkConfig?: boolean;
}

interface FaultOptions {
  readonly for?: string;
  readonly size?: number;
  readonly form?: string;
  readonly phase?: string;
  readonly control: string;
}

async function run(file: string, checkOnly: boolean): Promise<void> {
  const loaded = loadConfig(FleetConfigSchema, { file });
  const config = loaded.value;
  const models = loadModels(config.profiles);
  loaded.reject(fleetProblems(config, models));
  const replaced = replacedModels(models);
  if (checkOnly) {
    process.stdout.write([...replaced, `${loaded.file} is valid`, ''].join('\n'));
    return;
  }
  const logger = createLogger('simulate', config.logLevel);
  for (const message of replaced) logger.info(message);
  const gridClock = gridClockOf(config.clock);
  await runProcess(async (): Promise<Service> => {
    const fleet = await startFleet(config, { models, gridClock, logger });
    const control = config.control && (await startControl(parseListen(config.control.listen), fleet));
    return {
      async stop() {
        await control?.stop();
        await fleet.stop();
      },
    };
  }, logger);
}

async function tellFault(device: string, kind: string, options: FaultOptions): Promise<void> {
  const end = kind === 'none';
  const url = end ? `${options.control}/faults/${encodeURIComponent(device)}` : `${options.control}/faults`;
  const { control: _, ...how } = options;
  const body = JSON.stringify({ device, kind, ...how });
  const init = end ? { method: 'DELETE' } : { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  const response = await fetch(url, init).catch((cause: unknown) => {
    throw new GridwardenError('NOT_FOUND', `No running fleet answers at ${options.control}: ${messageOf(cause)}`, {
      cause,
    });
  });
  const text = await response.text();
  if (!response.ok) throw new GridwardenError('REQUEST_INVALID', `The fleet refused: ${text}`);
  process.stdout.write(`${text}\n`);
}

const program = new Command('simulate')
  .description('Simulated meters and transformer sensors behind real Modbus TCP servers')
  .option('--config <file>', 'fleet.yaml: gateways, devices, planned faults')
  .option('--check-config', 'check the file and exit: 0 when it is valid, 2 when it is not')
  .action((options: RunOptions) => {
    const file = options.config ?? program.error('error: --config <file> is missing', { exitCode: 2 });
    return run(file, options.checkConfig === true);
  });

program
  .command('fault')
  .description('Make a device of a running fleet misbehave, or behave again')
  .argument('<device>', 'device id')
  .argument('<kind>', `${SCENARIO_FAULT_KINDS.join(', ')}, or none to end it`)
  .option('--for <duration>', 'how long, such as 5m; without it until it is ended')
  .option('--size <number>', 'in the unit of the kind, such as percent', Number)
  .addOption(new Option('--form <form>', 'at a stroke or growing').choices(['step', 'drift']))
  .addOption(new Option('--phase <phase>', 'of a fault of wiring').choices(['a', 'b', 'c']))
  .addOption(new Option('--control <url>', 'the control address of the fleet').default('http://127.0.0.1:1599'))
  .action(tellFault);

program.addCommand(historyCommand());
program.addCommand(runCommand());

for (const command of [program, ...program.commands]) command.exitOverride(exitOnMisuse);
await program.parseAsync().catch(exitWith);
