import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AreaPhysics } from '../../../../../simulators/physics/area/area.ts';
import { Network } from '../../../../../simulators/physics/area/network.ts';
import { planArea } from '../../../../../simulators/physics/area/plan.ts';
import { Sweep } from '../../../../../simulators/physics/area/sweep.ts';
import { noLoadLossW, TRANSFORMER_RATINGS } from '../../../../../simulators/physics/area/transformer.ts';
import type { Moment } from '../../../../../simulators/physics/customers/moment.ts';
import { YEAR } from '../customers/year.ts';

const MIX = { household: 88, shop: 5, office: 2, factory: 1, streetLighting: 1, rooftopPv: 3 };

function moment(step: number): Moment {
  const found = YEAR[step];
  if (!found) throw new RangeError(`no step ${step}`);
  return found;
}

function area(seed: number, customers: number): AreaPhysics {
  return new AreaPhysics(planArea(seed, customers, MIX), 3_600_000, moment(0));
}

const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);

describe('an area', () => {
  it('balances to the watt: supply = customers + loss in the lines, in any step of any area', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 0, max: 8759 }),
        (seed, customers, step) => {
          const one = area(seed, customers);
          one.advance(moment(step));
          expect(Math.abs(one.supplyW() - total(one.connectionW) - one.lineLossW())).toBeLessThan(0.5);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('closes its energy over a month to the watt', () => {
    const one = area(11, 100);
    let openWh = 0;
    for (let step = 4000; step < 4720; step++) {
      one.advance(moment(step));
      openWh += one.supplyW() - total(one.connectionW) - one.lineLossW();
    }
    expect(Math.abs(openWh) / 720).toBeLessThan(1);
  });

  it('loses 1 to 7 % of its energy in the lines, and no customer is outside 198 to 242 V', () => {
    const one = area(11, 200);
    let supply = 0;
    let loss = 0;
    let [lowest, highest] = [400, 0];
    for (let step = 4800; step < 4968; step++) {
      one.advance(moment(step));
      supply += one.supplyW();
      loss += one.lineLossW();
      for (let point = 0; point < one.sweep.network.points; point++) {
        const volts = Math.hypot(one.sweep.pointVoltage[2 * point] ?? 0, one.sweep.pointVoltage[2 * point + 1] ?? 0);
        lowest = Math.min(lowest, volts);
        highest = Math.max(highest, volts);
      }
    }
    expect(loss / supply).toBeGreaterThan(0.01);
    expect(loss / supply).toBeLessThan(0.07);
    expect(lowest).toBeGreaterThan(198);
    expect(highest).toBeLessThan(242);
  });

  it('is the same bits in a step, whatever step came before', () => {
    const [one, other] = [area(5, 40), area(5, 40)];
    one.advance(moment(100));
    one.advance(moment(3000));
    other.advance(moment(3000));
    expect(one.sweep.voltage).toEqual(other.sweep.voltage);
    expect(one.supplyW()).toBe(other.supplyW());
  });

  it('grows hot by load, hotter when cooling is lost', () => {
    const [calm, loaded, uncooled] = [area(5, 120), area(5, 120), area(5, 120)];
    for (let step = 4800; step < 4824; step++) {
      calm.advance(moment(step));
      loaded.advance(moment(step), { load: 1.8 });
      uncooled.advance(moment(step), { cooling: 1.5 });
    }
    expect(loaded.hotSpotC()).toBeGreaterThan(calm.hotSpotC() + 5);
    expect(uncooled.temperatures.oilC).toBeGreaterThan(calm.temperatures.oilC + 2);
    expect(uncooled.supplyW()).toBe(calm.supplyW());
  });
});

describe('a sweep', () => {
  /**
   * Two buses, in closed form: V² = (E² − 2RP)/2 + √(((E² − 2RP)/2)² − R²P²) for unity power factor over R alone. Computed by
   * hand for E 230 V, R 0.5 ohm, P 5 kW: V = 218.562 V.
   */
  it('agrees with two buses in closed form', () => {
    const network = new Network(
      [{ parent: -1, phaseOhm: { r: 0.3, x: 0 }, neutralOhm: { r: 0.2, x: 0 } }],
      [{ section: 0, phase: 0, serviceOhm: { r: 0, x: 0 } }],
    );
    const sweep = new Sweep(network);
    sweep.activeW[0] = 5000;
    sweep.solve([230, 0, -115, -199.186, -115, 199.186]);
    const half = (230 ** 2 - 2 * 0.5 * 5000) / 2;
    expect(sweep.voltage[0]).toBeCloseTo(Math.sqrt(half + Math.sqrt(half ** 2 - (0.5 * 5000) ** 2)), 4);
    expect(sweep.voltage[0]).toBeCloseTo(218.562, 2);
    // A load on one phase moves the neutral: the others see its drop of 0.2 ohm, in phase with the first.
    expect(sweep.voltage[2]).toBeCloseTo(-115 - 0.2 * (5000 / 218.562), 2);
  });

  it('says when a load is more than the line can carry', () => {
    const network = new Network(
      [{ parent: -1, phaseOhm: { r: 1, x: 0 }, neutralOhm: { r: 1, x: 0 } }],
      [{ section: 0, phase: 0, serviceOhm: { r: 0, x: 0 } }],
    );
    const sweep = new Sweep(network);
    sweep.activeW[0] = 9000;
    expect(() => sweep.solve([230, 0, -115, -199, -115, 199])).toThrow(RangeError);
  });
});

/** GB 20052 grade 2, 400 kVA, half load: 370 W + 0.25 · 3615 W = 1273.75 W (known practice). */
it('a transformer at half load loses what its plate says', () => {
  const rating = TRANSFORMER_RATINGS.find(({ ratedKva }) => ratedKva === 400);
  expect(rating && noLoadLossW(rating, 400 / Math.sqrt(3)) + 0.25 * rating.loadLossW).toBeCloseTo(1273.75, 6);
});
