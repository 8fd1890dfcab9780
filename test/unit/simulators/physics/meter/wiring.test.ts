import { describe, expect, it } from 'vitest';
import { measuredW, type Wiring } from '../../../../../simulators/physics/meter/wiring.ts';

/** 230 V and 20 A balanced at a lagging angle, in degrees. */
function balanced(angleDeg: number): Float64Array {
  const at = (size: number, deg: number) => [
    size * Math.cos((deg * Math.PI) / 180),
    size * Math.sin((deg * Math.PI) / 180),
  ];
  const phases = [0, -120, 120];
  return Float64Array.from([
    ...phases.flatMap((deg) => at(230, deg)),
    ...phases.flatMap((deg) => at(20, deg - angleDeg)),
  ]);
}

/**
 * Correction factors of four-wire meters, true over recorded energy, as metering handbooks have them: one current
 * transformer reversed 3, one phase lost 1.5, two currents swapped: the meter stands still.
 */
describe.each([0, 18, 45])('wiring at an angle of %d°', (angleDeg) => {
  const trueW = 3 * 230 * 20 * Math.cos((angleDeg * Math.PI) / 180);
  const measured = (kind: Wiring['kind'], phase: number) => measuredW(balanced(angleDeg), { kind, phase });

  it.each([0, 1, 2])('phase %d', (phase) => {
    expect(trueW / measured('ctReversed', phase)).toBeCloseTo(3, 9);
    expect(trueW / measured('phaseLost', phase)).toBeCloseTo(1.5, 9);
    expect(measured('phasesSwapped', phase)).toBeCloseTo(0, 6);
  });
});
