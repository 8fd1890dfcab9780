import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../../../edge/protocol/quantities.ts';
import { dissolvedPpm, moistureSaturation } from '../../../../simulators/physics/dissolved.ts';

const SEEDS = [1, 2, 3, 4_294_967_295];

describe('gases of a healthy transformer', () => {
  test('every gas of the catalogue has a value, always the same, and nothing else has', () => {
    for (const metric of METRIC_NAMES) {
      const value = dissolvedPpm(metric, 7);
      expect([metric, value === undefined]).toEqual([metric, !metric.startsWith('dissolved_')]);
      expect(dissolvedPpm(metric, 7)).toBe(value);
    }
  });

  // The attention values of server/alarms/default-rules.yaml: 150 ppm of hydrogen, 5 ppm of acetylene.
  test.each(SEEDS)('no alarm in a fleet where nothing is wrong (seed %i)', (seed) => {
    expect(dissolvedPpm('dissolved_hydrogen', seed)).toBeLessThan(150);
    expect(dissolvedPpm('dissolved_acetylene', seed)).toBeLessThan(5);
  });

  test.each(SEEDS)('the combustible ones add up (seed %i)', (seed) => {
    const names = ['hydrogen', 'methane', 'ethane', 'ethylene', 'acetylene', 'carbon_monoxide'] as const;
    const sum = names.reduce((total, name) => total + (dissolvedPpm(`dissolved_${name}`, seed) ?? Number.NaN), 0);
    expect(dissolvedPpm('dissolved_combustible', seed)).toBeCloseTo(sum, 9);
  });
});

// The formula by hand: 7.42 - 1670/293.15 = 1.7233, 10^1.7233 = 52.88 ppm at 20 °C; 7.42 - 1670/333.15 = 2.4072,
// 10^2.4072 = 255.4 ppm at 60 °C.
test.each([
  [20, 52.88],
  [60, 255.4],
])('oil of %i °C is saturated at %d ppm', (celsius, ppm) => {
  expect(moistureSaturation(ppm, celsius)).toBeCloseTo(100, 1);
});
