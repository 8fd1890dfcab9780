import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ModelRegister } from '../../../../edge/profiles/model.ts';
import { countedValue, MAX_COUNTER, whyNotCounted } from '../../../../simulators/ledger/counted-value.ts';

function register(type: ModelRegister['type'], metric: ModelRegister['metric'] = 'voltage_a', factor = 1) {
  return { metric, type, factor, pollClass: 'fast' } as ModelRegister;
}

const counters = fc.integer({ min: 1, max: MAX_COUNTER });
const types = fc.constantFrom('uint32' as const, 'float32' as const, 'float64' as const);

describe('a counted value', () => {
  it('has its counter as its whole part, whatever the type', () => {
    fc.assert(
      fc.property(fc.string(), counters, types, (device, counter, type) => {
        expect(Math.floor(countedValue(device, register(type), counter))).toBe(counter);
      }),
    );
  });

  it('is held exactly by its type', () => {
    fc.assert(
      fc.property(fc.string(), counters, (device, counter) => {
        const single = countedValue(device, register('float32'), counter);
        expect(Math.fround(single)).toBe(single);
        const double = countedValue(device, register('float64'), counter);
        expect(Number.parseFloat(String(double))).toBe(double);
        const whole = countedValue(device, register('uint32'), counter);
        expect(whole >>> 0).toBe(whole);
      }),
    );
  });

  it('needs more than a 32-bit float, so that a lossy way is noticed', () => {
    const values = Array.from({ length: 100 }, (_, k) => countedValue('M-1', register('float64'), k + 1000));
    expect(values.filter((value) => Math.fround(value) !== value).length).toBeGreaterThan(90);
  });

  it('tells devices and metrics apart', () => {
    const seen = new Set<number>();
    for (const device of ['M-1', 'M-2', 'M-3']) {
      for (const metric of ['voltage_a', 'voltage_b', 'active_power'] as const) {
        seen.add(countedValue(device, register('float64', metric), 7));
      }
    }
    expect(seen.size).toBe(9);
  });
});

describe('whyNotCounted', () => {
  it('takes what holds a counter and a fraction', () => {
    for (const type of ['uint32', 'float32', 'float64'] as const) {
      expect(whyNotCounted(register(type))).toBeUndefined();
    }
  });

  it('names what does not: a small type, a scale, narrow limits', () => {
    expect(whyNotCounted(register('uint16'))).toContain('uint16');
    expect(whyNotCounted(register('float32', 'active_power', 0.001))).toContain('0.001');
    expect(whyNotCounted(register('float32', 'power_factor'))).toContain('-1 to 1');
  });
});
