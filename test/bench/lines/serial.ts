import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BusConfig } from '../../../edge/config.ts';
import type { Buses } from '../../../edge/modbus/buses.ts';
import { loadModels } from '../../../edge/profiles/load.ts';
import { startRealBuses } from '../../support/real-buses.ts';
import type { Bench, Row } from '../bench.ts';
import { type LineUse, PacedLine } from './paced-line.ts';

const WARM_UP_MS = 5000;
const MEASURED_MS = 30_000;
const WANTED_SHARE = 0.9;

/** How well a slow serial line is used, and what a dead unit costs the others on it. */
export const benches: Bench[] = [
  { name: 'serial line at 9 600 baud, used to the full', run: () => used('rtu') },
  { name: 'RTU over TCP at 9 600 baud, used to the full', run: () => used('rtu-over-tcp') },
  { name: 'serial line at 9 600 baud, one unit never answers', run: oneDead },
];

interface Measured {
  readonly passedMs: number;
  readonly use: LineUse;
  readonly missed: number;
}

async function used(transport: 'rtu' | 'rtu-over-tcp'): Promise<Row[]> {
  // 20 registers take 62.5 ms with both silences: 20 units each second are more than fits.
  const { passedMs, use } = await measure({ transport, units: 20, dead: 0 });
  const share = use.neededMs / passedMs;
  const label = transport === 'rtu' ? 'serial line at 9 600 baud' : 'RTU over TCP, 9 600 baud behind it';
  return [
    {
      figure: `${label}: share of what the frames allow`,
      value: 100 * share,
      unit: '%',
      reference: `${(use.neededMs / use.answers).toFixed(1)} ms a read by the frames, ${(passedMs / use.answers).toFixed(1)} ms in fact`,
      target: '≥ 90',
      ok: share >= WANTED_SHARE,
    },
    {
      figure: `${label}: requests before 3.5 characters of silence`,
      value: use.tooEarly,
      unit: '',
      target: '0',
      ok: use.tooEarly === 0,
      note: `of ${use.requests}`,
    },
  ];
}

async function oneDead(): Promise<Row[]> {
  const { use, missed } = await measure({ transport: 'rtu', units: 8, dead: 1 });
  const figure = 'serial line at 9 600 baud, 1 of 8 units dead: the other 7, missed deadlines';
  const note = `${use.answers} reads, ${use.requests - use.answers} without answer`;
  return [{ figure, value: missed, unit: '', target: '0', ok: missed === 0, note }];
}

interface Scene {
  readonly transport: 'rtu' | 'rtu-over-tcp';
  readonly units: number;
  /** Of the units, from 1 on. */
  readonly dead: number;
}

async function measure(scene: Scene): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-'));
  const line = await PacedLine.start(scene);
  const buses = start(configOf(scene, line.place), folder);
  try {
    await delay(WARM_UP_MS);
    const [before, missedBefore, beginMs] = [await line.use(), missedOf(buses, scene), performance.now()];
    await delay(MEASURED_MS);
    const [after, missedAfter, endMs] = [await line.use(), missedOf(buses, scene), performance.now()];
    return { passedMs: endMs - beginMs, use: difference(after, before), missed: missedAfter - missedBefore };
  } finally {
    await buses.stop();
    line.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function configOf({ transport, units }: Scene, place: string): BusConfig {
  const devices = Array.from({ length: units }, (_, i) => ({
    id: `M-${i + 1}`,
    model: 'bench/meter',
    unit: i + 1,
    every: { fast: '1s' },
  }));
  const common = { id: 'line', timeout: '1s', turnaround: '0ms', devices };
  if (transport === 'rtu-over-tcp')
    return { ...common, transport, host: '127.0.0.1', port: Number(place), baudRate: 9600 };
  return { ...common, transport, path: place, baudRate: 9600, parity: 'none', stopBits: 1 };
}

function start(bus: BusConfig, folder: string): Buses {
  return startRealBuses(folder, {
    buses: [bus],
    models: loadModels([join(import.meta.dirname, '../spine/models')]),
    sink: { take: () => undefined, health: () => undefined },
  });
}

function missedOf(buses: Buses, { dead }: Scene): number {
  const devices = buses.report().flatMap((bus) => bus.devices);
  return devices.filter(({ unit }) => unit > dead).reduce((sum, { missedDeadlines }) => sum + missedDeadlines, 0);
}

function difference(after: LineUse, before: LineUse): LineUse {
  return {
    requests: after.requests - before.requests,
    answers: after.answers - before.answers,
    neededMs: after.neededMs - before.neededMs,
    tooEarly: after.tooEarly - before.tooEarly,
  };
}
