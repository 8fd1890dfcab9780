import type { Rewrite } from './grid-table.ts';
import { type GridKind, REFERENCES } from './kinds.ts';
import { meterRatio, ratioOf } from './ratios.ts';
import type { GridSnapshot, Thing } from './snapshot.ts';

export const FINDING_CODES = [
  'meter_without_contract',
  'contract_without_meter',
  'customer_in_two_areas',
  'area_without_gateway',
  'meter_without_place',
  'reference_unknown',
  'ratio_contradicts_multiplier',
  'ratio_changed_without_date',
  'device_not_in_grid',
  'device_never_reported',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** Something about the grid that does not fit together. */
export interface GridFinding {
  readonly code: FindingCode;
  readonly subject: { readonly kind: GridKind | 'devices'; readonly id: string };
  readonly text: { readonly en: string; readonly zh: string };
  /** Ids of what else takes part. */
  readonly related: string[];
}

/** A device that sends, or has sent, data. */
export interface ReportingDevice {
  readonly id: string;
  readonly hasReported: boolean;
}

/** What does not fit together within the grid of a moment. */
export function gridFindings(grid: GridSnapshot): GridFinding[] {
  const placed = [...contractFindings(grid), ...areaFindings(grid), ...meterFindings(grid)];
  return [...placed, ...referenceFindings(grid)];
}

function contractFindings(grid: GridSnapshot): GridFinding[] {
  const contracts = grid.all('contracts');
  if (contracts.size === 0) return [];
  const findings: GridFinding[] = [];
  const served = new Set<string>();
  const areasOf = new Map<string, Set<string>>();
  for (const contract of contracts.values()) {
    const meters = metersOf(grid, contract);
    if (meters.length === 0) findings.push(contractWithoutMeter(contract));
    const areas = areasOf.get(contract.fields.customer) ?? new Set<string>();
    for (const meter of meters) {
      served.add(meter.id);
      if (meter.fields.area !== undefined) areas.add(meter.fields.area);
    }
    areasOf.set(contract.fields.customer, areas);
  }
  for (const [customer, areas] of areasOf)
    if (areas.size > 1) findings.push(customerInAreas(customer, [...areas].sort()));
  for (const { id, fields } of grid.all('meters').values()) {
    if (BILLED.has(fields.role) && !served.has(id)) findings.push(meterWithoutContract(id));
  }
  return findings;
}

const BILLED: ReadonlySet<string> = new Set(['customer', 'dedicated', 'generation']);

/** The meters that serve a contract: the one it names, or those at its usage point. */
function metersOf(grid: GridSnapshot, { fields }: Thing<'contracts'>): readonly Thing<'meters'>[] {
  const named = fields.meter === undefined ? undefined : grid.get('meters', fields.meter);
  const there = fields.usagePoint === undefined ? [] : grid.of('meters', 'usagePoint', fields.usagePoint);
  return named === undefined || there.includes(named) ? there : [named, ...there];
}

function contractWithoutMeter({ id, fields }: Thing<'contracts'>): GridFinding {
  return {
    code: 'contract_without_meter',
    subject: { kind: 'contracts', id },
    text: { en: `No meter serves contract ${id}`, zh: `合同 ${id} 没有电能表` },
    related: [fields.customer],
  };
}

function customerInAreas(id: string, areas: readonly string[]): GridFinding {
  return {
    code: 'customer_in_two_areas',
    subject: { kind: 'customers', id },
    text: {
      en: `Customer ${id} has meters in ${areas.length} areas: ${shortList(areas)}`,
      zh: `用户 ${id} 的电能表分属 ${areas.length} 个台区：${shortList(areas)}`,
    },
    related: areas.slice(0, MAX_RELATED),
  };
}

function meterWithoutContract(id: string): GridFinding {
  return {
    code: 'meter_without_contract',
    subject: { kind: 'meters', id },
    text: { en: `No contract names meter ${id}`, zh: `电能表 ${id} 没有合同` },
    related: [],
  };
}

function areaFindings(grid: GridSnapshot): GridFinding[] {
  return [...grid.all('areas').keys()]
    .filter((id) => !grid.of('meters', 'area', id).some(({ fields }) => fields.role === 'gateway'))
    .map((id) => ({
      code: 'area_without_gateway',
      subject: { kind: 'areas', id },
      text: { en: `Area ${id} has no gateway meter`, zh: `台区 ${id} 没有总表` },
      related: [],
    }));
}

function meterFindings(grid: GridSnapshot): GridFinding[] {
  return [...grid.all('meters').values()].flatMap((meter) => [...placeFinding(meter), ...multiplierFinding(meter)]);
}

function placeFinding({ id, fields }: Thing<'meters'>): GridFinding[] {
  const place = fields.role === 'feeder' ? 'feeder' : 'area';
  if (fields[place] !== undefined || (place === 'feeder' && fields.area !== undefined)) return [];
  const text = {
    en: `Meter ${id} (${fields.role}) has no ${place}`,
    zh: `电能表 ${id}（${fields.role}）没有所属${place === 'feeder' ? '线路' : '台区'}`,
  };
  return [{ code: 'meter_without_place', subject: { kind: 'meters', id }, text, related: [] }];
}

/** Ratios as on a name plate have few digits; a contradiction is larger than rounding. */
const RATIO_TOLERANCE = 0.001;

function multiplierFinding({ id, fields }: Thing<'meters'>): GridFinding[] {
  const ratio = ratioOf(fields);
  const { multiplier } = fields;
  if (ratio === undefined || multiplier === undefined) return [];
  if (Math.abs(multiplier / ratio - 1) <= RATIO_TOLERANCE) return [];
  const text = {
    en: `The multiplier ${multiplier} of meter ${id} is not what its transformer ratios give (${ratio})`,
    zh: `电能表 ${id} 的倍率 ${multiplier} 与互感器变比 ${ratio} 不符`,
  };
  return [{ code: 'ratio_contradicts_multiplier', subject: { kind: 'meters', id }, text, related: [] }];
}

/** Names of things that are not there; only for kinds that are kept at all: a grid may be as small as three tables. */
function referenceFindings(grid: GridSnapshot): GridFinding[] {
  const findings: GridFinding[] = [];
  for (const [kind, fields] of Object.entries(REFERENCES) as [GridKind, Record<string, GridKind>][]) {
    for (const [field, target] of Object.entries(fields)) {
      if (grid.all(target).size === 0) continue;
      for (const id of grid.named(kind, field)) {
        if (grid.get(target, id) === undefined)
          findings.push(...grid.of(kind, field, id).map((thing) => unknown(thing, field, id)));
      }
    }
  }
  return findings;
}

function unknown({ kind, id }: Thing, field: string, named: string): GridFinding {
  return {
    code: 'reference_unknown',
    subject: { kind, id },
    text: {
      en: `${id} (${kind}) names ${field} ${named}, which is not there at that time`,
      zh: `${id}（${kind}）所引用的 ${field} ${named} 当时不存在`,
    },
    related: [named],
  };
}

/** Meters whose ratio was made another one for a time about which a ratio was known: the past changed, too. */
export function ratioFindings(rewrites: readonly Rewrite[]): GridFinding[] {
  const named = new Set<string>();
  return rewrites.flatMap(({ before, after }) => {
    const [was, is] = [meterRatio(before.fields), meterRatio(after.fields)];
    if (was === is || named.has(after.id)) return [];
    named.add(after.id);
    const text = {
      en: `The ratio of meter ${after.id} was changed from ${was} to ${is} without a date: the past is now calculated with ${is}`,
      zh: `电能表 ${after.id} 的倍率由 ${was} 改为 ${is}，未注明日期：历史数据也将按 ${is} 计算`,
    };
    return [
      {
        code: 'ratio_changed_without_date' as const,
        subject: { kind: 'meters' as const, id: after.id },
        text,
        related: [],
      },
    ];
  });
}

/** Devices that report and are not in the grid, and those in the grid that never reported. */
export function deviceFindings(grid: GridSnapshot, devices: Iterable<ReportingDevice>): GridFinding[] {
  if (grid.isEmpty) return [];
  const reported = new Set<string>();
  for (const { id, hasReported } of devices) if (hasReported) reported.add(id);
  const inGrid = new Map<string, GridKind>();
  for (const id of grid.all('meters').keys()) inGrid.set(id, 'meters');
  for (const { id, fields } of grid.all('transformers').values()) inGrid.set(fields.device ?? id, 'transformers');
  const silent = [...inGrid].filter(([id, kind]) => !reported.has(id) && !isUnmeasured(grid, kind, id));
  return [
    ...[...reported].filter((id) => !inGrid.has(id)).map(notInGrid),
    ...silent.map(([id, kind]) => neverReported(kind, id)),
  ];
}

/** A transformer that no device is named for needs none. */
function isUnmeasured(grid: GridSnapshot, kind: GridKind, id: string): boolean {
  return kind === 'transformers' && grid.of('transformers', 'device', id).length === 0;
}

function notInGrid(id: string): GridFinding {
  return {
    code: 'device_not_in_grid',
    subject: { kind: 'devices', id },
    text: { en: `Device ${id} reports and is not in the grid`, zh: `设备 ${id} 有数据上报，但不在档案中` },
    related: [],
  };
}

function neverReported(kind: GridKind, id: string): GridFinding {
  return {
    code: 'device_never_reported',
    subject: { kind, id },
    text: {
      en: `${id} (${kind}) is in the grid and has never reported`,
      zh: `${id}（${kind}）在档案中，但从未上报数据`,
    },
    related: [],
  };
}

const MAX_RELATED = 20;
const MAX_NAMED = 5;

function shortList(ids: readonly string[]): string {
  return ids.length <= MAX_NAMED ? ids.join(', ') : `${ids.slice(0, MAX_NAMED).join(', ')}, …`;
}
