import { type Block, planBlocks } from '../modbus/plan.ts';
import type { DeviceModel, ModelRegister } from '../profiles/model.ts';
import { type MetricName, QUANTITIES } from '../protocol/quantities.ts';

/**
 * The metrics by which a model is recognised: there at every device of the kind, and of a size that few other words make.
 * Voltages and frequency are alive wherever the device is; currents and powers let the model be checked against itself.
 */
const KEYS: readonly RegExp[] = [
  /^voltage_(a|b|c|ab)$/,
  /^current_(a|b|c)$/,
  /^active_power(_a)?$/,
  /^power_factor(_a)?$/,
  /^frequency$/,
  /^energy_import$/,
  /^temperature_/,
  /^dissolved_/,
  /^oil_moisture$/,
];

/** The registers to recognise a model by; the first ones of a model that has none of the usual. */
export function keyRegisters(model: DeviceModel): ModelRegister[] {
  const keys = model.registers.filter(({ metric }) => KEYS.some((key) => key.test(metric)));
  return keys.length > 0 ? keys : model.registers.slice(0, 4);
}

/**
 * The reads that bring the key registers of a model in, within its limits. They never read along what lies between: a
 * device of the model may refuse that, and would be taken for another.
 */
export function keyBlocks(model: DeviceModel): Block<ModelRegister>[] {
  return planBlocks(keyRegisters(model), { ...model.limits, readsAcrossGaps: false });
}

/** Whether a value of the metric, where it is plausible, points at the right model by itself. */
export function isAnchor(metric: MetricName): boolean {
  return metric === 'frequency' || QUANTITIES[metric].unit === 'V' || QUANTITIES[metric].unit === '°C';
}
