/** How far a number may lie from a power of ten times the expected one and still be taken for it. */
const TOLERANCE_LOG = Math.log10(1.25);

/**
 * The power of ten by which `shown` is off from `expected`: 1 for ten times too large, −3 for a thousandth, 0 when they
 * agree within a quarter; undefined when the factor is near none, or cannot be told.
 */
export function powerOfTen(shown: number, expected: number): number | undefined {
  const log = Math.log10(Math.abs(shown / expected));
  const power = Math.round(log);
  return Number.isFinite(log) && Math.abs(log - power) <= TOLERANCE_LOG && Math.abs(power) <= 4 ? power : undefined;
}

/** A power of ten in words: `10 times too large`, `1000 times too small`. */
export function offBy(power: number): string {
  return `${10 ** Math.abs(power)} times too ${power > 0 ? 'large' : 'small'}`;
}
