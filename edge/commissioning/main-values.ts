import { type MetricName, QUANTITIES } from '../protocol/quantities.ts';
import type { ReadValue } from './read-value.ts';

/** What a person looks at first, grouped: a group shares one unit. */
const GROUPS: readonly (readonly MetricName[])[] = [
  ['voltage_a', 'voltage_b', 'voltage_c'],
  ['current_a', 'current_b', 'current_c'],
  ['active_power'],
  ['power_factor'],
  ['frequency'],
  ['energy_import'],
  ['temperature_oil_top', 'temperature_oil', 'temperature_winding', 'temperature_ambient'],
  ['temperature_1', 'temperature_2', 'temperature_3', 'temperature_4'],
  ['dissolved_hydrogen', 'dissolved_acetylene'],
  ['oil_moisture'],
];

/** The main values of a device, such as `230.2/229.8/231.0 V`; what it has not is left out, what is missing is `–`. */
export function mainValues(values: readonly ReadValue[]): string[] {
  const byMetric = new Map(values.map((value) => [value.metric, value]));
  return GROUPS.flatMap((group) => {
    const known = group.flatMap((metric) => byMetric.get(metric) ?? []);
    const first = known[0];
    if (first === undefined) return [];
    const unit = first.metric === 'power_factor' ? 'pf' : QUANTITIES[first.metric].unit;
    return [`${known.map(({ value, metric }) => shownValue(metric, value)).join('/')} ${unit}`.trimEnd()];
  });
}

const DECIMALS: Readonly<Record<string, number>> = {
  V: 1,
  A: 2,
  Hz: 2,
  kWh: 2,
  kvarh: 2,
  kVAh: 2,
  '°C': 1,
  '%': 1,
  ppm: 1,
};

/** A value with the decimals that people expect of its unit; `–` when there is none. */
export function shownValue(metric: MetricName, value: number | undefined): string {
  return value === undefined ? '–' : value.toFixed(DECIMALS[QUANTITIES[metric].unit] ?? 3);
}
