import type { BusConfig, DeviceConfig } from '../config.ts';
import type { Problem } from '../platform/schema-errors.ts';
import { describeDevice, intervalsOf } from '../profiles/describe.ts';
import { inputProblems } from '../profiles/inputs.ts';
import { type ModelCatalogue, unknownModel } from '../profiles/load.ts';
import type { DeviceModel } from '../profiles/model.ts';
import { addressOf } from './transport/create.ts';

/**
 * What the schema of a configuration cannot say about its buses: unknown models, and things named twice. Paths are
 * those of the configuration (`buses.0.devices.3.model`). `realPath` tells which device a path of a serial line leads to.
 */
export function checkBuses(
  buses: readonly BusConfig[],
  models: ModelCatalogue,
  realPath: (path: string) => string = (path) => path,
): Problem[] {
  const seen = new Seen();
  return buses.flatMap((bus, index) => {
    const path = ['buses', String(index)];
    return [
      ...seen.twice('bus', bus.id, [...path, 'id']),
      ...checkLine(bus, path, seen, realPath),
      ...bus.devices.flatMap((_, at) => checkDevice(bus, at, models, seen, [...path, 'devices', String(at)])),
    ];
  });
}

/** One line has one master and one request under way: two buses on it would talk into each other's answers. */
function checkLine(bus: BusConfig, path: readonly string[], seen: Seen, realPath: (path: string) => string): Problem[] {
  const isRtu = bus.transport === 'rtu';
  const line = isRtu ? realPath(bus.path) : addressOf(bus).toLowerCase();
  const advice = 'list its devices under that bus: one line is one bus';
  return seen.twice(isRtu ? 'serial line' : 'bus at', line, [...path, isRtu ? 'path' : 'host'], advice);
}

function checkDevice(
  bus: BusConfig,
  at: number,
  models: ModelCatalogue,
  seen: Seen,
  path: readonly string[],
): Problem[] {
  const device = bus.devices[at];
  if (device === undefined) return [];
  const twice = [
    ...seen.twice('device', device.id, [...path, 'id']),
    ...seen.twice(`unit of bus ${bus.id}`, String(device.unit), [...path, 'unit']),
  ];
  const model = models.get(device.model);
  if (model === undefined) return [...twice, { path: [...path, 'model'], message: unknownModel(models, device.model) }];
  const inputs = inputProblems(model, device.inputs ?? {}).map((problem) => ({
    ...problem,
    path: [...path, ...problem.path],
  }));
  const profile = profileProblem(model, device, path);
  if (describeDevice(model, device).layouts.length > 0) return [...twice, ...inputs, ...profile];
  return [
    ...twice,
    ...inputs,
    { path: [...path, 'every'], message: `reads nothing: ${model.name} has no registers of that class` },
  ];
}

/** A load profile fills what reading the registers left open: it needs both. */
function profileProblem(model: DeviceModel, device: DeviceConfig, path: readonly string[]): Problem[] {
  if (device.loadProfile === undefined) return [];
  const at = [...path, 'loadProfile'];
  if (!model.loadProfile) return [{ path: at, message: `${model.name} has no load profile` }];
  if (intervalsOf(device.every).registers !== undefined) return [];
  return [{ path: at, message: 'fills gaps between reads of the registers: read them, too (every: registers)' }];
}

/** Notices what is named a second time. */
class Seen {
  readonly #where = new Map<string, string>();

  twice(what: string, name: string, path: readonly string[], advice?: string): Problem[] {
    const key = `${what} ${name}`;
    const before = this.#where.get(key);
    if (before !== undefined) {
      const message = `the ${what} ${name} is there already, at ${before}`;
      return [{ path, message: advice === undefined ? message : `${message}; ${advice}` }];
    }
    this.#where.set(key, path.join('.'));
    return [];
  }
}
