import type { Numbers } from '../read-value.ts';
import { LEAST_LOAD_KVA, phaseAngles, spreadOf, type Three } from './angles.ts';
import { metricOf, PHASES, type Phase, phaseNames, threeOf } from './phases.ts';
import { type Suspicion, short } from './suspicion.ts';

type Kind = 'reversed' | 'swapped' | 'moved';

interface Hypothesis {
  readonly kind: Kind;
  readonly phases: readonly Phase[];
  /** By how much the mistake turns the angle of each phase, in degrees. */
  readonly shifts: Three;
}

/**
 * What a mistake does to the angle between voltage and current of a phase. The voltages stand at 0°, −120° and 120° (IEC
 * 60050-141, symmetrical three-phase system of positive sequence): a current of the next phase turns the angle by 120°,
 * one that is connected backwards by 180°. Of swapped pairs both directions of rotation are listed.
 */
const HYPOTHESES: readonly Hypothesis[] = [
  { kind: 'reversed', phases: ['a'], shifts: [180, 0, 0] },
  { kind: 'reversed', phases: ['b'], shifts: [0, 180, 0] },
  { kind: 'reversed', phases: ['c'], shifts: [0, 0, 180] },
  { kind: 'reversed', phases: ['a', 'b'], shifts: [180, 180, 0] },
  { kind: 'reversed', phases: ['b', 'c'], shifts: [0, 180, 180] },
  { kind: 'reversed', phases: ['a', 'c'], shifts: [180, 0, 180] },
  { kind: 'swapped', phases: ['a', 'b'], shifts: [120, -120, 0] },
  { kind: 'swapped', phases: ['a', 'b'], shifts: [-120, 120, 0] },
  { kind: 'swapped', phases: ['b', 'c'], shifts: [0, 120, -120] },
  { kind: 'swapped', phases: ['b', 'c'], shifts: [0, -120, 120] },
  { kind: 'swapped', phases: ['a', 'c'], shifts: [-120, 0, 120] },
  { kind: 'swapped', phases: ['a', 'c'], shifts: [120, 0, -120] },
  { kind: 'moved', phases: PHASES, shifts: [120, 120, 120] },
  { kind: 'moved', phases: PHASES, shifts: [-120, -120, -120] },
];

/** Loads of a grid lie between slightly capacitive and strongly inductive; who feeds in does so near 180°. */
const LOAD_DEGREES = [-60, 75] as const;
const FEED_IN_DEGREES = 30;
/** Phases of one installation differ by less than this; when a mistake is undone they must be even closer. */
const RIGHT_SPREAD = 45;
const FITTING_SPREAD = 25;

/**
 * Currents that belong to other phases than the voltages beside them, and reversed ones: the mistake is suspected that
 * brings the angles of the three phases together when it is undone. Without angles a reversed phase is told by its sign.
 * Phases whose voltage and current are swapped together, so that only the rotation is wrong, show in no value.
 */
export function wiringSuspicions(numbers: Numbers): Suspicion[] {
  const angles = phaseAngles(numbers);
  if (angles === undefined) return reversedBySign(numbers);
  const { mean, spread } = spreadOf(angles);
  if (spread <= RIGHT_SPREAD && (isLoad(mean) || 180 - Math.abs(mean) <= FEED_IN_DEGREES)) return [];
  const best = bestOf(angles);
  if (best === undefined) return reversedBySign(numbers);
  return [best.kind === 'reversed' ? reversedSuspicion(numbers, best.phases, angles) : orderSuspicion(best, angles)];
}

function bestOf(angles: Three): Hypothesis | undefined {
  const fitting = HYPOTHESES.flatMap((hypothesis) => {
    const { mean, spread } = spreadOf(angles.map((angle, i) => angle - (hypothesis.shifts[i] ?? 0)));
    return isLoad(mean) && spread <= FITTING_SPREAD ? [{ hypothesis, spread }] : [];
  });
  return fitting.sort((a, b) => a.spread - b.spread)[0]?.hypothesis;
}

function isLoad(degrees: number): boolean {
  return degrees >= LOAD_DEGREES[0] && degrees <= LOAD_DEGREES[1];
}

function reversedBySign(numbers: Numbers): Suspicion[] {
  const powers = threeOf(numbers, 'active_power');
  if (powers === undefined) return [];
  const least = Math.max(LEAST_LOAD_KVA, 0.02 * Math.max(...powers.map(Math.abs)));
  const backwards = PHASES.filter((_, i) => (powers[i] ?? 0) < -least);
  const forwards = powers.some((kw) => kw > least);
  return backwards.length > 0 && forwards ? [reversedSuspicion(numbers, backwards)] : [];
}

function reversedSuspicion(numbers: Numbers, phases: readonly Phase[], angles?: Three): Suspicion {
  const powers = PHASES.map(
    (phase) => [metricOf('active_power', phase), numbers.get(metricOf('active_power', phase))] as const,
  );
  const shown = powers.map(([, kw], i) => `${PHASES[i]?.toUpperCase()} ${short(kw ?? 0)} kW`).join(', ');
  return {
    code: 'ct_reversed',
    metrics: phases.map((phase) => metricOf('active_power', phase)),
    text: `phase ${phaseNames(phases)} runs against the others: ${shown}${angles ? `, angles ${degrees(angles)}` : ''}`,
    advice: `If nothing feeds in on phase ${phaseNames(phases)}: turn its current transformer, or swap its leads (S1/S2); on a direct meter swap in and out.`,
    numbers: Object.fromEntries(powers.map(([metric, kw]) => [metric, kw ?? 0])),
  };
}

function orderSuspicion({ kind, phases }: Hypothesis, angles: Three): Suspicion {
  const what =
    kind === 'swapped'
      ? `the currents of phases ${phaseNames(phases)} look swapped against their voltages`
      : 'each current looks connected beside the voltage of another phase';
  return {
    code: 'phase_order',
    metrics: phases.map((phase) => metricOf('active_power', phase)),
    text: `${what}: angles between voltage and current ${degrees(angles)} (A, B, C)`,
    advice:
      'Follow the leads of voltage and current of each phase to the same conductor; until then power and energy are wrong.',
    numbers: Object.fromEntries(PHASES.map((phase, i) => [`angle_${phase}`, Math.round(angles[i] ?? 0)])),
  };
}

function degrees(angles: Three): string {
  return angles.map((angle) => `${Math.round(angle)}°`).join(', ');
}
