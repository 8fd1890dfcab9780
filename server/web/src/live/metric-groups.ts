import { METRIC_NAMES, quantityOf } from '../../../../edge/protocol/quantities.ts';
import type { Language } from '../i18n/language.ts';

export const GROUPS = ['power', 'voltage', 'current', 'energy', 'demand', 'temperature', 'gas', 'other'] as const;
export type Group = (typeof GROUPS)[number];

const GROUP_OF_UNIT: Readonly<Record<string, Group>> = {
  V: 'voltage',
  A: 'current',
  kW: 'power',
  kvar: 'power',
  kVA: 'power',
  kWh: 'energy',
  kvarh: 'energy',
  kVAh: 'energy',
  '°C': 'temperature',
  ppm: 'gas',
};

const ORDER: ReadonlyMap<string, number> = new Map(METRIC_NAMES.map((name, order) => [name, order]));

/** The part of a device's table that a metric stands in. */
export function groupOf(metric: string, unit: string): Group {
  if (quantityOf(metric)?.kind === 'demand') return 'demand';
  if (metric === 'power_factor' || metric.startsWith('power_factor_')) return 'power';
  if (metric.startsWith('voltage_thd')) return 'voltage';
  if (metric.startsWith('current_thd')) return 'current';
  // What dissolves in oil is looked at together, in whatever unit it is told.
  if (metric.startsWith('oil_moisture')) return 'gas';
  return GROUP_OF_UNIT[unit] ?? 'other';
}

/** Metrics in the order of the catalogue, in groups; those that it does not know come last, by name. */
export function groupMetrics<T extends { readonly metric: string; readonly unit: string }>(
  metrics: readonly T[],
): { readonly group: Group; readonly metrics: readonly T[] }[] {
  const ordered = [...metrics].sort((a, b) => {
    const byCatalogue = (ORDER.get(a.metric) ?? ORDER.size) - (ORDER.get(b.metric) ?? ORDER.size);
    return byCatalogue !== 0 ? byCatalogue : a.metric < b.metric ? -1 : 1;
  });
  return GROUPS.map((group) => ({
    group,
    metrics: ordered.filter(({ metric, unit }) => groupOf(metric, unit) === group),
  })).filter(({ metrics: members }) => members.length > 0);
}

/** The name of a metric for people; the own name of one that the catalogue does not know. */
export function metricName(metric: string, language: Language): string {
  return quantityOf(metric)?.[language] ?? metric;
}
