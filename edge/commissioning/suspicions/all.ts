import { numbersOf, type ReadValue } from '../read-value.ts';
import { directionSuspicions } from './direction.ts';
import { frequencySuspicions } from './frequency.ts';
import { powerSuspicions } from './power.ts';
import { scaleSuspicions } from './scale.ts';
import { sumSuspicions } from './sums.ts';
import type { Suspicion } from './suspicion.ts';
import { voltageSuspicions } from './voltages.ts';
import { wiringSuspicions } from './wiring.ts';
import { wordSuspicions } from './words.ts';

/** All that the values of one read make suspect; none when they agree among themselves. */
export function suspicionsOf(values: readonly ReadValue[]): Suspicion[] {
  const words = wordSuspicions(values);
  // In the wrong order every number is wrong: nothing else can be said of them.
  if (words.length > 0) return words;
  const numbers = numbersOf(values);
  return [
    ...scaleSuspicions(numbers),
    ...powerSuspicions(numbers),
    ...sumSuspicions(numbers),
    ...wiringSuspicions(numbers),
    ...directionSuspicions(numbers),
    ...voltageSuspicions(numbers),
    ...frequencySuspicions(numbers),
  ];
}
