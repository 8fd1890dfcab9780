import type { Numbers } from '../read-value.ts';
import { type Suspicion, short } from './suspicion.ts';

/**
 * EN 50160:2010, 4.2.1: 47 to 52 Hz in systems of 50 Hz all of the time (interconnected); the same width around 60 Hz.
 */
const BANDS = [
  [47, 52],
  [57, 62],
] as const;

/** A frequency that no grid has. One that is right a power of ten away is a matter of scale, and of `scaleSuspicions`. */
export function frequencySuspicions(numbers: Numbers): Suspicion[] {
  const hertz = numbers.get('frequency');
  if (hertz === undefined || BANDS.some(([from, to]) => hertz >= from && hertz <= to)) return [];
  if (hertz === 0) return zeroSuspicion(numbers);
  if (hertz > 100 || hertz < 10) return [];
  return [
    {
      code: 'frequency',
      metrics: ['frequency'],
      text: `frequency ${short(hertz)} Hz is near neither 50 nor 60 Hz`,
      advice: 'Look up address and scale of the register; on an island grid or a generator set, look at its governor.',
      numbers: { frequency: hertz },
    },
  ];
}

/** Without voltage there is no frequency; with voltage the register is not the frequency. */
function zeroSuspicion(numbers: Numbers): Suspicion[] {
  const volts = numbers.get('voltage_a') ?? 0;
  if (volts < 40) return [];
  return [
    {
      code: 'frequency',
      metrics: ['frequency'],
      text: `frequency 0 Hz at ${short(volts)} V`,
      advice: 'Look up address and type of the register.',
      numbers: { frequency: 0, voltage_a: volts },
    },
  ];
}
