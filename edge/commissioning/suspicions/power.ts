import type { MetricName } from '../../protocol/quantities.ts';
import type { Numbers } from '../read-value.ts';
import { offBy, powerOfTen } from './factor.ts';
import { metricOf, PHASES, voltAmperes } from './phases.ts';
import { type Suspicion, short } from './suspicion.ts';

/** Below this a device's own noise and rounding count for too much. */
const LEAST_KVA = 0.05;
const LEAST_POWER_FACTOR = 0.2;
/** Another factor than a power of ten is only suspicious when it cannot be rounding, distortion or a moment's change. */
const RATIO_BOUNDS = [0.67, 1.5] as const;

/** A power as shown against what voltage, current and power factor make of it. */
interface Comparison {
  readonly metric: MetricName;
  readonly shown: number;
  readonly expected: number;
  readonly how: string;
  /** Whether the whole installation is compared: its power factor may be defined in several ways. */
  readonly total: boolean;
}

/**
 * Powers that are not what voltage and current make: S = U·I and P = U·I·λ (IEC 80000-6, 6-57 to 6-60). A factor of 10 or
 * 100 points at a scale or a transformer ratio, 1000 at the unit, another one at the ratio.
 */
export function powerSuspicions(numbers: Numbers): Suspicion[] {
  const groups = new Map<number | 'other', Comparison[]>();
  for (const comparison of comparisons(numbers)) {
    const key = verdictOf(comparison);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), comparison]);
  }
  return [...groups].map(([key, group]) => (key === 'other' ? ratioSuspicion(group) : tenSuspicion(key, group)));
}

function verdictOf({ shown, expected, total }: Comparison): number | 'other' | undefined {
  const power = powerOfTen(shown, expected);
  if (power !== undefined) return power === 0 ? undefined : power;
  const factor = Math.abs(shown / expected);
  if (total || factor === 0 || (factor > RATIO_BOUNDS[0] && factor < RATIO_BOUNDS[1])) return undefined;
  return 'other';
}

function comparisons(numbers: Numbers): Comparison[] {
  const phases = PHASES.flatMap((phase) => {
    const kva = voltAmperes(numbers, phase);
    if (kva === undefined) return [];
    const how = `${short(numbers.get(metricOf('voltage', phase)) ?? 0)} V × ${short(numbers.get(metricOf('current', phase)) ?? 0)} A`;
    const metrics = {
      active: metricOf('active_power', phase),
      apparent: metricOf('apparent_power', phase),
      factor: metricOf('power_factor', phase),
    };
    return compare(numbers, kva, how, metrics, false);
  });
  return [...phases, ...compareTotal(numbers)];
}

function compareTotal(numbers: Numbers): Comparison[] {
  const parts = PHASES.flatMap((phase) => voltAmperes(numbers, phase) ?? []);
  const kva = parts.reduce((sum, part) => sum + part, 0);
  const single = parts.length === 1;
  const metrics = { active: 'active_power', apparent: 'apparent_power', factor: 'power_factor' } as const;
  return compare(numbers, kva, single ? 'U × I' : 'the sum of U × I', metrics, !single);
}

interface PowerMetrics {
  readonly active: MetricName;
  readonly apparent: MetricName;
  readonly factor: MetricName;
}

function compare(numbers: Numbers, kva: number, how: string, metrics: PowerMetrics, total: boolean): Comparison[] {
  if (kva < LEAST_KVA) return [];
  const apparent = numbers.get(metrics.apparent);
  const active = numbers.get(metrics.active);
  const factor = Math.abs(numbers.get(metrics.factor) ?? Number.NaN);
  const found: Comparison[] = [];
  if (apparent !== undefined) found.push({ metric: metrics.apparent, shown: apparent, expected: kva, how, total });
  if (active === undefined) return found;
  if (factor >= LEAST_POWER_FACTOR && factor <= 1.001) {
    const expected = kva * factor;
    found.push({ metric: metrics.active, shown: active, expected, how: `${how} × ${short(factor)}`, total });
  } else if (Number.isNaN(factor) && Math.abs(active) > 1.25 * kva) {
    // Without a power factor only too much is known to be wrong.
    found.push({ metric: metrics.active, shown: active, expected: kva, how: `at most ${how}`, total });
  }
  return found;
}

function tenSuspicion(power: number, group: readonly Comparison[]): Suspicion {
  const isUnit = Math.abs(power) === 3;
  return {
    code: isUnit ? 'unit' : 'scale',
    metrics: group.map(({ metric }) => metric),
    text: `power ${offBy(power)} for voltage and current: ${described(group)}`,
    advice: isUnit
      ? 'Look up the unit of the register (W or kW, A or mA) in the document of the maker, and correct it in the model.'
      : 'Look up the scale of power and current in the document of the maker; then the current transformer ratio set in the meter.',
    numbers: numbersOf(group),
  };
}

function ratioSuspicion(group: readonly Comparison[]): Suspicion {
  return {
    code: 'ratio',
    metrics: group.map(({ metric }) => metric),
    text: `power does not fit voltage and current: ${described(group)}`,
    advice:
      'Compare the current transformer ratio set in the meter with the nameplates; see whether current and power both stand for the primary side.',
    numbers: numbersOf(group),
  };
}

function described(group: readonly Comparison[]): string {
  return group
    .slice(0, 2)
    .map(({ metric, shown, expected, how }) => `${metric} ${short(shown)}, but ${how} = ${short(expected)}`)
    .join('; ');
}

function numbersOf(group: readonly Comparison[]): Record<string, number> {
  return Object.fromEntries(
    group.flatMap(({ metric, shown, expected }) => [
      [metric, shown],
      [`${metric}_expected`, expected],
    ]),
  );
}
