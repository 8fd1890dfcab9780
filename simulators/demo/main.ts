import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { GridwardenError } from '../../edge/platform/errors.ts';
import { exitWith } from '../../edge/platform/process.ts';
import { agentFiles, type DemoPorts, demoFiles } from './configs.ts';
import { demoDistrict } from './district.ts';
import { type Part, startPart } from './part.ts';
import { freePorts, isFree } from './ports.ts';

interface DemoOptions {
  readonly port: number;
  readonly devices: number;
  readonly seed: number;
  readonly data: string;
  readonly minutes?: number;
}

const ROOT = resolve(import.meta.dirname, '../..');
const READY_TIMEOUT_MS = 60_000;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function run(options: DemoOptions): Promise<void> {
  const folder = resolve(options.data);
  const areas = demoDistrict(options.devices, options.seed);
  const ports = await choosePorts(options.port, areas.length);
  const files = demoFiles(areas, ports, options.seed);
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of files) writeFileSync(join(folder, name), text);
  say(`${options.devices} simulated devices in ${areas.length} areas; files, logs and data are in ${folder}`);

  const stopped = stopSignal(options.minutes);
  const parts: Part[] = [];
  const start = (name: string, script: string, config: string) => {
    const part = startPart({ name, script: join(ROOT, script), config: join(folder, config), folder });
    parts.push(part);
    return part;
  };
  try {
    start('simulate', 'simulators/main.ts', 'fleet.yaml');
    start('server', 'server/main.ts', 'server.yaml');
    for (const name of agentFiles(files)) start(name.replace('.yaml', ''), 'edge/main.ts', name);
    const url = `http://127.0.0.1:${ports.http}`;
    await Promise.race([becomeReady(url), failure(parts), stopped]);
    if (!stopped.done()) announce(url, ports, options);
    await Promise.race([failure(parts), stopped]);
  } finally {
    say('stopping');
    // Agents say farewell to the server, so they go first.
    for (const part of [...parts].reverse()) await part.stop();
    say('stopped, no process is left');
  }
}

async function choosePorts(http: number, gateways: number): Promise<DemoPorts> {
  if (!(await isFree(http))) {
    throw new GridwardenError('PORT_TAKEN', `Port ${http} is in use by another process; choose another with --port`);
  }
  const [broker = 0, control = 0, ...rest] = await freePorts(gateways + 2);
  return { http, broker, control, gateways: rest };
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
  say(`MQTT broker at mqtt://127.0.0.1:${ports.broker}, Modbus gateways from 127.0.0.1:${ports.gateways[0]}`);
  say(`break a device: npm run simulate -- fault M-00001 silent --for 2m --control http://127.0.0.1:${ports.control}`);
  say(options.minutes === undefined ? 'Ctrl-C stops everything' : `stops in ${options.minutes} min, or at Ctrl-C`);
}

function integer(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`a whole number from ${min} to ${max} is wanted`);
  };
}

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1_000_000) return value;
  throw new InvalidArgumentError('a number above 0 is wanted');
}

const program = new Command('demo')
  .description('The whole of gridwarden on this machine with a simulated district')
  .option('--port <port>', 'port of the page and the API', integer(1, 65_535), 8080)
  .option('--devices <number>', 'simulated devices', integer(1, 20_000), 200)
  .option('--seed <number>', 'the same seed gives the same district', integer(0, 4_294_967_295), 1)
  .option('--data <dir>', 'folder of the data, configuration and logs', 'data/demo')
  .option('--minutes <number>', 'stop after this time', positive)
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .action(run);

await program.parseAsync().catch(exitWith);
