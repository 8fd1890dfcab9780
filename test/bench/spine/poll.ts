import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../../parts/ports.ts';
import type { Bench, Row } from '../bench.ts';
import { cpuSeconds, memoryMiB } from './cpu.ts';

const ROOT = join(import.meta.dirname, '../../..');
const REGISTERS = 20;
const MEASURED_S = 30;

interface Load {
  readonly gateways: number;
  readonly unitsEach: number;
  /** An edge runs for months: edge and bare loop alike are measured when their code is compiled, which takes calls. */
  readonly warmUpS: number;
}

interface Setup {
  readonly folder: string;
  readonly ports: readonly number[];
  readonly metricsUrl: string;
  readonly children: ChildProcess[];
}

/** The whole edge against a bare loop of the same Modbus library, with the real server and store behind it. */
export const benches: Bench[] = [
  {
    name: 'poll: 1 000 devices each second over 5 gateways',
    run: () => compare({ gateways: 5, unitsEach: 200, warmUpS: 60 }),
  },
  {
    name: 'poll: 10 000 devices each second over 50 gateways',
    run: () => compare({ gateways: 50, unitsEach: 200, warmUpS: 10 }),
  },
];

async function compare(load: Load): Promise<Row[]> {
  const setup = await prepare(load);
  try {
    const bare = await measureBare(setup, load);
    const edge = await measureEdge(setup, load);
    return rowsOf(load, bare, edge);
  } finally {
    for (const child of [...setup.children].reverse()) await end(child);
    rmSync(setup.folder, { recursive: true, force: true });
  }
}

async function prepare({ gateways, unitsEach }: Load): Promise<Setup> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-poll-'));
  const taken: number[] = [];
  while (taken.length < gateways + 3) taken.push(await freePort());
  const [http = 0, broker = 0, metrics = 0, ...ports] = taken;
  const profiles = [join(import.meta.dirname, 'models')];
  const devices = (gateway: number) =>
    Array.from({ length: unitsEach }, (_, unit) => ({
      id: `B-${gateway}-${unit + 1}`,
      model: 'bench/meter',
      unit: unit + 1,
    }));
  const write = (name: string, content: unknown) => writeFileSync(join(folder, name), stringify(content));
  write('fleet.yaml', {
    profiles,
    gateways: ports.map((port, index) => ({ listen: `127.0.0.1:${port}`, devices: devices(index) })),
  });
  write('server.yaml', {
    listen: `127.0.0.1:${http}`,
    broker: { embedded: { listen: `127.0.0.1:${broker}` } },
    store: { duckdb: { path: 'telemetry' } },
    state: 'state.sqlite',
  });
  write('edge.yaml', {
    group: 'bench',
    node: 'agent',
    primaryHost: 'gridwarden',
    broker: { urls: [`mqtt://127.0.0.1:${broker}`] },
    outbox: { path: 'outbox.sqlite' },
    profiles,
    metrics: { listen: `127.0.0.1:${metrics}` },
    buses: ports.map((port, index) => ({
      id: `gateway-${index}`,
      transport: 'tcp',
      host: '127.0.0.1',
      port,
      devices: devices(index).map((device) => ({ ...device, every: '1s' })),
    })),
  });
  const children = [start('simulators/main.ts', folder, 'fleet.yaml'), start('server/main.ts', folder, 'server.yaml')];
  await answering(`http://127.0.0.1:${http}/health/ready`);
  await listening(ports);
  return { folder, ports, metricsUrl: `http://127.0.0.1:${metrics}/metrics`, children };
}

export function start(script: string, folder: string, config: string): ChildProcess {
  return fork(join(ROOT, script), ['--config', join(folder, config)], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

export async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const ok = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (ok) return;
    await delay(100);
  }
  throw new Error(`${url} does not answer`);
}

/** Until a connection to each port is taken. */
export async function listening(ports: readonly number[]): Promise<void> {
  for (const port of ports) for (let tries = 0; !(await takesConnection(port)); tries++) await patience(tries, port);
}

async function patience(tries: number, port: number): Promise<void> {
  if (tries >= 300) throw new Error(`nobody listens on port ${port}`);
  await delay(100);
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

interface Measured {
  readonly requests: number;
  readonly cpuS: number;
  readonly peakMiB: number;
  readonly missed: number;
}

async function measureBare({ ports }: Setup, { unitsEach, warmUpS }: Load): Promise<Measured> {
  const script = join(import.meta.dirname, 'bare-poller.ts');
  const child = fork(script, [ports.join(','), String(unitsEach), String(REGISTERS)]);
  await once(child, 'message');
  const count = async (): Promise<number> => {
    child.send('count');
    const [message] = await once(child, 'message');
    return Number((message as { answered: number }).answered);
  };
  const measured = await measure({ child, warmUpS, count, missed: async () => 0 });
  await end(child);
  return measured;
}

async function measureEdge(setup: Setup, { warmUpS }: Load): Promise<Measured> {
  const child = start('edge/main.ts', setup.folder, 'edge.yaml');
  setup.children.push(child);
  await answering(setup.metricsUrl);
  const sum = async (name: string): Promise<number> => {
    const text = await (await fetch(setup.metricsUrl)).text();
    return [...text.matchAll(new RegExp(`^gridwarden_${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))].reduce(
      (all, match) => all + Number(match[1]),
      0,
    );
  };
  const measured = await measure({
    child,
    warmUpS,
    count: () => sum('modbus_requests_total'),
    missed: () => sum('modbus_missed_deadlines_total'),
  });
  await end(child);
  return measured;
}

interface Poller {
  readonly child: ChildProcess;
  readonly warmUpS: number;
  readonly count: () => Promise<number>;
  readonly missed: () => Promise<number>;
}

async function measure({ child, warmUpS, count, missed }: Poller): Promise<Measured> {
  const pid = child.pid ?? 0;
  await delay(warmUpS * 1000);
  const before = { requests: await count(), cpuS: cpuSeconds(pid), missed: await missed() };
  await delay(MEASURED_S * 1000);
  return {
    requests: (await count()) - before.requests,
    cpuS: cpuSeconds(pid) - before.cpuS,
    missed: (await missed()) - before.missed,
    peakMiB: memoryMiB(pid).peak,
  };
}

function rowsOf({ gateways, unitsEach, warmUpS }: Load, bare: Measured, edge: Measured): Row[] {
  const usEach = ({ cpuS, requests }: Measured) => (cpuS / requests) * 1e6;
  const ratio = usEach(edge) / usEach(bare);
  const label = `${gateways * unitsEach} devices/s`;
  const wanted = gateways * unitsEach * MEASURED_S;
  return [
    {
      figure: `${label}: CPU of the whole edge, a request`,
      value: usEach(edge),
      unit: 'µs',
      reference: `bare modbus-serial loop ${usEach(bare).toFixed(1)} µs`,
      ratio,
      target: '≤ 1.6',
      ok: ratio <= 1.6,
      note: `each warmed up for ${warmUpS} s, then measured for ${MEASURED_S} s`,
    },
    {
      figure: `${label}: share of a core`,
      value: edge.cpuS / MEASURED_S,
      unit: 'cores',
      target: '≤ 1',
      ok: edge.cpuS <= MEASURED_S,
    },
    { figure: `${label}: requests done of those due`, value: (edge.requests / wanted) * 100, unit: '%' },
    { figure: `${label}: missed deadlines`, value: edge.missed, unit: '', target: '0', ok: edge.missed === 0 },
    { figure: `${label}: peak memory`, value: edge.peakMiB, unit: 'MiB', target: '≤ 400', ok: edge.peakMiB <= 400 },
  ];
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await exited;
  clearTimeout(timer);
}
