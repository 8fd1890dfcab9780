import { DATA_TYPES } from '../protocol/datatypes.ts';
import type { MetricFields, PayloadFields } from '../protocol/payload.ts';
import { GOOD, qualityCode } from '../protocol/quality.ts';
import { dataTypeOf, describingProperties, metric } from './metric-fields.ts';
import { NEVER_READ, OWN, OWN_NAMES, type WireDevice } from './wire-device.ts';

const NOT_AVAILABLE = qualityCode('not_available');

/** What a DBIRTH tells besides the device's own state. */
export interface BirthContext {
  readonly epoch: string;
  readonly clockGeneration: number;
  readonly nowMs: number;
}

/**
 * DBIRTH of a device: every metric it will report, with name, alias, type, unit and current value. A device that is
 * born only to drain has no current values.
 */
export function deviceBirth(device: WireDevice, context: BirthContext, isDraining: boolean): PayloadFields {
  const { epoch, clockGeneration, nowMs } = context;
  const own = (place: number) => ({ name: OWN_NAMES[place] ?? '', alias: device.ownAlias(place), timestamp: nowMs });
  const lastN = isDraining || device.lastN === 0 ? undefined : device.lastN;
  const metrics = [
    metric(own(OWN.epoch), DATA_TYPES.String, epoch),
    metric(own(OWN.n), DATA_TYPES.UInt64, lastN),
    metric(own(OWN.clock), DATA_TYPES.UInt32, clockGeneration),
    metric(own(OWN.draining), DATA_TYPES.Boolean, isDraining),
    metric(own(OWN.rebirth), DATA_TYPES.Boolean, false),
    metric(own(OWN.model), DATA_TYPES.String, device.model),
    metric(own(OWN.kind), DATA_TYPES.String, device.kind),
    metric(own(OWN.serial), DATA_TYPES.String, device.serial),
  ];
  for (let place = 0; place < device.metrics.length; place++)
    metrics.push(valueMetric(device, place, nowMs, isDraining));
  return { metrics };
}

function valueMetric(device: WireDevice, place: number, nowMs: number, isDraining: boolean): MetricFields {
  const name = device.metrics[place] ?? '';
  const quality = isDraining ? NEVER_READ : device.qualityAt(place);
  const value = device.valueAt(place);
  const isGood = quality === GOOD && Number.isFinite(value);
  // No time lies ahead of the message's own, not even after the clock was set back.
  const timestamp = isGood ? Math.min(device.timeMsAt(place), nowMs) : nowMs;
  const head = { name, alias: device.aliasAt(place), timestamp };
  const fields = metric(head, dataTypeOf(name), isGood ? value : undefined);
  const told = isGood || quality !== GOOD ? quality : NOT_AVAILABLE;
  const rollover = device.rollovers?.get(name);
  return { ...fields, properties: describingProperties(name, told === NEVER_READ ? undefined : told, rollover) };
}
