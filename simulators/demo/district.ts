import type { SimulatedDeviceConfig } from '../config.ts';
import { mix, uniform } from '../physics/hash.ts';

/** A transformer area of the demo: one gateway with a transformer sensor, a supply meter and its customers. */
export interface Area {
  readonly name: string;
  readonly devices: readonly SimulatedDeviceConfig[];
}

/** Customers of one area; with the supply meter and the sensor the gateway has some 20 units, as real ones have. */
const CUSTOMERS = 18;
const PHASES = ['a', 'b', 'c'] as const;

/**
 * The demo's district: `devices` of them in areas, each area with a supply meter and a temperature relay at its
 * transformer. The last area takes what is left; a rest too small for an area of its own is customers only.
 */
export function demoDistrict(devices: number, seed: number): Area[] {
  const areas: Area[] = [];
  let left = devices;
  let customer = 1;
  while (left > 0) {
    const number = areas.length + 1;
    const size = Math.min(left, CUSTOMERS + 2);
    const customers = size >= 3 ? size - 2 : size;
    areas.push(areaOf(number, customer, customers, size >= 3, seed));
    customer += customers;
    left -= size;
  }
  return areas;
}

function areaOf(number: number, first: number, count: number, withSupply: boolean, seed: number): Area {
  const label = String(number).padStart(3, '0');
  const customers = Array.from({ length: count }, (_, index) => customerOf(first + index, index + 1, seed));
  if (!withSupply) return { name: `area-${label}`, devices: customers };
  const supply: SimulatedDeviceConfig = {
    id: `S-${label}`,
    model: 'schneider/iem3155',
    unit: count + 1,
    sumOf: customers.map(({ id }) => id),
    lossShare: 0.03 + 0.02 * uniform(seed, number),
  };
  const sensor: SimulatedDeviceConfig = {
    id: `T-${label}`,
    model: 'ziehl/tr1200',
    unit: count + 2,
    loadOf: supply.id,
    ratedKva: transformerKva(customers),
  };
  return { name: `area-${label}`, devices: [...customers, supply, sensor] };
}

function customerOf(number: number, unit: number, seed: number): SimulatedDeviceConfig {
  const state = mix(seed, number);
  const id = `M-${String(number).padStart(5, '0')}`;
  const threePhase = uniform(state, 1) < 0.3;
  if (!threePhase) {
    return {
      id,
      model: 'eastron/sdm120',
      unit,
      phase: PHASES[number % 3] ?? 'a',
      habit: 'household',
      meanKw: kw(state, 0.2, 1),
    };
  }
  const habit = uniform(state, 2) < 0.6 ? 'household' : uniform(state, 3) < 0.7 ? 'shop' : 'office';
  return {
    id,
    model: 'eastron/sdm630',
    unit,
    phase: 'abc',
    habit,
    meanKw: kw(state, 0.8, habit === 'household' ? 2 : 6),
  };
}

function kw(state: number, from: number, to: number): number {
  return Math.round((from + (to - from) * uniform(state, 4)) * 1000) / 1000;
}

/** The smallest usual rating above 2.2 times the customers' mean load. */
function transformerKva(customers: readonly SimulatedDeviceConfig[]): number {
  const meanKw = customers.reduce((sum, customer) => sum + (customer.meanKw ?? 0), 0);
  return [30, 50, 63, 80, 100, 125, 160, 200, 250, 315, 400].find((kva) => kva >= meanKw * 2.2) ?? 630;
}
