import { type MetricName, QUANTITIES } from '../protocol/quantities.ts';
import { registerWidth } from './model.ts';
import type { RegisterFile, RegisterType } from './schema.ts';
import { unitFactor } from './units.ts';

interface Plausible {
  /** The coarsest step that still tells something. */
  readonly maxStep: number;
  /** A value that every device of the kind must be able to show. */
  readonly mustReach: number;
}

/** By catalogue unit. They catch a scale that is off by ten or a thousand, not a device that is merely coarse. */
const PLAUSIBLE: Readonly<Record<string, Plausible>> = {
  V: { maxStep: 1, mustReach: 100 },
  A: { maxStep: 1, mustReach: 5 },
  kW: { maxStep: 1, mustReach: 1 },
  kvar: { maxStep: 1, mustReach: 1 },
  kVA: { maxStep: 1, mustReach: 1 },
  kWh: { maxStep: 10, mustReach: 10_000 },
  kvarh: { maxStep: 10, mustReach: 10_000 },
  kVAh: { maxStep: 10, mustReach: 10_000 },
  Hz: { maxStep: 0.1, mustReach: 65 },
  '°C': { maxStep: 1, mustReach: 130 },
  '%': { maxStep: 1, mustReach: 100 },
  ppm: { maxStep: 20, mustReach: 1000 },
};

const POWER_FACTOR: Plausible = { maxStep: 0.01, mustReach: 1 };

/** Whether what the type can hold, times the scale, is of the size of the quantity; floating-point numbers always are. */
export function lintScale(metric: MetricName, register: RegisterFile, type: RegisterType): string | undefined {
  const { unit, kind } = QUANTITIES[metric];
  const plausible = metric.startsWith('power_factor') ? POWER_FACTOR : PLAUSIBLE[unit];
  if (plausible === undefined || kind === 'status' || type.startsWith('float')) return undefined;
  const step = (register.scale ?? 1) * (unitFactor(register.unit, unit) ?? 1);
  if (step > plausible.maxStep) {
    return `has a step of ${amount(step, unit)}; plausible is at most ${amount(plausible.maxStep, unit)} (check scale and unit)`;
  }
  const reach = maxInteger(type) * step;
  if (reach >= plausible.mustReach) return undefined;
  return `reaches only ${amount(reach, unit)}; plausible is ${amount(plausible.mustReach, unit)} or more (check scale and unit)`;
}

function amount(value: number, unit: string): string {
  return `${value} ${unit}`.trimEnd();
}

function maxInteger(type: RegisterType): number {
  const bits = registerWidth(type) * 16;
  return 2 ** (type.startsWith('u') ? bits : bits - 1) - 1;
}
