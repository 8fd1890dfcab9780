import type { MetricName } from '../../protocol/quantities.ts';
import type { Numbers } from '../read-value.ts';

export const PHASES = ['a', 'b', 'c'] as const;
export type Phase = (typeof PHASES)[number];

type PhaseQuantity =
  | 'voltage'
  | 'current'
  | 'active_power'
  | 'reactive_power'
  | 'apparent_power'
  | 'power_factor'
  | 'energy_import'
  | 'energy_export';

/** The metric of a quantity on one phase. */
export function metricOf(quantity: PhaseQuantity, phase: Phase): MetricName {
  return `${quantity}_${phase}`;
}

/** The number of a quantity on each of the three phases; undefined when one of them is missing. */
export function threeOf(numbers: Numbers, quantity: PhaseQuantity): readonly [number, number, number] | undefined {
  const [a, b, c] = PHASES.map((phase) => numbers.get(metricOf(quantity, phase)));
  return a === undefined || b === undefined || c === undefined ? undefined : [a, b, c];
}

/** kVA on one phase from voltage and current; undefined when one is missing. */
export function voltAmperes(numbers: Numbers, phase: Phase): number | undefined {
  const voltage = numbers.get(metricOf('voltage', phase));
  const current = numbers.get(metricOf('current', phase));
  return voltage === undefined || current === undefined ? undefined : (voltage * Math.abs(current)) / 1000;
}

/** `A`, `A and B`, `A, B and C`. */
export function phaseNames(phases: readonly Phase[]): string {
  const names = phases.map((phase) => phase.toUpperCase());
  const last = names.pop() ?? '';
  return names.length === 0 ? last : `${names.join(', ')} and ${last}`;
}
