import { Command } from 'commander';
import { stringify } from 'yaml';
import { type ClockConfig, gridClockOf } from '../../edge/platform/common-config.ts';
import { GridwardenError } from '../../edge/platform/errors.ts';
import { keepHeapSmall } from '../../edge/platform/heap.ts';
import { createLogger } from '../../edge/platform/log.ts';
import { runProcess } from '../../edge/platform/process.ts';
import { durationText, type HostPort, isLoopback } from '../../edge/platform/units.ts';
import { writeAside } from '../../edge/platform/write-aside.ts';
import { loadModels, replacedModels } from '../../edge/profiles/load.ts';
import { dayFlag, durationFlag, listenFlag, momentFlag, positiveFlag, wholeFlag } from '../flags.ts';
import { changedScenario } from '../scenario/resized.ts';
import { loadScenario, type Scenario } from '../scenario/scenario.ts';
import { agentConfig } from './edge-config.ts';
import { MOST_UNITS } from './placement.ts';
import { runScenario } from './run-scenario.ts';
import type { ScenarioFleet } from './scenario-fleet.ts';

interface RunOptions {
  readonly scenario: string;
  readonly devices?: number;
  readonly seed?: number;
  readonly origin?: string;
  readonly listen: HostPort;
  readonly units?: number;
  readonly answerAfter: number;
  readonly control: HostPort;
  readonly start?: number;
  readonly wallStart?: number;
  readonly speed?: number;
  readonly labels?: string;
  readonly state?: string;
  readonly edge?: string;
  readonly broker: string;
}

/** `simulate run`: the devices of a scenario, live. */
export function runCommand(): Command {
  return new Command('run')
    .description(
      'Serve the devices of a scenario behind Modbus TCP gateways, with its faults; values go on from its history',
    )
    .requiredOption('--scenario <name>', 'a scenario of simulators/scenarios, or a file')
    .option('--devices <number>', 'cut or grow it to so many devices', wholeFlag(3, 200_000))
    .option('--seed <number>', 'another seed than the scenario has', wholeFlag(0, 2 ** 32 - 1))
    .option('--origin <day>', 'first day of the scenario, such as 2026-01-01; default: its own', dayFlag)
    .option('--listen <address>', 'of the first gateway; the others follow', listenFlag, listenFlag('127.0.0.1:15100'))
    .option('--units <number>', 'devices to a port; default: each area has its own ports', wholeFlag(1, MOST_UNITS))
    .option('--answer-after <duration>', 'how long a gateway takes for an answer', durationFlag, 0)
    .option('--control <address>', 'HTTP on loopback', listenFlag, listenFlag('127.0.0.1:1599'))
    .option('--speed <number>', 'grid seconds in a second', positiveFlag(10_000))
    .option('--start <time>', 'grid time now, such as 2026-03-01T08:00:00Z', momentFlag)
    .option('--wall-start <time>', 'when it was --start; default: now', momentFlag)
    .option('--labels <file>', 'where the truth about the faults is kept')
    .option('--state <file>', 'where a later run goes on from')
    .option('--edge <file>', 'write the configuration of an edge that reads all devices')
    .option('--broker <url>', 'broker of that edge', 'mqtt://127.0.0.1:1883')
    .action(run);
}

async function run(options: RunOptions): Promise<void> {
  refuseOpenControl(options.control);
  keepHeapSmall();
  const scenario = changedScenario(loadScenario(options.scenario), {
    devices: options.devices,
    seed: options.seed,
    start: options.origin,
  });
  const models = loadModels();
  const logger = createLogger('simulate', 'info');
  for (const message of replacedModels(models)) logger.info(message);
  const clock = clockOf(options);
  const order = {
    scenario,
    models,
    gridClock: gridClockOf(clock),
    logger,
    listen: options.listen,
    unitsPerPort: options.units,
    answerAfterMs: options.answerAfter,
    control: options.control,
    labels: options.labels,
    stateFile: options.state,
  };
  await runProcess(async () => {
    const { fleet, stop } = await runScenario(order);
    if (options.edge !== undefined) await writeAgent(options.edge, fleet, options, clock);
    announce(scenario, fleet, options, clock);
    return { stop };
  }, logger);
}

/** The wall clock, unless it is to run otherwise. */
function clockOf({ start, wallStart, speed }: RunOptions): ClockConfig | undefined {
  if (start === undefined && speed === undefined) return undefined;
  const wallMs = wallStart ?? Date.now();
  return {
    start: new Date(start ?? wallMs).toISOString(),
    wallStart: new Date(wallMs).toISOString(),
    speed: speed ?? 1,
  };
}

/** @throws GridwardenError ARGUMENT_INVALID */
function refuseOpenControl({ host }: HostPort): void {
  if (isLoopback(host)) return;
  throw new GridwardenError(
    'ARGUMENT_INVALID',
    `--control must be a loopback address, not ${host}: whoever reaches it can break the fleet`,
  );
}

async function writeAgent(
  file: string,
  fleet: ScenarioFleet,
  { broker, listen }: RunOptions,
  clock: ClockConfig | undefined,
): Promise<void> {
  const settings = { group: 'simulated', node: 'agent-1', primaryHost: 'gridwarden', brokerUrl: broker };
  // Where time runs faster, devices are read as often by the wall clock, not by the grid's.
  const speed = Math.max(1, clock?.speed ?? 1);
  const every = { fast: durationText(1000 * speed), registers: durationText(Math.max(60_000, 10_000 * speed)) };
  const content = agentConfig({ ...settings, every, host: listen.host, clock }, [...fleet.devices.values()]);
  await writeAside(file, stringify(content, { lineWidth: 0, aliasDuplicateObjects: false }));
}

function announce(scenario: Scenario, fleet: ScenarioFleet, options: RunOptions, clock: ClockConfig | undefined): void {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const { listen, control, edge, labels } = options;
  const [first, last] = [fleet.ports[0], fleet.ports.at(-1)];
  const ports = first === last ? `port ${first}` : `ports ${first} to ${last}`;
  say(`${scenario.name}: ${fleet.devices.size} devices at ${listen.host}, ${ports}, ${fleet.ports.length} gateways`);
  say(`devices and their places: http://${control.host}:${control.port}/devices`);
  const device = [...fleet.devices.keys()][0];
  say(
    `break one: npm run simulate -- fault ${device} silent --for 5m --control http://${control.host}:${control.port}`,
  );
  if (labels !== undefined) say(`the truth about its faults is in ${labels}`);
  if (edge !== undefined) say(`an edge that reads them all: npm run edge -- --config ${edge}`);
  if (clock) say(`in edge.yaml and server.yaml, so that all have one clock:\n${stringify({ clock }).trimEnd()}`);
}
