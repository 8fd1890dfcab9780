import { type MetricName, QUANTITIES } from '../../protocol/quantities.ts';
import type { Numbers } from '../read-value.ts';
import { offBy } from './factor.ts';
import { type Suspicion, short } from './suspicion.ts';

type Band = readonly [number, number];

/**
 * Where a number must lie to show that its scale is right, narrow enough that only one power of ten leads there. Voltages:
 * the nominal ones of IEC 60038, table 1, a tenth above and below.
 */
const NARROW: Readonly<Record<string, readonly Band[]>> = {
  V: [
    [90, 265],
    [342, 530],
  ],
  Hz: [
    [47, 52],
    [57, 62],
  ],
};

/** What is right already, and asks for no other scale: 57.7 V behind voltage transformers, 690 V, hot frequencies. */
const FINE: Readonly<Record<string, Band>> = { V: [45, 800], Hz: [45, 65] };

const POWERS = [1, -1, 2, -2, 3, -3] as const;

/** Voltages and frequencies that are only plausible a power of ten away, and power factors beyond ±1. */
export function scaleSuspicions(numbers: Numbers): Suspicion[] {
  const found = new Map<string, Off[]>();
  for (const [metric, number] of numbers) {
    const power = powerOff(metric, number);
    if (power === undefined) continue;
    const key = `${QUANTITIES[metric].unit} ${power}`;
    found.set(key, [...(found.get(key) ?? []), { metric, number, power }]);
  }
  return [...found.values()].map(suspicionOf);
}

interface Off {
  readonly metric: MetricName;
  readonly number: number;
  readonly power: number;
}

function powerOff(metric: MetricName, number: number): number | undefined {
  if (number === 0) return undefined;
  if (metric.startsWith('power_factor')) return powerOfFactor(Math.abs(number));
  const { unit } = QUANTITIES[metric];
  const bands = NARROW[unit];
  const fine = FINE[unit];
  if (!bands || !fine || QUANTITIES[metric].kind !== 'instantaneous' || within(number, fine)) return undefined;
  return POWERS.find((power) => bands.some((band) => within(number / 10 ** power, band)));
}

/** A power factor is usually above 0.1 where there is a load, so the smallest power that brings it below 1 is it. */
function powerOfFactor(size: number): number | undefined {
  return size > 1.001 && size <= 1000 ? Math.ceil(Math.log10(size) - 1e-9) : undefined;
}

function within(number: number, [from, to]: Band): boolean {
  return number >= from && number <= to;
}

function suspicionOf(off: readonly Off[]): Suspicion {
  const power = off[0]?.power ?? 0;
  const shown = off.slice(0, 3).map(({ metric, number }) => {
    const { unit } = QUANTITIES[metric];
    return `${metric} reads ${short(number)}${unit && ` ${unit}`}, plausible is ${short(number / 10 ** power)}`;
  });
  return {
    code: Math.abs(power) === 3 && !off[0]?.metric.startsWith('power_factor') ? 'unit' : 'scale',
    metrics: off.map(({ metric }) => metric),
    text: `${offBy(power)}: ${shown.join('; ')}`,
    advice:
      'Look up scale and unit of the register in the document of the maker, or the voltage ratio set in the meter.',
    numbers: Object.fromEntries(off.map(({ metric, number }) => [metric, number])),
  };
}
