import { isDeepStrictEqual } from 'node:util';
import type { BusConfig, DeviceConfig, EdgeConfig } from '../config.ts';
import type { ModelCatalogue } from '../profiles/load.ts';
import type { DeviceModel } from '../profiles/model.ts';

/** What of the configuration holds for as long as the process lives. */
const UNTIL_RESTART = ['group', 'node', 'primaryHost', 'broker', 'outbox', 'metrics', 'clock'] as const;

/** A configuration with the models that its devices are of. */
export interface Configured {
  readonly config: EdgeConfig;
  readonly models: ModelCatalogue;
}

/** Ids by what became of them, each list in the order of the configuration that has them. */
export interface Differences {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** What a configuration that was read again changes. */
export interface ConfigChange {
  /** What is in force afterwards: what has to wait for a restart is as before, and models that are the same are the same objects. */
  readonly next: Configured;
  readonly buses: Differences;
  readonly devices: Differences;
  /** Keys that differ and are taken over by a restart only. */
  readonly needsRestart: readonly string[];
}

/**
 * Compares what runs with what was read, by content. A bus is changed when anything of it is, a device of it, or the model
 * of one.
 */
export function compareConfigs(running: Configured, read: Configured): ConfigChange {
  const models = withKnownModels(running.models, read.models);
  const needsRestart = UNTIL_RESTART.filter((key) => !isDeepStrictEqual(running.config[key], read.config[key]));
  const kept = Object.fromEntries(
    UNTIL_RESTART.flatMap((key) => (running.config[key] === undefined ? [] : [[key, running.config[key]]])),
  );
  const changeable = Object.fromEntries(Object.entries(read.config).filter(([key]) => !isUntilRestart(key)));
  const config = { ...changeable, ...kept } as EdgeConfig;
  const isSameModel = (device: DeviceConfig) => running.models.get(device.model) === models.get(device.model);
  return {
    next: { config, models },
    buses: differences(
      running.config.buses,
      config.buses,
      (before, after) => isDeepStrictEqual(before, after) && after.devices.every(isSameModel),
    ),
    devices: differences(
      placedDevices(running.config.buses),
      placedDevices(config.buses),
      (before, after) => isDeepStrictEqual(before, after) && isSameModel(after.device),
    ),
    needsRestart,
  };
}

function isUntilRestart(key: string): boolean {
  return UNTIL_RESTART.some((one) => one === key);
}

/** The models that were read, with the known object wherever it says the same: plans belong to objects. */
function withKnownModels(known: ModelCatalogue, read: ModelCatalogue): ModelCatalogue {
  const pairs = Array.from(read, ([name, model]): [string, DeviceModel] => {
    const before = known.get(name);
    return [name, before !== undefined && isDeepStrictEqual(before, model) ? before : model];
  });
  return new Map(pairs);
}

/** A device with the bus that it is on. */
interface PlacedDevice {
  readonly id: string;
  readonly bus: string;
  readonly device: DeviceConfig;
}

function placedDevices(buses: readonly BusConfig[]): PlacedDevice[] {
  return buses.flatMap(({ id: bus, devices }) => devices.map((device) => ({ id: device.id, bus, device })));
}

function differences<T extends { readonly id: string }>(
  before: readonly T[],
  after: readonly T[],
  isSame: (before: T, after: T) => boolean,
): Differences {
  const known = new Map(before.map((item) => [item.id, item]));
  const wanted = new Set(after.map(({ id }) => id));
  const changed = after.filter((item) => {
    const was = known.get(item.id);
    return was !== undefined && !isSame(was, item);
  });
  return {
    added: after.filter(({ id }) => !known.has(id)).map(({ id }) => id),
    removed: before.filter(({ id }) => !wanted.has(id)).map(({ id }) => id),
    changed: changed.map(({ id }) => id),
  };
}
