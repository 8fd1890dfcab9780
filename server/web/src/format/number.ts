/** Decimals that a reading is shown with, by its unit: what an operator compares, not what the wire carries. */
const DECIMALS_OF_UNIT: Readonly<Record<string, number>> = {
  V: 1,
  A: 2,
  kW: 2,
  kvar: 2,
  kVA: 2,
  Hz: 2,
  kWh: 2,
  kvarh: 2,
  kVAh: 2,
  '°C': 1,
  '%': 1,
  ppm: 1,
};

const formats = new Map<number, Intl.NumberFormat>();

function formatOf(decimals: number): Intl.NumberFormat {
  const known = formats.get(decimals);
  if (known) return known;
  const made = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    signDisplay: 'negative',
  });
  formats.set(decimals, made);
  return made;
}

/**
 * A reading as text: fixed decimals for its unit, so that digits stand below each other; a pure number (power factor)
 * has three, a status none. Missing values have no text here: they never reach a number format.
 */
export function formatValue(value: number, unit: string, kind?: string): string {
  if (kind === 'status') return String(Math.round(value));
  const decimals = DECIMALS_OF_UNIT[unit] ?? (unit === '' ? 3 : undefined);
  if (decimals !== undefined) return formatOf(decimals).format(value);
  return String(Number(value.toPrecision(7)));
}

/** A count with thousands separators. */
export function formatCount(count: number): string {
  return formatOf(0).format(count);
}
