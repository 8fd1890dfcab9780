import { DATA_TYPES } from '../../edge/protocol/datatypes.ts';
import { has, integerOf, type MetricFields, type PropertySetFields } from '../../edge/protocol/payload.ts';
import {
  GOOD,
  QUALITY_PROPERTY,
  type QualityCode,
  qualityCode,
  qualityCodeOfReason,
  REASON_PROPERTY,
  SPARKPLUG_QUALITY,
} from '../../edge/protocol/quality.ts';
import { NO_ALIAS, VALUE_FIELD, type WireMetric } from './payload-walker.ts';

const NOT_AVAILABLE = qualityCode('not_available');
const OUT_OF_RANGE = qualityCode('out_of_range');
const TYPE_CHANGED = qualityCode('type_changed');
const BAD = qualityCode('bad');

/** How a data type is kept: as a number in the store, as a text in the live state only, or not at all. */
export type ValueShape = 'number' | 'text' | 'unsupported';

/**
 * For each data type the field that its value stands in, and those that real publishers use instead: Tahu writes UInt32
 * as a long, others write a Float as a double. Position: data type.
 */
const NUMBER_FIELDS: readonly (readonly number[] | undefined)[] = [
  undefined,
  [VALUE_FIELD.int, VALUE_FIELD.long],
  [VALUE_FIELD.int, VALUE_FIELD.long],
  [VALUE_FIELD.int, VALUE_FIELD.long],
  [VALUE_FIELD.long, VALUE_FIELD.int],
  [VALUE_FIELD.int, VALUE_FIELD.long],
  [VALUE_FIELD.int, VALUE_FIELD.long],
  [VALUE_FIELD.int, VALUE_FIELD.long],
  [VALUE_FIELD.long, VALUE_FIELD.int],
  [VALUE_FIELD.float, VALUE_FIELD.double],
  [VALUE_FIELD.double, VALUE_FIELD.float],
  [VALUE_FIELD.boolean, VALUE_FIELD.boolean],
  undefined,
  [VALUE_FIELD.long, VALUE_FIELD.int],
];

export function shapeOf(dataType: number): ValueShape {
  if (NUMBER_FIELDS[dataType]) return 'number';
  const isText = dataType === DATA_TYPES.String || dataType === DATA_TYPES.Text || dataType === DATA_TYPES.UUID;
  return isText ? 'text' : 'unsupported';
}

/** Reads values without making an object for each: the result is in `value` and `quality` until the next call. */
export class ValueReader {
  /** NaN wherever `quality` is not good. */
  value = Number.NaN;
  quality: QualityCode = GOOD;
  /** The number was there and was NaN or infinite. */
  notFinite = false;
  /** There was a value, and it was not of the data type of the birth. */
  otherType = false;

  /** The number of a metric that was born with `dataType`. */
  readNumber(metric: WireMetric, dataType: number): void {
    this.notFinite = false;
    this.otherType = false;
    if (metric.isNull || metric.properties || metric.valueField === VALUE_FIELD.none) {
      this.quality = qualityOfMetric(metric);
      if (this.quality !== GOOD) {
        this.value = Number.NaN;
        return;
      }
    }
    const fields = NUMBER_FIELDS[dataType];
    const field = metric.valueField;
    if (!fields || (field !== fields[0] && field !== fields[1]) || isOtherType(metric, dataType)) {
      this.otherType = true;
      this.#fail(TYPE_CHANGED);
      return;
    }
    const value = numberOf(metric, dataType);
    if (Number.isFinite(value)) {
      this.value = value;
      this.quality = GOOD;
    } else {
      this.notFinite = true;
      this.#fail(OUT_OF_RANGE);
    }
  }

  #fail(quality: QualityCode): void {
    this.value = Number.NaN;
    this.quality = quality;
  }
}

function isOtherType(metric: WireMetric, dataType: number): boolean {
  return metric.dataType !== 0 && metric.dataType !== dataType;
}

function numberOf(metric: WireMetric, dataType: number): number {
  const { number } = metric;
  if (metric.valueField === VALUE_FIELD.long) {
    if (dataType === DATA_TYPES.Int64) return (metric.high | 0) * 4294967296 + number;
    if (metric.high === 0) return signed(number, dataType);
    return dataType <= DATA_TYPES.Int32 ? signed(number, dataType) : metric.high * 4294967296 + number;
  }
  return metric.valueField === VALUE_FIELD.int ? signed(number, dataType) : number;
}

/** Signed integers travel as two's complement in an unsigned field, of their own width or of 32 bits. */
function signed(number: number, dataType: number): number {
  if (dataType === DATA_TYPES.Int8) return (number << 24) >> 24;
  if (dataType === DATA_TYPES.Int16) return (number << 16) >> 16;
  return dataType === DATA_TYPES.Int32 ? number | 0 : number;
}

/** The source's word: the `Quality` property with our `Reason` beside it, or that there is no value. */
export function qualityOfMetric(metric: WireMetric): QualityCode {
  const properties = metric.properties;
  const isMissing = metric.isNull || metric.valueField === VALUE_FIELD.none;
  if (!properties) return isMissing ? NOT_AVAILABLE : GOOD;
  const said = propertyNumber(properties, QUALITY_PROPERTY);
  const reason = propertyText(properties, REASON_PROPERTY);
  if (said === SPARKPLUG_QUALITY.good || (said === undefined && reason === undefined)) {
    return isMissing ? NOT_AVAILABLE : GOOD;
  }
  return reason === undefined ? BAD : qualityCodeOfReason(reason);
}

function property(properties: PropertySetFields, key: string) {
  const index = properties.keys?.indexOf(key) ?? -1;
  return index < 0 ? undefined : properties.values?.[index];
}

/** A number among the properties of a metric, whatever its type. */
export function propertyNumber(properties: PropertySetFields, key: string): number | undefined {
  const value = property(properties, key);
  if (!value || value.isNull) return undefined;
  if (value.longValue != null) return integerOf(value.longValue);
  return value.intValue ?? value.doubleValue ?? value.floatValue ?? undefined;
}

export function propertyText(properties: PropertySetFields, key: string): string | undefined {
  return property(properties, key)?.stringValue ?? undefined;
}

/** The text of a metric; undefined when it has none. */
export function textOf(metric: WireMetric): string | undefined {
  return metric.valueField === VALUE_FIELD.string && !metric.isNull ? metric.text : undefined;
}

/** A metric of a birth in the same form as those that are read from data messages. */
export function wireOf(metric: MetricFields): WireMetric {
  const wire: WireMetric = {
    name: has(metric, 'name') ? (metric.name ?? undefined) : undefined,
    alias: has(metric, 'alias') ? integerOf(metric.alias) : NO_ALIAS,
    timeMs: has(metric, 'timestamp') ? integerOf(metric.timestamp) : Number.NaN,
    dataType: has(metric, 'datatype') ? (metric.datatype ?? 0) : 0,
    isHistorical: metric.isHistorical === true,
    isNull: metric.isNull === true,
    valueField: VALUE_FIELD.none,
    number: 0,
    high: 0,
    text: '',
    properties: metric.properties ?? undefined,
  };
  readValue(metric, wire);
  return wire;
}

function readValue(metric: MetricFields, wire: WireMetric): void {
  if (has(metric, 'intValue')) set(wire, VALUE_FIELD.int, metric.intValue ?? 0);
  else if (has(metric, 'longValue')) {
    const { low, high } = halvesOf(metric.longValue);
    set(wire, VALUE_FIELD.long, low);
    wire.high = high;
  } else if (has(metric, 'floatValue')) set(wire, VALUE_FIELD.float, metric.floatValue ?? 0);
  else if (has(metric, 'doubleValue')) set(wire, VALUE_FIELD.double, metric.doubleValue ?? 0);
  else if (has(metric, 'booleanValue')) set(wire, VALUE_FIELD.boolean, metric.booleanValue ? 1 : 0);
  else if (has(metric, 'stringValue')) {
    wire.valueField = VALUE_FIELD.string;
    wire.text = metric.stringValue ?? '';
  } else if (has(metric, 'bytesValue')) wire.valueField = VALUE_FIELD.bytes;
  else if (has(metric, 'datasetValue')) wire.valueField = VALUE_FIELD.dataSet;
  else if (has(metric, 'templateValue')) wire.valueField = VALUE_FIELD.template;
}

function set(wire: WireMetric, field: number, value: number): void {
  wire.valueField = field;
  wire.number = value;
}

function halvesOf(value: MetricFields['longValue']): { low: number; high: number } {
  if (value == null) return { low: 0, high: 0 };
  if (typeof value === 'number') return { low: value >>> 0, high: Math.floor(value / 4294967296) >>> 0 };
  return { low: value.low >>> 0, high: value.high >>> 0 };
}

/** The value of a node metric as the API shows it. */
export function plainValueOf(
  metric: WireMetric,
  dataType: number,
  reader: ValueReader,
): number | string | boolean | null {
  const shape = shapeOf(dataType);
  if (shape === 'text') return textOf(metric) ?? null;
  if (shape === 'unsupported') return null;
  reader.readNumber(metric, dataType);
  if (Number.isNaN(reader.value)) return null;
  return dataType === DATA_TYPES.Boolean ? reader.value === 1 : reader.value;
}

/** A long as a record number; undefined when it is null, no integer of ours, or too large. */
export function recordNumberOf(metric: WireMetric): number | undefined {
  if (metric.isNull || (metric.valueField !== VALUE_FIELD.long && metric.valueField !== VALUE_FIELD.int))
    return undefined;
  const value = metric.valueField === VALUE_FIELD.long ? metric.high * 4294967296 + metric.number : metric.number;
  return Number.isSafeInteger(value) ? value : undefined;
}
