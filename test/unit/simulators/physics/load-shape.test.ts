import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HABITS, LoadShape, localDayStartMs } from '../../../../simulators/physics/load-shape.ts';

const OFFSET_MS = 8 * 3_600_000;
const ORIGIN_MS = localDayStartMs(Date.parse('2026-01-01T00:00:00Z'), OFFSET_MS);
const DAY_MS = 86_400_000;

function shapeOf(seed: number, habit: (typeof HABITS)[number] = 'household') {
  return new LoadShape({ seed, habit, meanKw: 2, utcOffsetMs: OFFSET_MS, originMs: ORIGIN_MS });
}

describe('LoadShape', () => {
  it('has an energy that is the integral of its power over any stretch, day boundaries included', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.constantFrom(...HABITS),
        fc.integer({ min: 0, max: 20 * 24 * 60 }),
        fc.integer({ min: 1, max: 3 * 24 * 60 }),
        (seed, habit, startMin, lengthMin) => {
          const shape = shapeOf(seed, habit);
          const from = ORIGIN_MS + startMin * 60_000;
          let integral = 0;
          for (let minute = 0; minute < lengthMin; minute++) {
            const at = from + minute * 60_000;
            integral += (shape.powerKw(at) + shape.powerKw(at + 60_000)) / 2 / 60;
          }
          expect(shape.energyKwh(from + lengthMin * 60_000) - shape.energyKwh(from)).toBeCloseTo(integral, 6);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('never draws negative power, so that its register never runs back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.constantFrom(...HABITS),
        fc.nat(400 * 96),
        (seed, habit, knot) => {
          expect(shapeOf(seed, habit).powerKw(ORIGIN_MS + knot * 900_000)).toBeGreaterThan(0);
        },
      ),
    );
  });

  it('is a function of seed and time: another instance, asked in another order, says the same', () => {
    const times = [0, 3.7, 40.2, 9.9, 0.1].map((days) => ORIGIN_MS + days * DAY_MS);
    const forward = shapeOf(7);
    const backward = shapeOf(7);
    const expected = times.map((time) => [forward.powerKw(time), forward.energyKwh(time)]);
    const actual = [...times].reverse().map((time) => [backward.powerKw(time), backward.energyKwh(time)]);
    expect(actual.reverse()).toEqual(expected);
    expect(shapeOf(8).powerKw(times[1] ?? 0)).not.toBe(forward.powerKw(times[1] ?? 0));
  });

  it('draws its mean power on working days within the daily deviation of 12 %', () => {
    const monday = localDayStartMs(Date.parse('2026-03-02T00:00:00Z'), OFFSET_MS);
    const shape = shapeOf(3);
    const meanKw = (shape.energyKwh(monday + DAY_MS) - shape.energyKwh(monday)) / 24;
    expect(meanKw).toBeGreaterThan(2 * 0.87);
    expect(meanKw).toBeLessThan(2 * 1.13);
  });

  it('gives offices a quiet Sunday', () => {
    const sunday = localDayStartMs(Date.parse('2026-03-01T00:00:00Z'), OFFSET_MS);
    const shape = shapeOf(3, 'office');
    const sundayKwh = shape.energyKwh(sunday + DAY_MS) - shape.energyKwh(sunday);
    const mondayKwh = shape.energyKwh(sunday + 2 * DAY_MS) - shape.energyKwh(sunday + DAY_MS);
    expect(sundayKwh).toBeLessThan(mondayKwh * 0.5);
  });
});
