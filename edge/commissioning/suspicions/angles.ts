import type { Numbers } from '../read-value.ts';
import { PHASES, threeOf, voltAmperes } from './phases.ts';

/** Below this an angle is made of noise and rounding. */
export const LEAST_LOAD_KVA = 0.05;
const LEAST_SHARE = 0.05;

export type Three = readonly [number, number, number];

/**
 * The angle between voltage and current on each phase, in degrees, positive where reactive power is; undefined when a
 * phase has too little load, or signs cannot be told. Without reactive powers of the phases their signs are those that
 * make the total.
 */
export function phaseAngles(numbers: Numbers): Three | undefined {
  const active = threeOf(numbers, 'active_power');
  const reactive = threeOf(numbers, 'reactive_power') ?? (active && signedReactive(numbers, active));
  if (active === undefined || reactive === undefined) return undefined;
  const sizes = active.map((kw, i) => Math.hypot(kw, reactive[i] ?? 0));
  const least = Math.max(LEAST_LOAD_KVA, LEAST_SHARE * Math.max(...sizes));
  if (sizes.some((kva) => kva < least)) return undefined;
  const angle = (i: 0 | 1 | 2) => (Math.atan2(reactive[i], active[i]) * 180) / Math.PI;
  return [angle(0), angle(1), angle(2)];
}

const SIGNS = [1, -1] as const;
const CLOSE_SHARE = 0.1;

function signedReactive(numbers: Numbers, active: Three): Three | undefined {
  const total = numbers.get('reactive_power');
  const sizes = PHASES.map((phase) => voltAmperes(numbers, phase));
  if (total === undefined || sizes.some((kva) => kva === undefined)) return undefined;
  const kva = sizes.map((size) => size ?? 0);
  const [a = 0, b = 0, c = 0] = kva.map((size, i) => Math.sqrt(Math.max(0, size ** 2 - (active[i] ?? 0) ** 2)));
  const choices = SIGNS.flatMap((x) => SIGNS.flatMap((y) => SIGNS.map((z): Three => [x * a, y * b, z * c])));
  const error = (choice: Three) => Math.abs(choice[0] + choice[1] + choice[2] - total);
  const best = choices.reduce((least, choice) => (error(choice) < error(least) ? choice : least));
  return error(best) <= CLOSE_SHARE * kva.reduce((sum, size) => sum + size, 0) ? best : undefined;
}

/** The middle of angles and the farthest distance from it, both in degrees; the middle lies in (−180, 180]. */
export function spreadOf(angles: readonly number[]): { readonly mean: number; readonly spread: number } {
  const radians = angles.map((angle) => (angle * Math.PI) / 180);
  const x = radians.reduce((sum, angle) => sum + Math.cos(angle), 0);
  const y = radians.reduce((sum, angle) => sum + Math.sin(angle), 0);
  const mean = (Math.atan2(y, x) * 180) / Math.PI;
  return { mean, spread: Math.max(...angles.map((angle) => Math.abs(turn(angle - mean)))) };
}

/** The same angle in (−180, 180]. */
export function turn(degrees: number): number {
  const turned = ((degrees % 360) + 360) % 360;
  return turned > 180 ? turned - 360 : turned;
}
