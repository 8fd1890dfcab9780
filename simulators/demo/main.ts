import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import { GridwardenError } from '../../edge/platform/errors.ts';
import { exitWith } from '../../edge/platform/process.ts';
import { exitOnMisuse, positiveFlag, wholeFlag } from '../flags.ts';
import { placeDevices } from '../live/placement.ts';
import { blueprintsOf } from '../scenario/blueprint.ts';
import { changedScenario } from '../scenario/resized.ts';
import { loadScenario, type Scenario } from '../scenario/scenario.ts';
import { agentFiles, type DemoPorts, demoFiles, SERVER_STATE } from './configs.ts';
import { fillGap, HISTORY_DAYS, STATE_FILE } from './fill-gap.ts';
import { tellFirstFaults } from './first-faults.ts';
import { keepOrigin, originOf } from './origin.ts';
import { type Part, startPart } from './part.ts';
import { freePorts, isFree } from './ports.ts';

interface DemoOptions {
  readonly port: number;
  readonly devices: number;
  readonly seed: number;
  readonly data?: string;
  readonly minutes?: number;
}

const ROOT = resolve(import.meta.dirname, '../..');
const READY_TIMEOUT_MS = 60_000;
const DEFAULT_DEVICES = 200;
const DEFAULT_SEED = 1;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function run(options: DemoOptions): Promise<void> {
  const folder = resolve(options.data ?? defaultFolder(options));
  const base = loadScenario('demo');
  const originFile = join(folder, 'origin.json');
  const time = { nowMs: Date.now(), utcOffsetMs: base.utcOffsetMs, days: HISTORY_DAYS };
  refuseForeign(folder, originFile);
  const origin = originOf(originFile, options, time);
  const scenario = changedScenario(base, origin);
  const devices = placeDevices(blueprintsOf(scenario));
  const ports = await choosePorts(options.port, (devices.at(-1)?.gateway ?? 0) + 1);
  const files = demoFiles(devices, ports);
  mkdirSync(folder, { recursive: true });
  await keepOrigin(originFile, origin);
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  say(`${devices.length} simulated devices in ${scenario.file.areas} areas; files, logs and data are in ${folder}`);

  const stopped = stopSignal(options.minutes);
  const parts: Part[] = [];
  const start = (name: string, script: string, args: readonly string[]) => {
    const part = startPart({ name, script: join(ROOT, script), args, folder });
    parts.push(part);
    return part;
  };
  const begun = new AbortController();
  try {
    await fillGap({ scenario, folder, stopped, start });
    if (stopped.done()) return;
    start('simulate', 'simulators/main.ts', fleetArguments(scenario, options, ports));
    start('server', 'server/main.ts', ['--config', join(folder, 'server.yaml')]);
    for (const name of agentFiles(files)) {
      start(name.replace('.yaml', ''), 'edge/main.ts', ['--config', join(folder, name)]);
    }
    const url = `http://127.0.0.1:${ports.http}`;
    const running = parts.filter(({ name }) => !name.startsWith('import'));
    await Promise.race([becomeReady(url), failure(running), stopped]);
    if (!stopped.done()) announce(url, ports, options);
    tellFirstFaults(ports.control, devices, begun.signal);
    await Promise.race([failure(running), stopped]);
  } finally {
    begun.abort();
    say('stopping');
    // Agents say farewell to the server, so they go first.
    for (const part of [...parts].reverse()) await part.stop();
    say('stopped, no process is left');
  }
}

/** A server's state without an origin: readings of other devices would stand beside those of the district. */
function refuseForeign(folder: string, originFile: string): void {
  if (existsSync(originFile) || !existsSync(join(folder, SERVER_STATE))) return;
  throw new GridwardenError(
    'PLACE_NOT_EMPTY',
    `${folder} holds the data of a server that no demo of this version began; name another folder with --data, or delete this one`,
  );
}

/** A folder holds one district: other numbers begin another one beside it. */
function defaultFolder({ devices, seed }: DemoOptions): string {
  return devices === DEFAULT_DEVICES && seed === DEFAULT_SEED ? 'data/demo' : `data/demo-${devices}-${seed}`;
}

function fleetArguments(scenario: Scenario, { devices, seed }: DemoOptions, ports: DemoPorts): string[] {
  const flags = {
    scenario: scenario.name,
    devices,
    seed,
    origin: scenario.file.start,
    listen: `127.0.0.1:${ports.gateways}`,
    control: `127.0.0.1:${ports.control}`,
    state: STATE_FILE,
    labels: 'labels.json',
  };
  return ['run', ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)])];
}

async function choosePorts(http: number, gateways: number): Promise<DemoPorts> {
  if (!(await isFree(http))) {
    throw new GridwardenError('PORT_TAKEN', `Port ${http} is in use by another process; choose another with --port`);
  }
  const broker = await freePorts(gateways + 2);
  return { http, broker, control: broker + 1, gateways: broker + 2 };
}

/** Settles when the demo is to end: SIGINT, SIGTERM or the given number of minutes. */
function stopSignal(minutes: number | undefined): Promise<void> & { done(): boolean } {
  let done = false;
  const promise = new Promise<void>((settle) => {
    const end = () => {
      done = true;
      settle();
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
    if (minutes !== undefined) setTimeout(end, minutes * 60_000);
  });
  return Object.assign(promise, { done: () => done });
}

/** Rejects when a part ends by itself, with its last words. */
async function failure(parts: readonly Part[]): Promise<never> {
  const { name, end, words, log } = await Promise.race(
    parts.map(async (part) => ({ name: part.name, end: await part.ended, words: part.lastLines(), log: part.logFile })),
  );
  throw new GridwardenError('PROCESS_ENDED', `${name} ended by itself (${end}); its last lines in ${log}:\n${words}`);
}

async function becomeReady(url: string): Promise<void> {
  const deadlineMs = performance.now() + READY_TIMEOUT_MS;
  let reason = 'no answer yet';
  while (performance.now() < deadlineMs) {
    try {
      const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2000) });
      if (response.ok) return;
      reason = await response.text();
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    await delay(150);
  }
  throw new GridwardenError(
    'STORE_UNAVAILABLE',
    `The server at ${url} was not ready in ${READY_TIMEOUT_MS / 1000} s: ${reason}`,
  );
}

function announce(url: string, ports: DemoPorts, options: DemoOptions): void {
  say(`gridwarden is at ${url}`);
  say(`MQTT broker at mqtt://127.0.0.1:${ports.broker}, Modbus gateways from 127.0.0.1:${ports.gateways}`);
  say(`break a device: npm run simulate -- fault M-000001 silent --for 2m --control http://127.0.0.1:${ports.control}`);
  say(options.minutes === undefined ? 'Ctrl-C stops everything' : `stops in ${options.minutes} min, or at Ctrl-C`);
}

const program = new Command('demo')
  .description('The whole of gridwarden on this machine with a simulated district')
  .option('--port <port>', 'port of the page and the API', wholeFlag(1, 65_535), 8080)
  .option('--devices <number>', 'simulated devices', wholeFlag(3, 20_000), DEFAULT_DEVICES)
  .option('--seed <number>', 'the same seed gives the same district', wholeFlag(0, 4_294_967_295), DEFAULT_SEED)
  .option(
    '--data <dir>',
    'folder of the data, configuration and logs (default: data/demo, and one of its own for other numbers of devices or seeds)',
  )
  .option('--minutes <number>', 'stop after this time', positiveFlag(1_000_000))
  .exitOverride(exitOnMisuse)
  .action(run);

await program.parseAsync().catch(exitWith);
