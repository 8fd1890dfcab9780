import { describe, expect, it, test } from 'vitest';
import {
  hotSpotC,
  ONAN_DISTRIBUTION,
  steadyState,
  type ThermalConstants,
  thermalAfter,
} from '../../../../../simulators/physics/area/thermal.ts';

/** Steady hot spot of an ONAN distribution transformer at 20 °C, from the constants of IEC 60076-7:2018, table 4. */
test.each([
  [0.5, 52.68],
  [0.8, 77.44],
  [1, 98],
  [1.2, 121.4],
  [1.5, 161.36],
])('at load rate %d the hot spot settles at %d °C', (loadRate, expected) => {
  expect(hotSpotC(steadyState(ONAN_DISTRIBUTION, loadRate, 20))).toBeCloseTo(expected, 1);
});

describe('the worked example of IEC 60076-7:2018, annex with difference equations', () => {
  /** Minute, load rate, ambient °C, top oil °C, hot spot °C of the standard's table, in steps of 3 min. */
  const EXAMPLE: readonly (readonly [number, number, number, number, number])[] = exampleRows();
  const constants: ThermalConstants = {
    oilRiseK: 45,
    hotSpotRiseK: 35,
    lossRatio: 8,
    oilExponent: 0.8,
    windingExponent: 1.3,
    oilMin: 150,
    windingMin: 7,
    k11: 0.5,
    k21: 2,
    k22: 2,
  };

  function worst(used: ThermalConstants): { oilK: number; spotK: number } {
    const [first, ...rest] = EXAMPLE;
    let state = steadyState(used, first?.[1] ?? 0, first?.[2] ?? 0);
    expect(state.oilC).toBeCloseTo(63.909, 3);
    expect(hotSpotC(state)).toBeCloseTo(90.522, 3);
    let [oilK, spotK] = [0, 0];
    for (const [, rate, ambientC, oilC, spotC] of rest) {
      state = thermalAfter(used, state, rate, ambientC, 3);
      oilK = Math.max(oilK, Math.abs(state.oilC - oilC));
      spotK = Math.max(spotK, Math.abs(hotSpotC(state) - spotC));
    }
    return { oilK, spotK };
  }

  /** Time constants whose exact step of 3 min is the standard's difference 3/τ: 1 − exp(−3/τ') = 3/τ. */
  it('is met to a thousandth of a kelvin when steps are differences, as in the standard', () => {
    const asDifference = (tauMin: number) => -3 / Math.log(1 - 3 / tauMin);
    const { oilK, spotK } = worst({ ...constants, oilMin: 2 * asDifference(75), windingMin: asDifference(14) / 2 });
    expect(oilK).toBeLessThan(0.001);
    expect(spotK).toBeLessThan(0.001);
  });

  it('is met by exact steps but for what differences of 3 min are off: 0.4 K in oil, 4 K at the hot spot', () => {
    const { oilK, spotK } = worst(constants);
    expect(oilK).toBeLessThan(0.4);
    expect(spotK).toBeLessThan(4);
  });
});

test('one long step is the same as many short ones', () => {
  const start = steadyState(ONAN_DISTRIBUTION, 0.3, 10);
  let many = start;
  for (let minute = 0; minute < 60; minute++) many = thermalAfter(ONAN_DISTRIBUTION, many, 1.1, 30, 1);
  const one = thermalAfter(ONAN_DISTRIBUTION, start, 1.1, 30, 60);
  expect(one.oilC).toBeCloseTo(many.oilC, 9);
  expect(hotSpotC(one)).toBeCloseTo(hotSpotC(many), 9);
});

function exampleRows(): [number, number, number, number, number][] {
  return [
    [0, 0.81, 30.3, 63.909, 90.5223],
    [3, 0.87, 29.9, 64.0301, 91.6501],
    [6, 0.88, 29.8, 64.1658, 92.7286],
    [9, 0.86, 29.5, 64.2373, 93.1813],
    [12, 0.9, 29.6, 64.4042, 94.3148],
    [15, 0.92, 29.5, 64.6086, 95.5973],
    [18, 0.95, 29.5, 64.8783, 97.2036],
    [21, 0.96, 28.9, 65.1381, 98.6495],
    [24, 0.97, 29.0, 65.4166, 99.9947],
    [27, 1.0, 28.6, 65.7439, 101.6467],
    [30, 1.7, 28.0, 68.1949, 118.5987],
    [33, 1.7, 28.7, 70.5759, 132.0836],
    [36, 1.73, 27.8, 72.9334, 143.5109],
    [39, 1.72, 28.1, 75.1726, 152.3899],
    [42, 1.69, 27.9, 77.2068, 158.7553],
    [45, 1.68, 27.1, 79.0921, 163.5953],
    [48, 1.71, 26.9, 81.001, 168.2187],
    [51, 1.69, 26.7, 82.754, 171.4597],
    [54, 1.67, 27.2, 84.386, 173.634],
    [57, 1.68, 26.7, 85.9682, 175.6509],
    [60, 1.63, 26.9, 87.3193, 176.1219],
    [63, 1.59, 26.5, 88.4622, 175.5902],
    [66, 1.53, 26.2, 89.344, 173.7981],
    [69, 1.49, 26.3, 90.0618, 171.4962],
    [72, 1.41, 25.4, 90.4558, 167.8372],
    [75, 1.38, 25.6, 90.7472, 164.2911],
    [78, 1.32, 25.3, 90.8292, 160.1433],
    [81, 1.28, 24.8, 90.7669, 155.9618],
    [84, 1.21, 24.5, 90.4891, 151.11],
    [87, 1.19, 24.3, 90.1568, 146.8189],
    [90, 0.87, 24.1, 88.996, 136.8592],
    [93, 0.88, 24.3, 87.9131, 129.1494],
    [96, 0.87, 24.1, 86.842, 122.8105],
    [99, 0.86, 23.4, 85.7625, 117.5303],
    [102, 0.85, 23.6, 84.711, 113.1159],
    [105, 0.87, 23.8, 83.756, 109.9617],
    [108, 0.83, 23.1, 82.7191, 106.6181],
    [111, 0.86, 23.3, 81.8005, 104.4945],
    [114, 0.85, 23.1, 80.8875, 102.5559],
    [117, 0.82, 22.3, 79.9108, 100.3603],
    [120, 0.86, 22.2, 79.0605, 99.3183],
  ];
}
