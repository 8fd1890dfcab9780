import type { MetricName } from '../../protocol/quantities.ts';
import type { Numbers } from '../read-value.ts';
import { metricOf, PHASES, type Phase, phaseNames } from './phases.ts';
import { type Suspicion, short } from './suspicion.ts';

/** A phase is there when it has this share of the highest voltage. */
const PRESENT_SHARE = 0.5;
const LEAST_VOLTAGE = 40;

const PAIRS = [
  { metric: 'voltage_ab', phases: ['a', 'b'] },
  { metric: 'voltage_bc', phases: ['b', 'c'] },
  { metric: 'voltage_ca', phases: ['c', 'a'] },
] as const satisfies readonly { metric: MetricName; phases: readonly Phase[] }[];

/** Phases without voltage, voltage inputs on the same phase, and line voltages where phase voltages should be. */
export function voltageSuspicions(numbers: Numbers): Suspicion[] {
  return [...missingPhases(numbers), ...inputSuspicions(numbers)];
}

/** Two phases without voltage and current are a meter that is used on one phase. */
function missingPhases(numbers: Numbers): Suspicion[] {
  const voltages = PHASES.flatMap((phase) => {
    const volts = numbers.get(metricOf('voltage', phase));
    return volts === undefined ? [] : [{ phase, volts }];
  });
  const highest = Math.max(0, ...voltages.map(({ volts }) => volts));
  const missing = voltages.filter(({ volts }) => volts < PRESENT_SHARE * highest).map(({ phase }) => phase);
  const loaded = missing.filter((phase) => Math.abs(numbers.get(metricOf('current', phase)) ?? 0) > 0.1);
  if (highest < LEAST_VOLTAGE || missing.length === 0 || (missing.length > 1 && loaded.length === 0)) return [];
  const metrics = missing.map((phase) => metricOf('voltage', phase));
  const shown = voltages.map(({ phase, volts }) => `${phase.toUpperCase()} ${short(volts)} V`).join(', ');
  return [
    {
      code: 'phase_missing',
      metrics,
      text: `no voltage on phase ${phaseNames(missing)}: ${shown}`,
      advice:
        'Look at the fuse and the terminal of that voltage input; measure there. The meter misses what this phase carries.',
      numbers: Object.fromEntries(voltages.map(({ phase, volts }) => [metricOf('voltage', phase), volts])),
    },
  ];
}

/** In a three-phase system a line voltage is √3 times the phase voltage (1.6 to 1.85 with asymmetry). */
function inputSuspicions(numbers: Numbers): Suspicion[] {
  return PAIRS.flatMap(({ metric, phases }) => {
    const line = numbers.get(metric);
    const [one, two] = phases.map((phase) => numbers.get(metricOf('voltage', phase)) ?? 0);
    if (line === undefined || !one || !two || Math.min(one, two) < LEAST_VOLTAGE) return [];
    const ratio = line / ((one + two) / 2);
    if (ratio > 1.15) return [];
    return [inputSuspicion(metric, phases, ratio, { line, one, two })];
  });
}

function inputSuspicion(
  metric: MetricName,
  phases: readonly Phase[],
  ratio: number,
  { line, one, two }: { line: number; one: number; two: number },
): Suspicion {
  const shown = `${metric} ${short(line)} V at ${short(one)} V and ${short(two)} V to neutral`;
  const same = ratio < 0.3;
  return {
    code: 'voltage_inputs',
    metrics: [metric, ...phases.map((phase) => metricOf('voltage', phase))],
    text: same
      ? `phases ${phaseNames(phases)} look like one and the same: ${shown}`
      : `line voltage is ${ratio.toFixed(2)} times the phase voltage instead of 1.73: ${shown}`,
    advice: same
      ? 'Measure between the two voltage inputs at the meter: about 0 V means that both hang on one phase.'
      : 'Look up both registers: one of them may be the other quantity; or the neutral is not connected as the meter is set.',
    numbers: { [metric]: line, ratio },
  };
}
