import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ACCURACY_CLASSES,
  CLASS_LIMITS,
  errorCurve,
  errorPercent,
} from '../../../../../simulators/physics/meter/class-error.ts';
import { Meter, type MeterSettings, shownKwh } from '../../../../../simulators/physics/meter/meter.ts';

const PERFECT: MeterSettings = {
  accuracy: '1',
  curve: { basePercent: 0, lowPercent: 0 },
  ratedA: 10,
  ratio: 1,
  phases: 1,
  digits: 6,
  decimals: 2,
  startKwh: 0,
  clockDriftS: 0,
};

describe('a register', () => {
  it('shows whole steps of its resolution and rolls over at its digits', () => {
    expect(shownKwh(123.4567, 6, 2)).toBe(123.45);
    expect(shownKwh(999_999.999, 6, 2)).toBe(999_999.99);
    expect(shownKwh(1_000_000.014, 6, 2)).toBe(0.01);
    expect(shownKwh(0.1 + 0.2, 6, 1)).toBe(0.3);
  });

  it('counts by its ratio: 100 kW for an hour through 200/5 A is 2.5 kWh', () => {
    const meter = new Meter({ ...PERFECT, ratio: 40, ratedA: 200, phases: 3 });
    meter.count(100_000, 100_000, 1);
    expect(meter.importAt(0)).toBe(2.5);
  });

  it('stands still below the starting current: 0.004 · Ib of class 1', () => {
    const meter = new Meter(PERFECT);
    for (let hour = 0; hour < 1000; hour++) meter.count(230 * 0.039, 230 * 0.039, 1);
    expect(meter.importAt(0)).toBe(0);
    meter.count(230 * 0.041, 230 * 0.041, 10);
    expect(meter.importAt(0)).toBe(0.09);
  });

  it('counts what is fed in on its own register', () => {
    const meter = new Meter(PERFECT);
    meter.count(-2000, 2000, 0.5);
    expect([meter.importAt(0), meter.exportAt(0)]).toEqual([0, 1]);
  });

  it('freezes early by a clock that is ahead, and loses nothing', () => {
    const [late, right] = [new Meter({ ...PERFECT, clockDriftS: 20 }), new Meter(PERFECT)];
    for (const meter of [late, right]) meter.count(36_000, 36_000, 1);
    expect(right.importAt(10)).toBe(36);
    expect(late.importAt(10)).toBe(34);
    expect(late.importAt(30)).toBe(36);
  });

  it('errs as its class allows at any current from the least on, for any meter of any class', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ACCURACY_CLASSES),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (accuracy, seed, part) => {
          const limits = CLASS_LIMITS[accuracy];
          const share = limits.leastShare + part * 5;
          const error = errorPercent(accuracy, errorCurve(accuracy, seed), share);
          expect(Math.abs(error)).toBeLessThanOrEqual(
            share < limits.fromShare ? limits.lowPercent : limits.fullPercent,
          );
        },
      ),
    );
  });

  it('never runs backwards and shows what was measured to its resolution', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000 }), { maxLength: 60 }), (powers) => {
        const meter = new Meter(PERFECT);
        let shown = 0;
        for (const watts of powers) {
          meter.count(watts, watts, 0.25);
          expect(meter.importAt(0)).toBeGreaterThanOrEqual(shown);
          shown = meter.importAt(0);
        }
        const kwh = powers.filter((watts) => watts >= 9.2).reduce((sum, watts) => sum + watts / 4000, 0);
        expect(Math.abs(shown - kwh)).toBeLessThan(0.0101);
      }),
    );
  });
});
