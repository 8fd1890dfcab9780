/** What decides a meter's ratio; of the fields of a meter. */
export interface RatioFields {
  readonly multiplier?: unknown;
  readonly ctPrimaryA?: unknown;
  readonly ctSecondaryA?: unknown;
  readonly vtPrimaryV?: unknown;
  readonly vtSecondaryV?: unknown;
}

/**
 * What readings of power, current and energy of a meter are multiplied with, once, in derivation: its multiplier, else the
 * product of its current and voltage transformer ratios, else 1.
 */
export function meterRatio(fields: RatioFields): number {
  return typeof fields.multiplier === 'number' ? fields.multiplier : (ratioOf(fields) ?? 1);
}

/** The product of the transformer ratios that are known; undefined when none is. */
export function ratioOf(fields: RatioFields): number | undefined {
  const current = quotient(fields.ctPrimaryA, fields.ctSecondaryA);
  const voltage = quotient(fields.vtPrimaryV, fields.vtSecondaryV);
  return current === undefined && voltage === undefined ? undefined : (current ?? 1) * (voltage ?? 1);
}

function quotient(primary: unknown, secondary: unknown): number | undefined {
  return typeof primary === 'number' && typeof secondary === 'number' ? primary / secondary : undefined;
}
