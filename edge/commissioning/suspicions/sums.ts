import type { MetricName } from '../../protocol/quantities.ts';
import type { Numbers } from '../read-value.ts';
import { offBy, powerOfTen } from './factor.ts';
import { threeOf } from './phases.ts';
import { type Suspicion, short } from './suspicion.ts';

/** Registers are not read at one instant and are rounded: what may differ, as a share of the phases and in kW. */
const SHARE = 0.1;
const LEAST_KW = 0.03;

/** Powers of the phases that do not add up to the total: Σ P = P, Σ Q = Q (IEC 80000-6, note to 6-59). */
export function sumSuspicions(numbers: Numbers): Suspicion[] {
  return (['active_power', 'reactive_power'] as const).flatMap((quantity) => sumSuspicion(numbers, quantity));
}

function sumSuspicion(numbers: Numbers, quantity: 'active_power' | 'reactive_power'): Suspicion[] {
  const phases = threeOf(numbers, quantity);
  const total = numbers.get(quantity);
  if (phases === undefined || total === undefined) return [];
  const sum = phases.reduce((a, b) => a + b, 0);
  const size = phases.reduce((a, b) => a + Math.abs(b), 0);
  if (Math.abs(sum - total) <= Math.max(LEAST_KW, SHARE * size)) return [];
  const metrics: MetricName[] = [quantity, `${quantity}_a`, `${quantity}_b`, `${quantity}_c`];
  return [
    {
      code: 'phase_sum',
      metrics,
      text: `the phases of ${quantity} make ${phases.map(short).join(' + ')} = ${short(sum)}, the total reads ${short(total)}`,
      advice: adviceFor(total, sum, size),
      numbers: { [quantity]: total, sum },
    },
  ];
}

function adviceFor(total: number, sum: number, size: number): string {
  const power = powerOfTen(total, sum);
  if (power !== undefined && power !== 0) return `The total is ${offBy(power)}: look up the scale of both registers.`;
  if (powerOfTen(total, size) === 0 && Math.abs(sum) < 0.8 * size)
    return 'The total looks like a sum of magnitudes: look up whether the register, or a setting of the meter, leaves the sign out.';
  return 'Look up the addresses: one of the four is likely another quantity. A model that mixes phases and total cannot be trusted.';
}
