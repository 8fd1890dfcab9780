import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePort } from '../../parts/ports.ts';
import type { Bench, Row } from '../bench.ts';
import { cpuSeconds, memoryMiB } from './cpu.ts';
import { answering, end, listening, start } from './poll.ts';

const GATEWAYS = 4;
const METERS_EACH = 25;
/** The start is over, and memory has been collected once or twice. */
const WARM_UP_MS = 30_000;
const MEASURED_S = 60;
const BARE_REGISTERS = 40;
const BARE_MS = 15_000;
const MOST_MIB = 150;
const MOST_CORE_SHARE = 0.05;

const ROOT = join(import.meta.dirname, '../../..');
/** The edge is started as the unit does it. */
const UNIT = readFileSync(join(ROOT, 'edge/deploy/gridwarden-edge.service'), 'utf8');
const NODE_FLAGS = /^ExecStart=\S+((?: --\S+)*) \S+main\.ts/m.exec(UNIT)?.[1]?.trim().split(' ') ?? [];
const MALLOC_ARENA_MAX = /MALLOC_ARENA_MAX=(\d+)/.exec(UNIT)?.[1];

/** What a small gateway has to bear: the whole edge with real meters of the models, server and store behind it. */
export const benches: Bench[] = [{ name: 'gateway: 100 meters each second', run: measureGateway }];

interface Setup {
  readonly folder: string;
  readonly ports: readonly number[];
  readonly metricsUrl: string;
}

async function measureGateway(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-gateway-'));
  const children: ChildProcess[] = [];
  try {
    const setup = await prepare(folder, children);
    // The first start keeps its compiled sources, as on a gateway that was started before.
    await end(await startEdge(setup, children));
    const bareUs = await measureBare(setup, children);
    return await measure(await startEdge(setup, children), setup, bareUs);
  } finally {
    for (const child of children.reverse()) await end(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startEdge({ folder, metricsUrl }: Setup, children: ChildProcess[]): Promise<ChildProcess> {
  const edge = fork(join(ROOT, 'edge/main.ts'), ['--config', join(folder, 'edge.yaml')], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: NODE_FLAGS,
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled'), MALLOC_ARENA_MAX },
  });
  children.push(edge);
  await answering(metricsUrl);
  return edge;
}

/** Processor time of one request in a loop of the Modbus library alone, one a meter and second, µs. */
async function measureBare({ ports }: Setup, children: ChildProcess[]): Promise<number> {
  const script = join(import.meta.dirname, 'bare-poller.ts');
  const child = fork(script, [ports.join(','), String(METERS_EACH), String(BARE_REGISTERS)]);
  children.push(child);
  await once(child, 'message');
  const pid = child.pid ?? 0;
  const count = async () => {
    child.send('count');
    const [message] = await once(child, 'message');
    return Number((message as { answered: number }).answered);
  };
  await delay(BARE_MS);
  const before = { answered: await count(), cpuS: cpuSeconds(pid) };
  await delay(BARE_MS);
  const usEach = ((cpuSeconds(pid) - before.cpuS) / ((await count()) - before.answered)) * 1e6;
  await end(child);
  return usEach;
}

async function prepare(folder: string, children: ChildProcess[]): Promise<Setup> {
  const taken: number[] = [];
  while (taken.length < GATEWAYS + 3) taken.push(await freePort());
  const [http = 0, broker = 0, metrics = 0, ...ports] = taken;
  const write = (name: string, content: unknown) => writeFileSync(join(folder, name), stringify(content));
  const devices = (gateway: number) =>
    Array.from({ length: METERS_EACH }, (_, i) => ({
      id: `M-${gateway}-${i + 1}`,
      model: 'eastron/sdm630',
      unit: i + 1,
    }));
  write('fleet.yaml', {
    gateways: ports.map((port, index) => ({
      listen: `127.0.0.1:${port}`,
      devices: devices(index).map((device) => ({ ...device, habit: 'household', meanKw: 1 })),
    })),
  });
  write('server.yaml', {
    listen: `127.0.0.1:${http}`,
    broker: { embedded: { listen: `127.0.0.1:${broker}` } },
    store: { duckdb: { path: 'telemetry' } },
    state: 'state.sqlite',
  });
  write('edge.yaml', {
    group: 'bench',
    node: 'gateway',
    primaryHost: 'gridwarden',
    broker: { urls: [`mqtt://127.0.0.1:${broker}`] },
    outbox: { path: 'outbox.sqlite' },
    metrics: { listen: `127.0.0.1:${metrics}` },
    buses: ports.map((port, index) => ({
      ...{ id: `gateway-${index}`, transport: 'tcp', host: '127.0.0.1', port },
      devices: devices(index).map((device) => ({ ...device, every: { fast: '1s', registers: '15m' } })),
    })),
  });
  children.push(start('simulators/main.ts', folder, 'fleet.yaml'), start('server/main.ts', folder, 'server.yaml'));
  await answering(`http://127.0.0.1:${http}/health/ready`);
  await listening(ports);
  return { folder, ports, metricsUrl: `http://127.0.0.1:${metrics}/metrics` };
}

async function measure(edge: ChildProcess, { metricsUrl }: Setup, bareUs: number): Promise<Row[]> {
  const pid = edge.pid ?? 0;
  const sum = async (name: string): Promise<number> => {
    const text = await (await fetch(metricsUrl)).text();
    return [...text.matchAll(new RegExp(`^gridwarden_${name}(?:\\{[^}]*\\})? (\\S+)`, 'gm'))].reduce(
      (all, match) => all + Number(match[1]),
      0,
    );
  };
  await delay(WARM_UP_MS);
  const before = { requests: await sum('modbus_requests_total'), missed: await sum('modbus_missed_deadlines_total') };
  const cpuBefore = cpuSeconds(pid);
  await delay(MEASURED_S * 1000);
  const share = (cpuSeconds(pid) - cpuBefore) / MEASURED_S;
  const { now, peak } = memoryMiB(pid);
  const requests = ((await sum('modbus_requests_total')) - before.requests) / MEASURED_S;
  const missed = (await sum('modbus_missed_deadlines_total')) - before.missed;
  const bareShare = (bareUs * requests) / 1e6;
  return [
    {
      ...{ figure: '100 meters/s: share of a core', value: 100 * share, unit: '%', target: '≤ 5' },
      reference: `bare modbus-serial loop ${(100 * bareShare).toFixed(1)} % for as many requests`,
      ratio: share / bareShare,
      ok: share <= MOST_CORE_SHARE,
      note: `${requests.toFixed(0)} requests a second`,
    },
    {
      ...{ figure: '100 meters/s: resident', value: now, unit: 'MiB', target: `≤ ${MOST_MIB}`, ok: now <= MOST_MIB },
      note: `at most ${peak.toFixed(0)} MiB since the start`,
    },
    { figure: '100 meters/s: missed deadlines', value: missed, unit: '', target: '0', ok: missed === 0 },
  ];
}
