import { describe, expect, test } from 'vitest';
import { wiringSuspicions } from '../../../../../edge/commissioning/suspicions/wiring.ts';
import { shown, type Wiring, without } from './three-phase.ts';

function found(wiring: Wiring, ...hidden: readonly RegExp[]): string[] {
  return wiringSuspicions(without(shown(wiring), ...hidden)).map(
    ({ code, metrics }) => `${code} ${metrics.map((metric) => metric.replace('active_power_', '')).join('')}`,
  );
}

describe('a sound installation', () => {
  test.each<[string, Wiring]>([
    ['as it should be', {}],
    ['with another power factor on each phase', { lag: [5, 40, -20] }],
    ['that feeds in on all phases', { lag: [180, 175, 182] }],
    ['with hardly any load', { amperes: [0.05, 0.02, 0.01], direction: [1, -1, 1] }],
  ])('%s is not suspected', (_, wiring) => expect(found(wiring)).toEqual([]));
});

describe('a reversed current transformer', () => {
  test.each<[Wiring['direction'] & object, string]>([
    [[-1, 1, 1], 'ct_reversed a'],
    [[1, -1, 1], 'ct_reversed b'],
    [[1, -1, -1], 'ct_reversed bc'],
  ])('%j is suspected', (direction, suspicion) => expect(found({ direction })).toEqual([suspicion]));

  test('is told by its sign where there is no reactive power, and says what else it may be', () => {
    const numbers = without(shown({ direction: [1, 1, -1] }), /reactive/);
    const [suspicion] = wiringSuspicions(numbers);
    expect(suspicion).toMatchObject({ code: 'ct_reversed', metrics: ['active_power_c'] });
    expect(suspicion?.text).toMatch(/^phase C runs against the others: A 2\.187 kW, B 1\.75 kW, C -2\.625 kW$/);
    expect(suspicion?.advice).toContain('If nothing feeds in on phase C');
    expect(suspicion?.numbers.active_power_c).toBeCloseTo(-2.625, 3);
  });
});

describe('currents beside the voltages of other phases', () => {
  test.each<[Wiring['currentOf'] & object, string]>([
    [[0, 2, 1], 'phase_order bc'],
    [[1, 0, 2], 'phase_order ab'],
    [[2, 1, 0], 'phase_order ac'],
    [[1, 2, 0], 'phase_order abc'],
    [[2, 0, 1], 'phase_order abc'],
  ])('%j are suspected', (currentOf, suspicion) => expect(found({ currentOf })).toEqual([suspicion]));

  test('are found by the reactive power of the total alone', () => {
    expect(found({ currentOf: [0, 2, 1] }, /reactive_power_/)).toEqual(['phase_order bc']);
  });

  test('are named with the angles that led there', () => {
    const [suspicion] = wiringSuspicions(shown({ currentOf: [0, 2, 1] }));
    expect(suspicion?.numbers).toEqual({ angle_a: 18, angle_b: 138, angle_c: -102 });
  });
});
