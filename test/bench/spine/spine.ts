import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../../parts/ports.ts';
import { cpuSeconds } from './cpu.ts';

const ROOT = join(import.meta.dirname, '../../..');
const PATIENCE_TRIES = 300;
const TRY_MS = 100;

/** Metrics of the edge. */
export const REQUESTS = 'modbus_requests_total';
export const MISSED = 'modbus_missed_deadlines_total';

export interface SpineOptions {
  readonly gateways: number;
  /** Folders of models beside the built-in ones. */
  readonly profiles?: readonly string[];
  /** Devices of a gateway as fleet and edge name them: id, model, unit. */
  devices(gateway: number): readonly object[];
  /** What only the simulator is told of a device. */
  readonly simulated?: object;
  /** When the edge reads a device. */
  readonly every: unknown;
}

/** Simulators, server and embedded store at work, with the configuration of an edge that is not started yet. */
export class Spine {
  readonly folder = mkdtempSync(join(tmpdir(), 'gridwarden-spine-'));
  readonly #children: ChildProcess[] = [];
  #ports: readonly number[] = [];
  #metricsPort = 0;

  static async start(options: SpineOptions): Promise<Spine> {
    const spine = new Spine();
    await spine.#start(options);
    return spine;
  }

  get ports(): readonly number[] {
    return this.#ports;
  }

  async #start({ gateways, profiles = [], devices, simulated = {}, every }: SpineOptions): Promise<void> {
    const taken: number[] = [];
    while (taken.length < gateways + 3) taken.push(await freePort());
    const [http = 0, broker = 0, metrics = 0, ...ports] = taken;
    this.#ports = ports;
    this.#metricsPort = metrics;
    this.#write('fleet.yaml', {
      profiles,
      gateways: ports.map((port, index) => ({
        listen: `127.0.0.1:${port}`,
        devices: devices(index).map((device) => ({ ...device, ...simulated })),
      })),
    });
    this.#write('server.yaml', {
      listen: `127.0.0.1:${http}`,
      broker: { embedded: { listen: `127.0.0.1:${broker}` } },
      store: { duckdb: { path: 'telemetry' } },
      state: 'state.sqlite',
    });
    this.#write('edge.yaml', {
      group: 'bench',
      node: 'agent',
      primaryHost: 'gridwarden',
      broker: { urls: [`mqtt://127.0.0.1:${broker}`] },
      outbox: { path: 'outbox.sqlite' },
      profiles,
      metrics: { listen: `127.0.0.1:${metrics}` },
      buses: ports.map((port, index) => ({
        ...{ id: `gateway-${index}`, transport: 'tcp', host: '127.0.0.1', port },
        devices: devices(index).map((device) => ({ ...device, every })),
      })),
    });
    this.#run('simulators/main.ts', 'fleet.yaml');
    this.#run('server/main.ts', 'server.yaml');
    await answering(`http://127.0.0.1:${http}/health/ready`);
    for (const port of ports) await patience(() => takesConnection(port), `port ${port}`);
  }

  /** Starts the edge, until its metrics can be read. */
  async startEdge(how: { execArgv?: string[]; env?: NodeJS.ProcessEnv } = {}): Promise<ChildProcess> {
    const edge = this.#run('edge/main.ts', 'edge.yaml', how);
    await answering(this.#metricsUrl);
    return edge;
  }

  /** Sum of a metric of the edge over all its labels. */
  async sumOf(name: string): Promise<number> {
    const text = await (await fetch(this.#metricsUrl)).text();
    return [...text.matchAll(new RegExp(`^gridwarden_${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))].reduce(
      (all, match) => all + Number(match[1]),
      0,
    );
  }

  /** Reads each unit of each gateway once a second with modbus-serial alone. */
  async measureBare(load: {
    unitsEach: number;
    registers: number;
    warmUpMs: number;
    measuredMs: number;
  }): Promise<Cost> {
    const { unitsEach, registers, warmUpMs, measuredMs } = load;
    const script = join(import.meta.dirname, 'bare-poller.ts');
    const child = fork(script, [this.#ports.join(','), String(unitsEach), String(registers)]);
    this.#children.push(child);
    await answerOf(child);
    const count = async (): Promise<number> => {
      child.send('count');
      return Number(((await answerOf(child)) as { answered: number }).answered);
    };
    await delay(warmUpMs);
    const cost = await costOf(child, count, measuredMs);
    await end(child);
    return cost;
  }

  async stop(): Promise<void> {
    for (const child of [...this.#children].reverse()) await end(child);
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #metricsUrl(): string {
    return `http://127.0.0.1:${this.#metricsPort}/metrics`;
  }

  #write(name: string, content: unknown): void {
    writeFileSync(join(this.folder, name), stringify(content));
  }

  #run(script: string, config: string, how: { execArgv?: string[]; env?: NodeJS.ProcessEnv } = {}): ChildProcess {
    const child = fork(join(ROOT, script), ['--config', join(this.folder, config)], {
      cwd: this.folder,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      ...how,
    });
    this.#children.push(child);
    return child;
  }
}

/** The next message of a process. @throws when it ends first, for which a bench would wait for ever */
async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const exited = once(child, 'exit', { signal: ended.signal }).then(() => {
    throw new Error('the bare loop ended by itself');
  });
  try {
    const [message] = await Promise.race([once(child, 'message', { signal: ended.signal }), exited]);
    return message;
  } finally {
    ended.abort();
    await exited.catch(() => undefined);
  }
}

export interface Cost {
  readonly requests: number;
  readonly cpuS: number;
}

/** Processor time and requests of a process from now on. */
export async function costOf(child: ChildProcess, count: () => Promise<number>, measuredMs: number): Promise<Cost> {
  const pid = child.pid ?? 0;
  const before = { requests: await count(), cpuS: cpuSeconds(pid) };
  await delay(measuredMs);
  return { requests: (await count()) - before.requests, cpuS: cpuSeconds(pid) - before.cpuS };
}

/** Processor time of one request, µs. */
export function usEach({ cpuS, requests }: Cost): number {
  return (cpuS / requests) * 1e6;
}

/** Ends a process that was started, by force when it takes too long. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await exited;
  clearTimeout(timer);
}

function answering(url: string): Promise<void> {
  const isOk = () =>
    fetch(url).then(
      (response) => response.ok,
      () => false,
    );
  return patience(isOk, url);
}

async function patience(isThere: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < PATIENCE_TRIES; tries++) {
    if (await isThere()) return;
    await delay(TRY_MS);
  }
  throw new Error(`${what} does not answer`);
}

function takesConnection(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const done = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}
