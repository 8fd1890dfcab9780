import type { DeviceConfig } from '../config.ts';
import { didYouMean } from '../platform/names.ts';
import type { Problem } from '../platform/schema-errors.ts';
import { isMetricName, type MetricName, QUANTITIES } from '../protocol/quantities.ts';
import { type ModelCatalogue, modelNamed } from './load.ts';
import type { DeviceModel } from './model.ts';

/** Models with renamed inputs, by model and renaming: devices that are wired alike share one, and with it their plans. */
const wired = new WeakMap<DeviceModel, Map<string, DeviceModel>>();

/**
 * The model of a configured device, its inputs named for what is wired to them: on a relay with eight temperature inputs
 * only the technician knows which one is the oil.
 *
 * @throws GridwardenError MODEL_UNKNOWN
 */
export function modelOf(models: ModelCatalogue, device: DeviceConfig): DeviceModel {
  const model = modelNamed(models, device.model);
  if (device.inputs === undefined) return model;
  const key = JSON.stringify(device.inputs);
  const variants = wired.get(model) ?? new Map<string, DeviceModel>();
  wired.set(model, variants);
  const variant = variants.get(key) ?? renamed(model, device.inputs);
  variants.set(key, variant);
  return variant;
}

function renamed(model: DeviceModel, inputs: Readonly<Record<string, string>>): DeviceModel {
  const nameOf = (metric: MetricName): MetricName => {
    const name = inputs[metric];
    return name !== undefined && isMetricName(name) ? name : metric;
  };
  return { ...model, registers: model.registers.map((register) => ({ ...register, metric: nameOf(register.metric) })) };
}

/** What is wrong with a device's `inputs`; paths are relative to the device. */
export function inputProblems(model: DeviceModel, inputs: Readonly<Record<string, string>>): Problem[] {
  const own = new Set<string>(model.registers.map((register) => register.metric));
  const taken = new Set([...own].filter((metric) => inputs[metric] === undefined));
  return Object.entries(inputs).flatMap(([input, name]): Problem[] => {
    const path = ['inputs', input];
    if (!own.has(input)) return [{ path, message: `is no metric of ${model.name}${didYouMean(input, own)}` }];
    if (!isMetricName(name)) {
      return [
        {
          path,
          message: `"${name}" is not in the catalogue of quantities${didYouMean(name, Object.keys(QUANTITIES))}`,
        },
      ];
    }
    if (taken.has(name)) return [{ path, message: `"${name}" is there already` }];
    taken.add(name);
    return sameQuantity(input, name) ? [] : [{ path, message: `"${name}" has another unit or kind than ${input}` }];
  });
}

function sameQuantity(input: string, name: MetricName): boolean {
  if (!isMetricName(input)) return false;
  return QUANTITIES[input].unit === QUANTITIES[name].unit && QUANTITIES[input].kind === QUANTITIES[name].kind;
}
