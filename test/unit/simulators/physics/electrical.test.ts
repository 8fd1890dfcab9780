// Neutral current: 70.1/36.7/88.1 A give 45.17 A (measured 45.2 A), published measurement of a distribution transformer.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { electricalState, neutralCurrentA } from '../../../../simulators/physics/electrical.ts';

const CONNECTION = {
  seed: 5,
  phaseShares: [0.5, 0.3, 0.2] as const,
  tanPhi: 0.4,
  nominalVoltageV: 230,
  dropOhm: 0.05,
};

describe('neutralCurrentA', () => {
  it('gives the published value for 70.1, 36.7 and 88.1 A', () => {
    expect(neutralCurrentA([70.1, 36.7, 88.1])).toBeCloseTo(45.17, 2);
  });

  it('is zero when the phases are equal and the phase current when only one carries load', () => {
    expect(neutralCurrentA([10, 10, 10])).toBe(0);
    expect(neutralCurrentA([0, 12, 0])).toBe(12);
  });
});

describe('electricalState', () => {
  it('keeps S² = P² + Q² and S = V·I in each phase, for any load', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 40, noNaN: true }), fc.nat(2 ** 31), (kw, seconds) => {
        const state = electricalState(CONNECTION, kw, seconds * 1000);
        for (const phase of [0, 1, 2] as const) {
          const apparent = state.apparentKva[phase];
          expect(Math.hypot(state.activeKw[phase], state.reactiveKvar[phase])).toBeCloseTo(apparent, 9);
          expect((state.voltageV[phase] * state.currentA[phase]) / 1000).toBeCloseTo(apparent, 9);
        }
        expect(state.activeKw[0] + state.activeKw[1] + state.activeKw[2]).toBeCloseTo(kw, 9);
      }),
    );
  });

  it('lowers the voltage under load', () => {
    const idle = electricalState(CONNECTION, 0, 1_000_000);
    const loaded = electricalState(CONNECTION, 20, 1_000_000);
    expect(loaded.voltageV[0]).toBeLessThan(idle.voltageV[0]);
    expect(idle.currentA[0]).toBe(0);
  });
});
