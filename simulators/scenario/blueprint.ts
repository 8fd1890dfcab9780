import type { AreaPlan } from '../physics/area/plan.ts';
import { planArea } from '../physics/area/plan.ts';
import { ratedCurrentA } from '../physics/area/transformer.ts';
import { KINDS } from '../physics/customers/kinds.ts';
import { between, keyOf, mix, uniform } from '../physics/hash.ts';
import { errorCurve } from '../physics/meter/class-error.ts';
import type { MeterSettings } from '../physics/meter/meter.ts';
import type { Scenario } from './scenario.ts';

export interface PlannedMeter {
  readonly id: string;
  readonly role: 'gateway' | 'customer' | 'generation';
  readonly phase: 'a' | 'b' | 'c' | 'abc';
  /** The customer that it measures; −1 for the gateway. */
  readonly connection: number;
  readonly settings: MeterSettings;
}

/** One area of a scenario, with its meters; the gateway is the first. */
export interface AreaBlueprint {
  readonly id: string;
  readonly feeder: string;
  readonly transformer: string;
  readonly seed: number;
  readonly plan: AreaPlan;
  readonly meters: readonly PlannedMeter[];
}

/** Basic current of direct meters and the largest they carry, A; above it current transformers are used. */
const BASIC_A = 10;
const DIRECT_MOST_KW = 40;
/** Primary currents of current transformers with a secondary of 5 A. */
const CT_PRIMARY_A = [75, 100, 150, 200, 300, 400, 600, 800, 1000];

/** How many customers an area has. */
export function customersOf(scenario: Scenario, index: number): number {
  const given = scenario.resized?.sizes[index];
  if (given !== undefined) return given;
  const { from, to } = scenario.file.customers;
  return from + Math.floor(uniform(mix(scenario.file.seed, keyOf('customers')), index) * (to - from + 1));
}

/** Number of the first customer of each area, and after the last: customers are counted through the whole scenario. */
export function firstCustomers(scenario: Scenario): number[] {
  const firsts = [1];
  for (let index = 0; index < scenario.file.areas; index++) {
    firsts.push((firsts.at(-1) ?? 1) + customersOf(scenario, index));
  }
  return firsts;
}

/** Builds an area of a scenario. A pure function of scenario, index and the number of its first customer. */
export function blueprintOf(scenario: Scenario, index: number, firstCustomer: number): AreaBlueprint {
  const { file } = scenario;
  const seed = mix(mix(file.seed, keyOf('area')), index);
  const plan = planArea(seed, customersOf(scenario, index), file.mix);
  const label = String(index + 1).padStart(4, '0');
  const meters = plan.connections.map(
    ({ kind, phase, seed: state }, connection): PlannedMeter => ({
      id: `M-${String(firstCustomer + connection).padStart(6, '0')}`,
      role: kind === 'rooftopPv' ? 'generation' : 'customer',
      phase,
      connection,
      settings: customerMeter(scenario, state, phase === 'abc' ? 3 : 1, KINDS[kind].planningKw),
    }),
  );
  return {
    id: `A-${label}`,
    feeder: `F-${String((index % file.feeders) + 1).padStart(2, '0')}`,
    transformer: `T-${label}`,
    seed,
    plan,
    meters: [
      { id: `S-${label}`, role: 'gateway', phase: 'abc', connection: -1, settings: gateway(scenario, plan) },
      ...meters,
    ],
  };
}

/** Builds all areas of a scenario. */
export function blueprintsOf(scenario: Scenario): AreaBlueprint[] {
  const firsts = firstCustomers(scenario);
  return Array.from({ length: scenario.file.areas }, (_, index) => blueprintOf(scenario, index, firsts[index] ?? 1));
}

function customerMeter(scenario: Scenario, state: number, phases: 1 | 3, planningKw: number): MeterSettings {
  const withTransformers = phases === 3 && planningKw > DIRECT_MOST_KW / 2;
  const primaryA = withTransformers ? primaryFor(planningKw * 3) : BASIC_A;
  const accuracy = withTransformers ? '0.5S' : scenario.file.meters.customerClass;
  return settingsOf(scenario, state, {
    accuracy,
    phases,
    ratedA: primaryA,
    ratio: withTransformers ? primaryA / 5 : 1,
  });
}

function gateway(scenario: Scenario, plan: AreaPlan): MeterSettings {
  const primaryA = CT_PRIMARY_A.find((amps) => amps >= ratedCurrentA(plan.transformer)) ?? 1000;
  const accuracy = scenario.file.meters.gatewayClass;
  return settingsOf(scenario, mix(plan.seed, keyOf('gateway')), {
    accuracy,
    phases: 3,
    ratedA: primaryA,
    ratio: primaryA / 5,
  });
}

function primaryFor(peakKw: number): number {
  const amps = (peakKw * 1000) / (Math.sqrt(3) * 400);
  return CT_PRIMARY_A.find((primary) => primary >= amps) ?? 1000;
}

function settingsOf(
  scenario: Scenario,
  state: number,
  own: Pick<MeterSettings, 'accuracy' | 'phases' | 'ratedA' | 'ratio'>,
): MeterSettings {
  const { digits, decimals, clockDriftS } = scenario.file.meters;
  const curve = errorCurve(own.accuracy, mix(state, 31));
  const startKwh = Math.floor(between(state, 32, 0, 30_000) / own.ratio);
  return { ...own, curve, digits, decimals, startKwh, clockDriftS: between(state, 33, -clockDriftS, clockDriftS) };
}
