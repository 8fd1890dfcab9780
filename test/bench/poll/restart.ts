import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { Bench, Row } from '../bench.ts';
import { end, type Generator, startGateways } from './processes.ts';

const GATEWAYS = 50;
const UNITS = 200;
const RUN_BEFORE_MS = 10_000;
const PATIENCE_MS = 30_000;
const WANTED_S = 3;

/** The whole edge is killed and started again, as after a power cut, with what it has not delivered yet on its disk. */
export const benches: Bench[] = [{ name: 'edge: restart with 10 000 devices to the first full second', run: restart }];

async function restart(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-restart-'));
  const before = await startGateways(GATEWAYS);
  writeFileSync(join(folder, 'edge.yaml'), stringify(configOf(before)));
  const first = startEdge(folder);
  try {
    await delay(RUN_BEFORE_MS);
    first.kill('SIGKILL');
    await once(first, 'exit');
    return [await again(folder, before)];
  } finally {
    await end(before.child);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function again(folder: string, generator: Generator): Promise<Row> {
  const alreadyAsked = await askedOf(generator);
  generator.child.send('forget');
  const startMs = performance.now();
  const edge = startEdge(folder);
  const devices = GATEWAYS * UNITS;
  try {
    while ((await askedOf(generator)) < devices && performance.now() - startMs < PATIENCE_MS) await delay(20);
    const tookS = (performance.now() - startMs) / 1000;
    return {
      figure: `restart with ${devices} devices: from the start of the process until each was read`,
      value: tookS,
      unit: 's',
      target: `≤ ${WANTED_S}`,
      ok: tookS <= WANTED_S,
      note: `each second; ${alreadyAsked} were read before the restart`,
    };
  } finally {
    await end(edge);
  }
}

async function askedOf({ child }: Generator): Promise<number> {
  child.send('asked');
  const [message] = await once(child, 'message');
  return (message as { asked: number }).asked;
}

function startEdge(folder: string): ChildProcess {
  const script = join(import.meta.dirname, '../../../edge/main.ts');
  return spawn(process.execPath, [script, '--config', join(folder, 'edge.yaml')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    // As the launcher has it: the start before has left what Node compiled.
    env: { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') },
  });
}

function configOf({ ports }: Generator): object {
  return {
    group: 'bench',
    node: 'agent',
    primaryHost: 'gridwarden',
    // Nobody listens at the discard port: nothing is delivered.
    broker: { urls: ['mqtt://127.0.0.1:9'] },
    outbox: { path: 'outbox.sqlite' },
    profiles: [join(import.meta.dirname, '../spine/models')],
    buses: ports.map((port, gateway) => ({
      id: `gateway-${gateway}`,
      transport: 'tcp',
      host: '127.0.0.1',
      port,
      devices: Array.from({ length: UNITS }, (_, index) => ({
        id: `B-${gateway}-${index + 1}`,
        model: 'bench/meter',
        unit: index + 1,
        every: '1s',
      })),
    })),
  };
}
