import { DATA_TYPES, type DataTypeCode } from '../protocol/datatypes.ts';
import { DELIVERY } from '../protocol/delivery.ts';
import type { MetricFields, PropertySetFields, PropertyValueFields } from '../protocol/payload.ts';
import { READING_TYPE_PROPERTY, ROLLOVER_PROPERTY, UNIT_PROPERTY } from '../protocol/properties.ts';
import {
  GOOD,
  QUALITY_PROPERTY,
  type QualityCode,
  qualityOf,
  REASON_PROPERTY,
  SPARKPLUG_QUALITY,
} from '../protocol/quality.ts';
import { quantityOf } from '../protocol/quantities.ts';

/**
 * The type of a record's metric on the wire: UInt32 for a status and for where the values come from, Double for everything
 * else. A 32-bit float would alter what the store keeps: 12345.6 kWh would come out as 12345.599609375.
 */
export function dataTypeOf(metric: string): DataTypeCode {
  return metric === DELIVERY.origin || quantityOf(metric)?.kind === 'status' ? DATA_TYPES.UInt32 : DATA_TYPES.Double;
}

const integers = new WeakMap<readonly string[], readonly boolean[]>();

/** For each metric of a layout whether it is an integer on the wire. */
export function integersOf(metrics: readonly string[]): readonly boolean[] {
  let known = integers.get(metrics);
  if (!known) {
    known = metrics.map((name) => dataTypeOf(name) === DATA_TYPES.UInt32);
    integers.set(metrics, known);
  }
  return known;
}

function stringProperty(text: string): PropertyValueFields {
  return { type: DATA_TYPES.String, stringValue: text };
}

function intProperty(value: number): PropertyValueFields {
  return { type: DATA_TYPES.Int32, intValue: value };
}

const badProperties = new Map<QualityCode, PropertySetFields>();

/** What says that a value is not good, and why: the standard property and our reason. */
export function qualityProperties(quality: QualityCode): PropertySetFields {
  let properties = badProperties.get(quality);
  if (!properties) {
    properties = {
      keys: [QUALITY_PROPERTY, REASON_PROPERTY],
      values: [intProperty(SPARKPLUG_QUALITY.bad), stringProperty(qualityOf(quality))],
    };
    badProperties.set(quality, properties);
  }
  return properties;
}

const birthProperties = new Map<string, PropertySetFields>();

/**
 * Properties of a metric in a birth: unit, reading type and rollover where there is one, and quality; no quality stands
 * for a metric that was not read yet.
 */
export function describingProperties(
  metric: string,
  quality: QualityCode | undefined,
  rollover?: number,
): PropertySetFields {
  const key = `${quality} ${metric} ${rollover}`;
  let properties = birthProperties.get(key);
  if (!properties) {
    properties = makeDescription(metric, quality, rollover);
    birthProperties.set(key, properties);
  }
  return properties;
}

function makeDescription(
  metric: string,
  quality: QualityCode | undefined,
  rollover: number | undefined,
): PropertySetFields {
  const { unit = '', readingType } = quantityOf(metric) ?? {};
  const keys = [UNIT_PROPERTY];
  const values = [stringProperty(unit)];
  if (readingType !== undefined) {
    keys.push(READING_TYPE_PROPERTY);
    values.push(stringProperty(readingType));
  }
  if (rollover !== undefined) {
    keys.push(ROLLOVER_PROPERTY);
    values.push({ type: DATA_TYPES.Double, doubleValue: rollover });
  }
  if (quality === undefined) return { keys, values };
  keys.push(QUALITY_PROPERTY);
  values.push(intProperty(quality === GOOD ? SPARKPLUG_QUALITY.good : SPARKPLUG_QUALITY.bad));
  if (quality !== GOOD) {
    keys.push(REASON_PROPERTY);
    values.push(stringProperty(qualityOf(quality)));
  }
  return { keys, values };
}

/** A metric with a value of a type; undefined stands for none (`is_null`). */
export function metric(
  head: Pick<MetricFields, 'name' | 'alias' | 'timestamp'>,
  datatype: DataTypeCode,
  value: number | string | boolean | undefined,
): MetricFields {
  if (value === undefined) return { ...head, datatype, isNull: true };
  if (typeof value === 'string') return { ...head, datatype, stringValue: value };
  if (typeof value === 'boolean') return { ...head, datatype, booleanValue: value };
  return { ...head, datatype, [numberField(datatype)]: value };
}

function numberField(datatype: DataTypeCode): 'intValue' | 'longValue' | 'doubleValue' | 'floatValue' {
  if (datatype === DATA_TYPES.Double) return 'doubleValue';
  if (datatype === DATA_TYPES.Float) return 'floatValue';
  const long: readonly DataTypeCode[] = [DATA_TYPES.Int64, DATA_TYPES.UInt64, DATA_TYPES.DateTime];
  return long.includes(datatype) ? 'longValue' : 'intValue';
}
