import { between } from '../hash.ts';
import { bell } from '../noise.ts';

export const ACCURACY_CLASSES = ['2', '1', '0.5S', '0.2S'] as const;
export type AccuracyClass = (typeof ACCURACY_CLASSES)[number];

interface ClassLimits {
  /** Largest error at unity power factor, %: above `fromShare` of the basic or rated current, and below it. */
  readonly fullPercent: number;
  readonly lowPercent: number;
  readonly fromShare: number;
  /** The least current at which a limit holds, as a share; below it the meter may err as it likes. */
  readonly leastShare: number;
  /** A current from which the meter counts. */
  readonly startingShare: number;
}

/**
 * IEC 62053-21:2020 and IEC 62053-22:2020, acceptable errors by current, for direct connected meters of classes 1 and 2 (Ib)
 * and transformer operated ones of classes 0.2S and 0.5S (In); starting currents 0.004, 0.005 and 0.001.
 */
export const CLASS_LIMITS: Readonly<Record<AccuracyClass, ClassLimits>> = {
  '2': { fullPercent: 2, lowPercent: 2.5, fromShare: 0.1, leastShare: 0.05, startingShare: 0.005 },
  '1': { fullPercent: 1, lowPercent: 1.5, fromShare: 0.1, leastShare: 0.05, startingShare: 0.004 },
  '0.5S': { fullPercent: 0.5, lowPercent: 1, fromShare: 0.05, leastShare: 0.01, startingShare: 0.001 },
  '0.2S': { fullPercent: 0.2, lowPercent: 0.4, fromShare: 0.05, leastShare: 0.01, startingShare: 0.001 },
};

/** Deviation of the errors of a class's meters in the field over its limit, and how much of the limit none passes. */
const FIELD_SIGMA = 0.3;
const FIELD_MOST = 0.85;

/** A meter's own error curve within its class: a constant part, and one that grows towards small currents. */
export interface ErrorCurve {
  readonly basePercent: number;
  readonly lowPercent: number;
}

/** Draws a meter's error curve from its class. */
export function errorCurve(accuracy: AccuracyClass, seed: number): ErrorCurve {
  const { fullPercent, lowPercent } = CLASS_LIMITS[accuracy];
  const most = FIELD_MOST * fullPercent;
  const basePercent = Math.max(-most, Math.min(most, FIELD_SIGMA * fullPercent * bell(seed, 1)));
  const room = lowPercent - fullPercent;
  return { basePercent, lowPercent: between(seed, 2, -room, room) * 0.9 };
}

/**
 * Error of a meter at a share of its basic or rated current, %. The part of small loads is whole at the least current of the
 * class and gone at the current from which the tighter limit holds.
 */
export function errorPercent(accuracy: AccuracyClass, curve: ErrorCurve, share: number): number {
  const { fromShare, leastShare } = CLASS_LIMITS[accuracy];
  if (share >= fromShare) return curve.basePercent;
  const part = (fromShare - share) / (fromShare - leastShare);
  return curve.basePercent + curve.lowPercent * Math.min(part, 4);
}
