import type { BusConfig, DeviceConfig } from '../config.ts';
import { intervalsOf, registersOf } from '../profiles/describe.ts';
import { modelOf } from '../profiles/inputs.ts';
import type { ModelCatalogue } from '../profiles/load.ts';
import type { DeviceModel } from '../profiles/model.ts';
import type { PollClass } from '../protocol/quantities.ts';
import { ALWAYS_MERGED_MS } from './deadlines.ts';
import { type LearnedLimits, type LimitStore, type MeasuredBus, withoutOld } from './learned-limits.ts';
import { type LineCost, lineCostOf, overheadMs, planCostOf, requestBytes, wireMs } from './line-cost.ts';
import { ALIGNED_FROM_MS } from './phase.ts';
import { CLASSES, type ClassMask, type PlanCaches, type ReadPlan } from './read-plan.ts';

/** A read of one device, as it is expected to go. */
export interface VisitForecast {
  readonly classes: ClassMask;
  /** Interval of the class that asks for it, grid time. */
  readonly intervalMs: number;
  /** Grid time between two such reads on the average: some of the fast ones are part of a read of both. */
  readonly everyMs: number;
  readonly plan: ReadPlan;
  readonly requests: number;
  readonly registers: number;
  /** On the wire, both ways. */
  readonly bytes: number;
  /** Time of the bytes on the line, and of the whole read, ms. */
  readonly wireMs: number;
  readonly tookMs: number;
}

/** Which poll classes a read brings. */
export function visitName({ classes }: VisitForecast): string {
  if (classes === CLASSES.both) return 'fast and registers';
  return classes === CLASSES.fast ? 'fast' : 'registers';
}

/** Devices of a bus that share a plan: one model, read equally often, with the same learned limits. */
export interface DeviceGroup {
  readonly model: DeviceModel;
  readonly intervalsMs: Partial<Record<PollClass, number>>;
  readonly learned: LearnedLimits;
  /** In the order of the configuration. */
  readonly devices: readonly DeviceConfig[];
  readonly visits: readonly VisitForecast[];
  /** Share of the bus that all of them need, 1 being all of it. */
  readonly share: number;
}

/** What a bus is expected to do. */
export interface BusForecast {
  readonly config: BusConfig;
  readonly cost: LineCost;
  /** What was measured on the bus; undefined while its speed is assumed. */
  readonly measured?: MeasuredBus;
  readonly groups: readonly DeviceGroup[];
  /** Share of the bus's time that its reads need; above 1 they do not fit. */
  readonly share: number;
  /** How long the reads take that fall due together at a boundary of the clock (…:00, …:15), process ms. */
  readonly boundaryMs: number;
}

/** What forecasts have in common. */
export interface ForecastTerms {
  /** Grid seconds in a real second. */
  readonly speed: number;
  readonly plans: PlanCaches;
}

export interface ForecastSettings extends ForecastTerms {
  readonly models: ModelCatalogue;
  readonly limits: LimitStore;
  /** Grid time: what was learned long ago no longer holds. */
  readonly nowMs: number;
}

/** Devices that share a plan. */
export type GroupMembers = Pick<DeviceGroup, 'model' | 'intervalsMs' | 'learned' | 'devices'>;

/**
 * Works out how much of a bus's time its devices' reads need, from the plans, the line's speed and what was measured.
 *
 * @throws GridwardenError MODEL_UNKNOWN
 */
export function forecastBus(config: BusConfig, settings: ForecastSettings): BusForecast {
  return forecastOf(config, groupsOf(config, settings), settings.limits.measuredOf(config.id), settings);
}

/** The forecast of groups of devices on a bus; with another configuration or intervals, what those would change. */
export function forecastOf(
  config: BusConfig,
  members: readonly GroupMembers[],
  measured: MeasuredBus | undefined,
  terms: ForecastTerms,
): BusForecast {
  const cost = lineCostOf(config, measured);
  const plans = terms.plans.at(planCostOf(config));
  const groups = members.map((group): DeviceGroup => {
    const { model, learned, devices } = group;
    const visits = visitsOf(group).map((visit) => {
      return { ...visit, ...takes(plans.planFor(model, visit.classes, learned), cost, model) };
    });
    const each = visits.reduce((sum, { tookMs, everyMs }) => sum + (tookMs * terms.speed) / everyMs, 0);
    return { model, learned, devices, intervalsMs: group.intervalsMs, visits, share: each * devices.length };
  });
  const boundaryMs = groups.reduce((sum, group) => sum + group.devices.length * boundaryVisitMs(group), 0);
  const share = groups.reduce((sum, group) => sum + group.share, 0);
  return { config, cost, ...(measured === undefined ? {} : { measured }), groups, share, boundaryMs };
}

function takes(plan: ReadPlan, cost: LineCost, model: DeviceModel): Omit<VisitForecast, keyof Occasion> {
  const { blocks } = plan;
  const sum = (of: (count: number) => number) => blocks.reduce((all, { count }) => all + of(count), 0);
  const onWireMs = sum((count) => wireMs(cost, count));
  return {
    plan,
    requests: blocks.length,
    registers: sum((count) => count),
    bytes: sum((count) => requestBytes(cost, count)),
    wireMs: onWireMs,
    tookMs: onWireMs + blocks.length * overheadMs(cost, model),
  };
}

type Occasion = Pick<VisitForecast, 'classes' | 'intervalMs' | 'everyMs'>;

/** How often a device is read in which classes: a read of the registers takes the fast class along where it can. */
function visitsOf({ model, intervalsMs }: GroupMembers): Occasion[] {
  const of = (pollClass: PollClass) => (registersOf(model, pollClass).length > 0 ? intervalsMs[pollClass] : undefined);
  const fastMs = of('fast');
  const registersMs = of('registers');
  const fast = fastMs === undefined ? [] : [occasion(CLASSES.fast, fastMs)];
  if (registersMs === undefined) return fast;
  if (fastMs === undefined || fastMs > registersMs) return [...fast, occasion(CLASSES.registers, registersMs)];
  if (fastMs === registersMs && registersMs < ALIGNED_FROM_MS) return [occasion(CLASSES.both, fastMs)];
  if (fastMs > ALWAYS_MERGED_MS || fastMs === registersMs) return [...fast, occasion(CLASSES.registers, registersMs)];
  return [occasion(CLASSES.fast, fastMs, 1 / (1 / fastMs - 1 / registersMs)), occasion(CLASSES.both, registersMs)];
}

function occasion(classes: ClassMask, intervalMs: number, everyMs = intervalMs): Occasion {
  return { classes, intervalMs, everyMs };
}

/** How long the read at a boundary of the clock takes; 0 where there is none. */
export function boundaryVisitMs({ intervalsMs, visits }: DeviceGroup): number {
  if ((intervalsMs.registers ?? 0) < ALIGNED_FROM_MS) return 0;
  return visits.find(({ classes }) => classes !== CLASSES.fast)?.tookMs ?? 0;
}

function groupsOf({ id, devices }: BusConfig, { models, limits, nowMs }: ForecastSettings): GroupMembers[] {
  const groups = new Map<DeviceModel, Map<string, GroupMembers & { devices: DeviceConfig[] }>>();
  for (const device of devices) {
    const model = modelOf(models, device);
    const learned = withoutOld(limits.of({ bus: id, unit: device.unit, model: model.name }), nowMs);
    const key = `${JSON.stringify(device.every)} ${JSON.stringify(limitsKey(learned))}`;
    const ofModel = groups.get(model) ?? new Map<string, GroupMembers & { devices: DeviceConfig[] }>();
    groups.set(model, ofModel);
    const group = ofModel.get(key);
    if (group) group.devices.push(device);
    else ofModel.set(key, { model, learned, intervalsMs: intervalsOf(device.every), devices: [device] });
  }
  return [...groups.values()].flatMap((ofModel) => [...ofModel.values()]);
}

/** What makes plans differ: limits, not when they were learned. */
function limitsKey({ holes, longestRead }: LearnedLimits): unknown {
  return [holes.map(({ functionCode, from, to }) => [functionCode, from, to]), longestRead?.registers];
}
