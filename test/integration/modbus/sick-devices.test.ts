import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Buses } from '../../../edge/modbus/buses.ts';
import { seededRandom } from '../../../edge/platform/clock.ts';
import { loadModels } from '../../../edge/profiles/load.ts';
import { type Behaviour, type Gateway, type SimulatedUnit, startGateway } from '../../../simulators/modbus/gateway.ts';
import { startRealBuses } from '../../support/real-buses.ts';

/** Units of each gateway; all but one are well. */
const UNITS = Array.from({ length: 12 }, (_, i) => i + 1);
const SICK = 7;
const noise = seededRandom(7);

/** What the sick unit of a gateway does. */
const SICKNESSES = {
  dead: () => ({ kind: 'silent' }),
  late: () => ({ kind: 'slow', delayMs: 700 }),
  slow: () => ({ kind: 'slow', delayMs: 60 }),
  garbage: () => ({
    kind: 'garbage',
    bytes: () => Buffer.from(Array.from({ length: 1 + Math.floor(noise() * 64) }, () => Math.floor(noise() * 256))),
  }),
  refusing: () => ({ kind: 'exception', code: 2 }),
  failing: () => ({ kind: 'exception', code: 4 }),
  unreachable: () => ({ kind: 'exception', code: 11 }),
  cutting: () => ({ kind: 'cut' }),
} satisfies Record<string, () => Behaviour>;
const NAMES = Object.keys(SICKNESSES) as (keyof typeof SICKNESSES)[];

/** A unit of which every number reads as the number of its gateway times 100 and its own. */
class Marked implements SimulatedUnit {
  behaviour: () => Behaviour = () => ({ kind: 'normal' });
  readonly #mark: number;

  constructor(mark: number) {
    this.#mark = mark;
  }

  read(_functionCode: number, address: number, count: number) {
    const registers = Buffer.alloc(2 * (count + 2));
    for (let at = -(address % 2); at < count; at += 2) if (at >= 0) registers.writeFloatBE(this.#mark, 2 * at);
    return { registers: registers.subarray(0, 2 * count) };
  }
}

let folder: string;
let gateways: Gateway[];
let units: Map<number, Marked>[];
let buses: Buses;
/** Good values that were read, by device: each one seen, and how many reads there were. */
let seen: Map<string, { values: Set<number>; reads: number }>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-sick-'));
  units = NAMES.map((_, gateway) => new Map(UNITS.map((unit) => [unit, new Marked(100 * (gateway + 1) + unit)])));
  gateways = [];
  for (const own of units)
    gateways.push(await startGateway({ listen: { host: '127.0.0.1', port: 0 }, answerAfterMs: 2, units: own }));
  seen = new Map();
  buses = startRealBuses(folder, {
    buses: NAMES.map((id, gateway) => ({
      id,
      transport: 'tcp',
      host: '127.0.0.1',
      port: gateways[gateway]?.port ?? 0,
      timeout: '1s',
      turnaround: '0ms',
      devices: UNITS.map((unit) => ({ id: `${id}-${unit}`, model: 'eastron/sdm120', unit, every: { fast: '1s' } })),
    })),
    models: loadModels(),
    sink: {
      take({ layout, quality, values }) {
        const { device } = layout;
        const of = seen.get(device) ?? { values: new Set<number>(), reads: 0 };
        seen.set(device, of);
        of.reads += quality.includes(0) ? 1 : 0;
        layout.metrics.forEach((metric, i) => {
          // Volts and hertz are not scaled: they show whose answer it was.
          if (quality[i] === 0 && /^(voltage_a|frequency)$/.test(metric)) of.values.add(values[i] ?? Number.NaN);
        });
      },
      health: () => undefined,
    },
  });
});

afterEach(async () => {
  await buses.stop();
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  rmSync(folder, { recursive: true, force: true });
});

function healthy() {
  return buses
    .report()
    .flatMap(({ id, devices }) =>
      devices.filter(({ unit }) => unit !== SICK).map((device) => ({ ...device, bus: id })),
    );
}

function readsOf(device: string): number {
  return seen.get(device)?.reads ?? 0;
}

test('devices beside a sick one keep every deadline, whatever its sickness; it comes back by itself; no answer is taken for another', async () => {
  await expect.poll(() => healthy().every(({ health }) => health?.up), { timeout: 5000 }).toBe(true);
  NAMES.forEach((name, gateway) => {
    const unit = units[gateway]?.get(SICK);
    if (unit) unit.behaviour = SICKNESSES[name];
  });
  const before = new Map(healthy().map(({ id }) => [id, readsOf(id)]));
  const enough = () => healthy().every(({ id }) => readsOf(id) - (before.get(id) ?? 0) >= 8);
  await expect.poll(enough, { timeout: 20_000, interval: 200 }).toBe(true);
  const sick = new Map(buses.report().map(({ id, devices }) => [id, devices[SICK - 1]?.health?.up]));
  expect(sick).toEqual(new Map(NAMES.map((name) => [name, name === 'slow'])));
  expect(healthy().filter(({ missedDeadlines }) => missedDeadlines > 0)).toEqual([]);

  for (const own of units) for (const unit of own.values()) unit.behaviour = () => ({ kind: 'normal' });
  const back = () => buses.report().every(({ devices }) => devices[SICK - 1]?.health?.up);
  // A silent device is probed at least every 15 s.
  await expect.poll(back, { timeout: 20_000, interval: 200 }).toBe(true);
  NAMES.forEach((name, gateway) => {
    for (const unit of UNITS)
      expect([`${name}-${unit}`, ...(seen.get(`${name}-${unit}`)?.values ?? [])]).toEqual([
        `${name}-${unit}`,
        100 * (gateway + 1) + unit,
      ]);
  });
  expect(buses.report().flatMap(({ devices }) => devices.flatMap(({ learnedHoles }) => learnedHoles))).toEqual([]);
}, 60_000);
