import { describe, expect, test } from 'vitest';
import type { Numbers } from '../../../../../edge/commissioning/read-value.ts';
import { directionSuspicions } from '../../../../../edge/commissioning/suspicions/direction.ts';
import { frequencySuspicions } from '../../../../../edge/commissioning/suspicions/frequency.ts';
import { powerSuspicions } from '../../../../../edge/commissioning/suspicions/power.ts';
import { scaleSuspicions } from '../../../../../edge/commissioning/suspicions/scale.ts';
import { sumSuspicions } from '../../../../../edge/commissioning/suspicions/sums.ts';
import type { Suspicion } from '../../../../../edge/commissioning/suspicions/suspicion.ts';
import { voltageSuspicions } from '../../../../../edge/commissioning/suspicions/voltages.ts';
import { shown, withNumbers, without } from './three-phase.ts';

const ALL = [
  scaleSuspicions,
  powerSuspicions,
  sumSuspicions,
  voltageSuspicions,
  frequencySuspicions,
  directionSuspicions,
];

function codes(suspicions: readonly Suspicion[]): string[] {
  return suspicions.map(({ code }) => code);
}

function scaled(numbers: Numbers, pattern: RegExp, factor: number): Numbers {
  return new Map([...numbers].map(([metric, value]) => [metric, pattern.test(metric) ? value * factor : value]));
}

test('a sound installation raises no suspicion, with three phases or one', () => {
  for (const one of ALL) expect(one(shown())).toEqual([]);
  const single = new Map(Object.entries({ voltage_a: 230, current_a: 5, active_power: 1.1, power_factor: 0.96 }));
  for (const one of ALL) expect(one(single as Numbers)).toEqual([]);
});

describe('scale', () => {
  test.each([
    ['voltage', /^voltage/, 0.1, 'scale', '10 times too small'],
    ['voltage', /^voltage/, 10, 'scale', '10 times too large'],
    ['voltage in kV', /^voltage/, 0.001, 'unit', '1000 times too small'],
    ['frequency', /^frequency/, 100, 'scale', '100 times too large'],
    ['frequency', /^frequency/, 10, 'scale', '10 times too large'],
    ['power factor', /^power_factor/, 1000, 'scale', '1000 times too large'],
  ])('%s %s times %d is suspected', (_, pattern, factor, code, text) => {
    const suspicions = scaleSuspicions(scaled(shown(), pattern, factor));
    expect(codes(suspicions)).toEqual([code]);
    expect(suspicions[0]?.text).toContain(text);
  });

  test.each([57.7, 63.5, 110, 127, 230, 277, 400, 690])('%d V is nothing to suspect', (volts) => {
    expect(scaleSuspicions(new Map([['voltage_a', volts]]))).toEqual([]);
  });
});

describe('power against voltage and current', () => {
  test.each([
    [10, 'scale', '10 times too large'],
    [0.1, 'scale', '10 times too small'],
    [100, 'scale', '100 times too large'],
    [1000, 'unit', '1000 times too large'],
    [0.001, 'unit', '1000 times too small'],
  ])('off by %d is named with the numbers', (factor, code, words) => {
    const suspicions = powerSuspicions(scaled(shown(), /^(active|apparent)_power/, factor));
    expect(codes(suspicions)).toEqual([code]);
    expect(suspicions[0]?.text).toContain(words);
    // 230 V × 10 A × cos 18° = 2.1874 kW.
    expect(suspicions[0]?.numbers.active_power_a_expected).toBeCloseTo(2.1874, 3);
    expect((suspicions[0]?.numbers.active_power_a ?? 0) / factor).toBeCloseTo(2.1874, 3);
  });

  test('off by a transformer ratio of 40 is a ratio', () => {
    expect(codes(powerSuspicions(scaled(shown(), /^(active|apparent)_power/, 40)))).toEqual(['ratio']);
  });

  test('without a power factor only too much is suspected', () => {
    const bare = without(shown(), /power_factor|apparent|reactive/);
    expect(powerSuspicions(bare)).toEqual([]);
    expect(powerSuspicions(scaled(bare, /^active_power/, 0.1))).toEqual([]);
    expect(codes(powerSuspicions(scaled(bare, /^active_power/, 10)))).toEqual(['scale']);
  });

  test('of a single-phase meter is its total', () => {
    const single = new Map(Object.entries({ voltage_a: 230, current_a: 5, active_power: 11.04, power_factor: 0.96 }));
    expect(codes(powerSuspicions(single as Numbers))).toEqual(['scale']);
  });
});

describe('the sum of the phases', () => {
  test('that is not the total is suspected', () => {
    const [suspicion] = sumSuspicions(withNumbers(shown(), { active_power: 2.19 }));
    expect(suspicion?.code).toBe('phase_sum');
    expect(suspicion?.text).toBe('the phases of active_power make 2.187 + 1.75 + 2.625 = 6.562, the total reads 2.19');
  });

  test('that is off by ten says so, and a sum of magnitudes, too', () => {
    expect(sumSuspicions(withNumbers(shown(), { active_power: 65.6 }))[0]?.advice).toContain('10 times too large');
    const [magnitudes] = sumSuspicions(withNumbers(shown({ direction: [1, 1, -1] }), { active_power: 6.56 }));
    expect(magnitudes?.advice).toContain('sum of magnitudes');
  });

  test('may differ by rounding and by a moment', () => {
    expect(sumSuspicions(withNumbers(shown(), { active_power: 6.3 }))).toEqual([]);
    expect(sumSuspicions(withNumbers(shown({ amperes: [0.1, 0, 0] }), { active_power: 0.04 }))).toEqual([]);
  });
});

describe('voltages', () => {
  test('a phase without voltage is suspected; a meter used on one phase is not', () => {
    const [suspicion] = voltageSuspicions(withNumbers(shown(), { voltage_b: 0.4 }));
    expect(suspicion).toMatchObject({ code: 'phase_missing', metrics: ['voltage_b'] });
    expect(suspicion?.text).toContain('A 230 V, B 0.4 V, C 230 V');
    const one = withNumbers(shown({ amperes: [4, 0, 0] }), { voltage_b: 0, voltage_c: 0 });
    expect(voltageSuspicions(one)).toEqual([]);
  });

  test('two inputs on one phase, and line voltages in the place of phase voltages', () => {
    expect(voltageSuspicions(withNumbers(shown(), { voltage_ab: 398, voltage_bc: 398, voltage_ca: 399 }))).toEqual([]);
    const [same] = voltageSuspicions(withNumbers(shown(), { voltage_ab: 1.2, voltage_bc: 398 }));
    expect(same?.text).toContain('phases A and B look like one and the same');
    const [line] = voltageSuspicions(withNumbers(shown(), { voltage_ab: 231 }));
    expect(line?.text).toContain('1.00 times the phase voltage instead of 1.73');
  });
});

describe('frequency', () => {
  test.each([47.5, 50.02, 52, 59.9, 60.4])('%d Hz is a grid', (hertz) => {
    expect(frequencySuspicions(new Map([['frequency', hertz]]))).toEqual([]);
  });

  test.each([45, 54.3, 63, 16.7])('%d Hz is suspected', (hertz) => {
    expect(codes(frequencySuspicions(new Map([['frequency', hertz]])))).toEqual(['frequency']);
  });

  test('0 Hz is suspected where there is voltage', () => {
    expect(codes(frequencySuspicions(withNumbers(shown(), { frequency: 0 })))).toEqual(['frequency']);
    expect(frequencySuspicions(new Map([['frequency', 0]]))).toEqual([]);
  });
});

describe('the direction of power', () => {
  const counters = (power: number, imported: number, exported: number) =>
    new Map(Object.entries({ active_power: power, energy_import: imported, energy_export: exported })) as Numbers;

  test('against energy that only counts the other way is suspected', () => {
    expect(codes(directionSuspicions(counters(-2, 5000, 0)))).toEqual(['direction']);
    expect(codes(directionSuspicions(counters(2, 0, 5000)))).toEqual(['direction']);
  });

  test('is nothing to suspect where both count, or none has counted yet', () => {
    expect(directionSuspicions(counters(-2, 5000, 3))).toEqual([]);
    expect(directionSuspicions(counters(-2, 0.2, 0))).toEqual([]);
    expect(directionSuspicions(counters(2, 5000, 0))).toEqual([]);
  });
});
