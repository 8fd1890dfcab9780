// Steady hot spot at 20 °C for load rates 0.5, 0.8, 1.0, 1.2, 1.5 of an ONAN distribution transformer (IEC 60076-7:2018,
// table 4 parameters): 52.68, 77.44, 98.0, 121.4, 161.36 °C, computed independently.
import { describe, expect, it } from 'vitest';
import { ONAN_OIL, steadyRiseK, topOilC } from '../../../../simulators/physics/oil.ts';

describe('steadyRiseK', () => {
  it.each([
    [0.5, 52.68],
    [0.8, 77.44],
    [1.0, 98.0],
    [1.2, 121.4],
    [1.5, 161.36],
  ])('with the winding gradient gives the known hot spot at load rate %d', (loadRate, hotSpotC) => {
    expect(20 + steadyRiseK(loadRate, ONAN_OIL) + 23 * loadRate ** 1.6).toBeCloseTo(hotSpotC, 1);
  });
});

describe('topOilC', () => {
  it('is the steady value under constant load and ambient', () => {
    const celsius = topOilC(
      () => 1,
      () => 20,
      1_700_000_123_000,
    );
    expect(celsius).toBeCloseTo(75, 6);
  });

  it('follows a step of the load with the time constant of the oil, not at once', () => {
    const stepMs = 1_700_000_000_000;
    const oilAfter = (minutes: number) =>
      topOilC(
        (t) => (t >= stepMs ? 1 : 0),
        () => 20,
        stepMs + minutes * 60_000,
      );
    const cold = 20 + steadyRiseK(0, ONAN_OIL);
    expect(oilAfter(-120)).toBeCloseTo(cold, 6);
    expect(oilAfter(60)).toBeGreaterThan(cold + 5);
    expect(oilAfter(60)).toBeLessThan(60);
    expect(oilAfter(1200)).toBeCloseTo(75, 0);
  });
});
