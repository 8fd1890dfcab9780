import { type MetricName, QUANTITIES } from '../protocol/quantities.ts';

/**
 * How well a number fits its quantity at a device that works:
 * - `plausible`: such a value speaks for the model, because few other words make one;
 * - `possible`: nothing speaks against it (zero: nothing is connected there, or no load);
 * - `absurd`: no meter or sensor in a distribution grid shows it.
 */
export type Plausibility = 'plausible' | 'possible' | 'absurd';

interface Band {
  /** A value in here is plausible. */
  readonly likely: readonly [number, number];
  /** A value in here is at least possible. */
  readonly able: readonly [number, number];
}

/**
 * Voltage: low-voltage grids of the world lie between 100 and 480 V (IEC 60038, table 1); 57.7 V is the secondary of a
 * voltage transformer (100 V / √3, IEC 61869-3), 690 V the highest of IEC 60038. Frequency: 50 or 60 Hz; devices show 45 to 65.
 * The others are what the largest device of a distribution grid can have.
 */
const BY_UNIT: Readonly<Record<string, Band>> = {
  V: { likely: [80, 500], able: [0, 1000] },
  A: { likely: [0.01, 6000], able: [0, 10_000] },
  kW: { likely: [-5000, 5000], able: [-20_000, 20_000] },
  kvar: { likely: [-5000, 5000], able: [-20_000, 20_000] },
  kVA: { likely: [0.001, 5000], able: [0, 20_000] },
  kWh: { likely: [0.01, 1e8], able: [0, 1e10] },
  kvarh: { likely: [0.01, 1e8], able: [0, 1e10] },
  kVAh: { likely: [0.01, 1e8], able: [0, 1e10] },
  Hz: { likely: [45, 65], able: [45, 65] },
  '°C': { likely: [-40, 180], able: [-60, 300] },
  '%': { likely: [0.01, 100], able: [0, 400] },
  ppm: { likely: [0.1, 10_000], able: [0, 1e6] },
};

const POWER_FACTOR: Band = { likely: [-1, 1], able: [-1, 1] };

/** Smaller numbers that are not zero come from words in the wrong order, not from a device. */
const TINIEST = 1e-6;

/** How well `value`, in the unit of the catalogue, fits the metric. Statuses and texts fit always. */
export function plausibilityOf(metric: MetricName, value: number): Plausibility {
  const { unit, kind } = QUANTITIES[metric];
  if (kind === 'status') return 'possible';
  if (value !== 0 && Math.abs(value) < TINIEST) return 'absurd';
  const band = metric.startsWith('power_factor') ? POWER_FACTOR : BY_UNIT[unit];
  if (band === undefined) return 'possible';
  if (!within(value, band.able) && !(value === 0 && unit === 'Hz')) return 'absurd';
  return value !== 0 && within(value, band.likely) ? 'plausible' : 'possible';
}

function within(value: number, [from, to]: readonly [number, number]): boolean {
  return value >= from && value <= to;
}
