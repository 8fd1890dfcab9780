import type { DeviceConfig } from '../config.ts';
import { durationMs } from '../platform/units.ts';
import { DELIVERY } from '../protocol/delivery.ts';
import { type MetricName, POLL_CLASSES, type PollClass } from '../protocol/quantities.ts';
import type { DeviceDescription, RecordLayout } from '../reading.ts';
import type { DeviceModel, ModelRegister } from './model.ts';

/**
 * How often each poll class of a device is read, in milliseconds. One duration stands for both classes; of an object,
 * a class that is not named is not read.
 */
export function intervalsOf(every: DeviceConfig['every']): Partial<Record<PollClass, number>> {
  if (typeof every === 'string') return { fast: durationMs(every), registers: durationMs(every) };
  return {
    ...(every.fast === undefined ? {} : { fast: durationMs(every.fast) }),
    ...(every.registers === undefined ? {} : { registers: durationMs(every.registers) }),
  };
}

/** The registers of one poll class, in the order of its layout. */
export function registersOf(model: DeviceModel, pollClass: PollClass): ModelRegister[] {
  return model.registers.filter((register) => register.pollClass === pollClass);
}

const rolloversByModel = new WeakMap<DeviceModel, ReadonlyMap<MetricName, number>>();

/** Where the registers of a model start again from zero; one map for all its devices. */
function rolloversOf(model: DeviceModel): ReadonlyMap<MetricName, number> {
  const known = rolloversByModel.get(model);
  if (known) return known;
  const rollovers = new Map(
    model.registers.flatMap(({ metric, rollover }) => (rollover === undefined ? [] : [[metric, rollover] as const])),
  );
  rolloversByModel.set(model, rollovers);
  return rollovers;
}

/** What a device's own load profile fills, when the configuration asks for it and the model has one; else undefined. */
export function profileLayoutOf(model: DeviceModel, config: DeviceConfig): RecordLayout | undefined {
  const metrics = profileMetricsOf(model);
  if (config.loadProfile === undefined || metrics.length === 0) return undefined;
  return { device: config.id, pollClass: 'registers', metrics: [DELIVERY.origin, ...metrics] };
}

/** The registers of which a model's load profile keeps the past. */
export function profileMetricsOf({ loadProfile }: DeviceModel): readonly MetricName[] {
  return loadProfile?.quantities.map(({ metric }) => metric) ?? [];
}

/**
 * What a configured device yields: a layout for each poll class that is read and that the model has registers of, and one
 * more for what its load profile fills.
 */
export function describeDevice(model: DeviceModel, config: DeviceConfig): DeviceDescription {
  const intervals = intervalsOf(config.every);
  const layouts = POLL_CLASSES.flatMap((pollClass): RecordLayout[] => {
    const metrics = registersOf(model, pollClass).map((register) => register.metric);
    if (intervals[pollClass] === undefined || metrics.length === 0) return [];
    return [{ device: config.id, pollClass, metrics }];
  });
  const profile = profileLayoutOf(model, config);
  if (profile && layouts.some(({ pollClass }) => pollClass === 'registers')) layouts.push(profile);
  return { id: config.id, model: model.name, kind: model.kind, layouts, rollovers: rolloversOf(model) };
}
