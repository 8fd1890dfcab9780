import type { DeviceModel } from '../../edge/profiles/model.ts';
import { METRIC_NAMES, type MetricName, QUANTITIES } from '../../edge/protocol/quantities.ts';

const GROUPS = ['Voltage', 'Current', 'Power', 'Energy', 'Demand', 'Temperature', 'Oil', 'Status', 'Other'] as const;
type Group = (typeof GROUPS)[number];

const GROUP_OF_UNIT: Readonly<Record<string, Group>> = {
  V: 'Voltage',
  A: 'Current',
  kW: 'Power',
  kvar: 'Power',
  kVA: 'Power',
  kWh: 'Energy',
  kvarh: 'Energy',
  kVAh: 'Energy',
  Hz: 'Voltage',
  '°C': 'Temperature',
  ppm: 'Oil',
};

function groupOf(metric: MetricName): Group {
  const { unit, kind } = QUANTITIES[metric];
  if (kind === 'demand') return 'Demand';
  if (kind === 'status') return 'Status';
  if (metric.startsWith('power_factor')) return 'Power';
  if (metric.startsWith('voltage_')) return 'Voltage';
  if (metric.startsWith('current_')) return 'Current';
  if (metric.startsWith('oil_')) return 'Oil';
  return GROUP_OF_UNIT[unit] ?? 'Other';
}

const SUFFIXED = /^(.+)_(a|b|c|n|ab|bc|ca|t[1-4]|[1-8])$/;

/** The metrics of a model in groups, those that differ in their phase, input or tariff only as one: `voltage_{a,b,c}`. */
export function quantityGroups({ registers }: DeviceModel): { readonly group: Group; readonly metrics: string[] }[] {
  const own = new Set<string>(registers.map(({ metric }) => metric));
  const metrics = METRIC_NAMES.filter((metric) => own.has(metric));
  return GROUPS.flatMap((group) => {
    const members = metrics.filter((metric) => groupOf(metric) === group);
    return members.length === 0 ? [] : [{ group, metrics: folded(members).map((text) => `\`${text}\``) }];
  });
}

function folded(metrics: readonly MetricName[]): string[] {
  const families = new Map<string, string[]>();
  for (const metric of metrics) {
    const [, base, suffix] = SUFFIXED.exec(metric) ?? [];
    if (base === undefined || suffix === undefined) families.set(metric, []);
    else families.set(`${base}_`, [...(families.get(`${base}_`) ?? []), suffix]);
  }
  return [...families].map(([name, suffixes]) => {
    if (suffixes.length === 0) return name;
    return suffixes.length === 1 ? `${name}${suffixes[0]}` : `${name}{${suffixes.join(',')}}`;
  });
}
