import protobuf from 'protobufjs/minimal.js';
import { GridwardenError } from '../../edge/platform/errors.ts';
import { DATA_TYPES, dataTypeName } from '../../edge/protocol/datatypes.ts';
import { DELIVERY, type DeliveryAck, encodeAck } from '../../edge/protocol/delivery.ts';
import { encodePayload, type MetricFields } from '../../edge/protocol/payload.ts';
import type { Binding, BindingTable } from './bindings.ts';

export type CommandValue = number | string | boolean | null;

/** Range of each integer type; 64-bit ones as far as a number is exact. */
const INTEGER_RANGES: ReadonlyMap<number, readonly [number, number]> = new Map([
  [DATA_TYPES.Int8, [-(2 ** 7), 2 ** 7 - 1]],
  [DATA_TYPES.Int16, [-(2 ** 15), 2 ** 15 - 1]],
  [DATA_TYPES.Int32, [-(2 ** 31), 2 ** 31 - 1]],
  [DATA_TYPES.Int64, [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]],
  [DATA_TYPES.UInt8, [0, 2 ** 8 - 1]],
  [DATA_TYPES.UInt16, [0, 2 ** 16 - 1]],
  [DATA_TYPES.UInt32, [0, 2 ** 32 - 1]],
  [DATA_TYPES.UInt64, [0, Number.MAX_SAFE_INTEGER]],
  [DATA_TYPES.DateTime, [0, Number.MAX_SAFE_INTEGER]],
]);
const MAX_FLOAT = 3.4028234663852886e38;

/**
 * A command's metric: by alias where the birth gave one (tck-id-payloads-alias-data-cmd-requirement), else by the name
 * of the birth; the value in the data type of the birth.
 *
 * @throws GridwardenError REQUEST_INVALID when the value does not fit the type
 */
export function commandMetric(table: BindingTable, binding: Binding, value: CommandValue, nowMs: number): MetricFields {
  const alias = table.aliasOf(binding);
  const named = alias === undefined ? { name: binding.name } : { alias };
  const head = { ...named, timestamp: nowMs, datatype: binding.dataType };
  if (value === null) return { ...head, isNull: true };
  return { ...head, ...valueField(binding, value) };
}

/** The payload of a command: a timestamp, no sequence number (tck-id-payloads-ncmd-seq, -dcmd-seq). */
export function commandPayload(metrics: MetricFields[], nowMs: number): Uint8Array {
  return encodePayload({ timestamp: nowMs, metrics });
}

/** The acknowledgement as the node's metric. */
export function ackMetric(table: BindingTable, ack: DeliveryAck, nowMs: number): MetricFields {
  const binding = table.byName(DELIVERY.ack);
  const alias = binding ? table.aliasOf(binding) : undefined;
  const named = alias === undefined ? { name: DELIVERY.ack } : { alias };
  return { ...named, timestamp: nowMs, datatype: DATA_TYPES.String, stringValue: encodeAck(ack) };
}

function valueField(binding: Binding, value: number | string | boolean): MetricFields {
  const { dataType } = binding;
  const range = INTEGER_RANGES.get(dataType);
  if (range) return integerField(binding, value, range);
  if (dataType === DATA_TYPES.Float || dataType === DATA_TYPES.Double) return realField(binding, value);
  if (dataType === DATA_TYPES.Boolean && typeof value === 'boolean') return { booleanValue: value };
  const isText = dataType === DATA_TYPES.String || dataType === DATA_TYPES.Text || dataType === DATA_TYPES.UUID;
  if (isText && typeof value === 'string') return { stringValue: value };
  throw doesNotFit(binding, value);
}

function integerField(binding: Binding, value: unknown, [min, max]: readonly [number, number]): MetricFields {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max)
    throw doesNotFit(binding, value);
  const { dataType } = binding;
  const isLong = dataType === DATA_TYPES.Int64 || dataType === DATA_TYPES.UInt64 || dataType === DATA_TYPES.DateTime;
  if (!isLong) return { intValue: value >>> 0 };
  // Negative 64-bit numbers travel as two's complement in an unsigned field.
  if (value >= 0) return { longValue: value };
  const bits = protobuf.util.LongBits.from(value).toLong(true);
  return isWireLong(bits) ? { longValue: bits } : { longValue: value };
}

type WireLong = Exclude<MetricFields['longValue'], number | null | undefined>;

function isWireLong(value: unknown): value is WireLong {
  return typeof value === 'object';
}

function realField(binding: Binding, value: unknown): MetricFields {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw doesNotFit(binding, value);
  if (binding.dataType === DATA_TYPES.Double) return { doubleValue: value };
  if (Math.abs(value) > MAX_FLOAT) throw doesNotFit(binding, value);
  return { floatValue: value };
}

function doesNotFit(binding: Binding, value: unknown): GridwardenError {
  const type = dataTypeName(binding.dataType) ?? `type ${binding.dataType}`;
  return new GridwardenError('REQUEST_INVALID', `${binding.name} is ${type}: ${JSON.stringify(value)} does not fit`);
}
