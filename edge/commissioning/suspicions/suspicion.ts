import type { MetricName } from '../../protocol/quantities.ts';

/** What may be wrong with an installation or a model, judging by the values alone. */
export const SUSPICION_CODES = [
  /** The words of numbers of 32 or 64 bits are read in the wrong order. */
  'words_swapped',
  /** A number is off by a power of ten. */
  'scale',
  /** A number is off by a thousand: W taken for kW, V for kV. */
  'unit',
  /** Power is not what voltage and current make, by another factor than ten. */
  'ratio',
  /** The phases do not add up to the total. */
  'phase_sum',
  /** Currents belong to other phases than voltages. */
  'phase_order',
  /** A current transformer, or a phase, is connected backwards. */
  'ct_reversed',
  /** Power flows one way, the energy registers count the other. */
  'direction',
  /** Two voltage inputs hang on the same phase, or the registers are line voltages. */
  'voltage_inputs',
  /** A phase without voltage beside others that have it. */
  'phase_missing',
  /** Neither 50 nor 60 Hz. */
  'frequency',
] as const;
export type SuspicionCode = (typeof SUSPICION_CODES)[number];

/** A suspicion, never a verdict: the numbers that led to it, and what to do about it. */
export interface Suspicion {
  readonly code: SuspicionCode;
  readonly metrics: readonly MetricName[];
  /** What is suspected, with the numbers. */
  readonly text: string;
  /** What to look at or change. */
  readonly advice: string;
  /** The numbers that led to it, in the catalogue's units. */
  readonly numbers: Readonly<Record<string, number>>;
}

/** A number as people read it: four significant digits, no exponent where it can be avoided. */
export function short(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4) return value.toExponential(2);
  return String(Number(size >= 1000 ? value.toFixed(1) : value.toPrecision(4)));
}
