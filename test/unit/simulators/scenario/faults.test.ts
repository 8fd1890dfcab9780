import { describe, expect, it, test } from 'vitest';
import { type AreaBlueprint, blueprintOf } from '../../../../simulators/scenario/blueprint.ts';
import {
  FAULT_FACTS,
  type PlannedFault,
  SCENARIO_FAULT_KINDS,
  type ScenarioFaultKind,
} from '../../../../simulators/scenario/fault-kinds.ts';
import { labelsOf } from '../../../../simulators/scenario/labels.ts';
import { MeteredArea } from '../../../../simulators/scenario/metered-area.ts';
import { planFaults } from '../../../../simulators/scenario/plan-faults.ts';
import { loadScenario, placeOf, type Scenario } from '../../../../simulators/scenario/scenario.ts';

const base = loadScenario('clean');
const scenario: Scenario = {
  ...base,
  file: { ...base.file, areas: 1, customers: { from: 40, to: 40 }, mix: { household: 70, shop: 30 } },
};
const blueprint: AreaBlueprint = blueprintOf(scenario, 0, 1);
const STEPS = 72;
const [FROM, TO] = [24, 48];

interface Run {
  /** By meter id: what is read at the end of each step. */
  readonly read: ReadonlyMap<string, readonly (number | undefined)[]>;
  readonly supplyW: readonly number[];
  readonly oilC: readonly number[];
  readonly rolledOver: ReadonlyMap<string, number>;
}

function run(faults: readonly PlannedFault[]): Run {
  const area = new MeteredArea(blueprint, placeOf(scenario), faults);
  const read = new Map(area.meters.map(({ planned }): [string, (number | undefined)[]] => [planned.id, []]));
  const [supplyW, oilC]: [number[], number[]] = [[], []];
  for (let step = 0; step < STEPS; step++) {
    area.advance();
    for (const meter of area.meters) read.get(meter.planned.id)?.push(meter.importRead(step));
    supplyW.push(area.physics.supplyW());
    oilC.push(area.physics.temperatures.oilC);
  }
  const rolled = area.meters.flatMap(({ planned, rolledOverAt }): [string, number][] =>
    rolledOverAt === undefined ? [] : [[planned.id, rolledOverAt]],
  );
  return { read, supplyW, oilC, rolledOver: new Map(rolled) };
}

const target = blueprint.meters.find(({ role, phase }) => role === 'customer' && phase === 'abc');
const device = target?.id ?? '';

function fault(kind: ScenarioFaultKind): PlannedFault {
  const isArea = FAULT_FACTS[kind].place === 'area';
  return {
    kind,
    area: blueprint.id,
    device: isArea ? blueprint.transformer : device,
    connection: isArea ? -1 : (target?.connection ?? -1),
    fromStep: FROM,
    toStep: kind === 'transientZero' ? FROM + 1 : TO,
    size: kind === 'rollover' ? 20 : FAULT_FACTS[kind].size,
    form: 'step',
    phase: 1,
  };
}

const healthy = run([]);
const changedMeters = (one: Run) =>
  [...one.read]
    .filter(([id, values]) => values.some((value, step) => value !== healthy.read.get(id)?.[step]))
    .map(([id]) => id);
const registersOf = (one: Run, id = device) => one.read.get(id) ?? [];
const used = (one: Run, from: number, to: number) => (registersOf(one)[to] ?? 0) - (registersOf(one)[from] ?? 0);

describe('a fault changes only what it should', () => {
  const kinds = SCENARIO_FAULT_KINDS.filter((kind) => !['area', 'feeder'].includes(FAULT_FACTS[kind].place));
  it.each(kinds)('%s: no other meter, nothing before it, no physics', (kind) => {
    const faulty = run([fault(kind)]);
    const unseen = kind === 'slow' || kind === 'wrongRatio' || kind === 'notEntered';
    expect(changedMeters(faulty)).toEqual(unseen ? [] : [device]);
    expect(faulty.supplyW).toEqual(healthy.supplyW);
    expect(faulty.oilC).toEqual(healthy.oilC);
    const before = kind === 'rollover' ? 0 : FROM;
    expect(registersOf(faulty).slice(0, before)).toEqual(registersOf(healthy).slice(0, before));
  });

  it.each(['missing', 'silent', 'exception', 'garbage', 'cut', 'transientZero', 'stuck'] as const)(
    '%s: the register goes on as if it had not been',
    (kind) => {
      const faulty = run([fault(kind)]);
      expect(registersOf(faulty).slice(TO)).toEqual(registersOf(healthy).slice(TO));
    },
  );

  it.each(['overload', 'imbalance', 'coolingLost'] as const)('%s: nothing before it, and what it is about', (kind) => {
    const faulty = run([fault(kind)]);
    expect(faulty.supplyW.slice(0, FROM)).toEqual(healthy.supplyW.slice(0, FROM));
    expect(faulty.supplyW.slice(TO)).toEqual(healthy.supplyW.slice(TO));
    expect(faulty.oilC.slice(0, FROM)).toEqual(healthy.oilC.slice(0, FROM));
    const customers = changedMeters(faulty).filter((id) => id.startsWith('M-'));
    if (kind === 'overload') expect(customers.length).toBeGreaterThan(30);
    else expect(customers).toEqual([]);
    if (kind === 'coolingLost') expect(faulty.supplyW).toEqual(healthy.supplyW);
    else expect(faulty.supplyW[FROM]).not.toBe(healthy.supplyW[FROM]);
    expect(faulty.oilC[TO - 1]).not.toBe(healthy.oilC[TO - 1]);
  });
});

describe('sizes', () => {
  const during = (kind: ScenarioFaultKind) =>
    used(run([fault(kind)]), FROM - 1, TO - 1) / used(healthy, FROM - 1, TO - 1);

  test('fast and slow count by their percent more and less', () => {
    expect(during('meterFast')).toBeCloseTo(1.08, 2);
    expect(during('meterSlow')).toBeCloseTo(0.9, 2);
  });

  test('a bypass leaves its share out', () => expect(during('bypass')).toBeCloseTo(0.4, 2));
  test('a stopped meter counts nothing', () => expect(during('stopped')).toBe(0));

  test('a lost phase and a reversed transformer leave about two thirds and one third', () => {
    expect(during('phaseLost')).toBeGreaterThan(0.55);
    expect(during('phaseLost')).toBeLessThan(0.78);
    expect(during('ctReversed')).toBeGreaterThan(0.12);
    expect(during('ctReversed')).toBeLessThan(0.55);
  });

  test('a jump adds its kWh for good', () => {
    expect(used(run([fault('registerJump')]), FROM - 1, TO) - used(healthy, FROM - 1, TO)).toBeCloseTo(500, 1);
  });

  test('a rollover begins again at zero, and its label stands where it did', () => {
    const faulty = run([fault('rollover')]);
    const at = faulty.rolledOver.get(device) ?? -1;
    expect(registersOf(faulty)[at - 1]).toBeGreaterThan(999_900);
    expect(registersOf(faulty)[at]).toBeLessThan(100);
    const [label] = labelsOf(scenario, [fault('rollover')], STEPS, faulty.rolledOver);
    expect(label?.start).toBe(new Date(scenario.originMs + at * scenario.stepMs).toISOString());
    expect(labelsOf(scenario, [fault('rollover')], STEPS, new Map())).toEqual([]);
  });

  test('a drift grows to its size', () => {
    const faulty = run([{ ...fault('meterSlow'), form: 'drift', size: 50 }]);
    const share = (step: number) => used(faulty, step - 1, step) / used(healthy, step - 1, step);
    expect(share(FROM)).toBeGreaterThan(0.95);
    expect(share(TO - 1)).toBeCloseTo(0.5, 1);
  });
});

describe('what happens to a whole area', () => {
  const area = (kind: ScenarioFaultKind) => new MeteredArea(blueprint, placeOf(scenario), [fault(kind)]);
  const advanced = (one: MeteredArea, steps: number) => {
    for (let step = 0; step < steps; step++) one.advance();
    return one;
  };

  it.each([
    ['areaOutage', 'silent'],
    ['linkCut', 'cut'],
  ] as const)('%s: no device answers while it lasts', (kind, answer) => {
    const one = area(kind);
    for (const index of [-1, 0, 5]) {
      expect([FROM - 1, FROM, TO - 1, TO].map((step) => one.answering(index, step))).toEqual([
        undefined,
        answer,
        answer,
        undefined,
      ]);
    }
  });

  it('an outage: nothing is used, and afterwards all goes on as before', () => {
    const one = advanced(area('areaOutage'), FROM + 1);
    const energyOf = () => one.meters.map(({ meter }) => meter.importKwh);
    const before = energyOf();
    expect(one.physics.supplyW()).toBe(0);
    advanced(one, TO - FROM - 1);
    expect(energyOf()).toEqual(before);
    advanced(one, 1);
    expect(one.physics.supplyW()).toBe(healthy.supplyW[TO]);
  });

  it('a cut link changes nothing of what is counted', () => {
    expect(advanced(area('linkCut'), STEPS).meters.map(({ meter }) => meter.importKwh)).toEqual(
      advanced(new MeteredArea(blueprint, placeOf(scenario), []), STEPS).meters.map(({ meter }) => meter.importKwh),
    );
  });

  it('overvoltage lifts the voltages by its size, and the loads stay', () => {
    const volts = (one: MeteredArea) => Math.hypot(...one.physics.sweep.voltage.subarray(0, 2));
    const [high, usual] = [advanced(area('overvoltage'), FROM + 1), advanced(area('linkCut'), FROM + 1)];
    expect(volts(high) / volts(usual)).toBeCloseTo(1.08, 2);
    expect(high.physics.connectionW).toEqual(usual.physics.connectionW);
  });
});

describe.each(['clean', 'area', 'demo', 'drift', 'theft', 'county', 'sick-devices'])('scenario %s', (name) => {
  const one = loadScenario(name);
  const faults = planFaults(one);

  it('plans its faults: each device once, the same each time', () => {
    const wanted = one.file.faults.reduce((sum, entry) => sum + (entry.devices?.length ?? entry.count), 0);
    expect(faults).toHaveLength(wanted);
    expect(new Set(faults.map((planned) => planned.device)).size).toBe(wanted);
    expect(planFaults(one)).toEqual(faults);
  });
});

describe.each(['blackout', 'storm'])('scenario %s', (name) => {
  it('has an outage in every area of a feeder, at one time, and each device once', () => {
    const one = loadScenario(name);
    const faults = planFaults(one);
    const outages = faults.filter(({ kind }) => kind === 'feederOutage');
    const feeders = new Set(outages.map(({ area: id }) => Number(id.slice(2)) % one.file.feeders));
    expect(outages.length).toBeGreaterThan(1);
    expect(feeders.size).toBe(1);
    expect(new Set(outages.map(({ fromStep, toStep }) => `${fromStep} ${toStep}`)).size).toBe(1);
    expect(new Set(faults.map(({ device: id }) => id)).size).toBe(faults.length);
  });
});
