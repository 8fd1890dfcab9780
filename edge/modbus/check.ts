import type { BusConfig, DeviceConfig } from '../config.ts';
import type { Problem } from '../platform/schema-errors.ts';
import { describeDevice, intervalsOf } from '../profiles/describe.ts';
import { inputProblems } from '../profiles/inputs.ts';
import { type ModelCatalogue, unknownModel } from '../profiles/load.ts';
import type { DeviceModel } from '../profiles/model.ts';
import { addressOf } from './transport/create.ts';

/**
 * What the schema of a configuration cannot say about its buses: unknown models, and things named twice. Paths are
 * those of the configuration (`buses.0.devices.3.model`).
 */
export function checkBuses(buses: readonly BusConfig[], models: ModelCatalogue): Problem[] {
  const seen = new Seen();
  return buses.flatMap((bus, index) => {
    const path = ['buses', String(index)];
    return [
      ...seen.twice('bus', bus.id, [...path, 'id']),
      ...seen.twice('bus at', addressOf(bus), [...path, bus.transport === 'rtu' ? 'path' : 'host']),
      ...bus.devices.flatMap((_, at) => checkDevice(bus, at, models, seen, [...path, 'devices', String(at)])),
    ];
  });
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

  twice(what: string, name: string, path: readonly string[]): Problem[] {
    const key = `${what} ${name}`;
    const before = this.#where.get(key);
    if (before !== undefined) return [{ path, message: `the ${what} ${name} is there already, at ${before}` }];
    this.#where.set(key, path.join('.'));
    return [];
  }
}
