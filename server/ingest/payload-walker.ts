import protobuf from 'protobufjs/minimal.js';
import { gridwarden } from '../../edge/protocol/gen/sparkplug.js';
import type { PropertySetFields } from '../../edge/protocol/payload.ts';
import { ByteCache } from './byte-cache.ts';

/** Which field of the metric's `value` is set. */
export const VALUE_FIELD = {
  none: 0,
  int: 10,
  long: 11,
  float: 12,
  double: 13,
  boolean: 14,
  string: 15,
  bytes: 16,
  dataSet: 17,
  template: 18,
} as const;

/** No alias on the wire. */
export const NO_ALIAS = -1;

/** One metric of a message as it stood on the wire. Those of data messages are reused for the next one: nothing may keep them. */
export interface WireMetric {
  name: string | undefined;
  /** `NO_ALIAS` without one; rounded above 2^53. */
  alias: number;
  /** NaN without one. */
  timeMs: number;
  /** 0 without one. */
  dataType: number;
  isHistorical: boolean;
  isNull: boolean;
  /** One of `VALUE_FIELD`. */
  valueField: number;
  /** Value of a number or boolean; of a long its low 32 bits, unsigned. */
  number: number;
  /** High 32 bits of a long, unsigned. */
  high: number;
  text: string;
  properties: PropertySetFields | undefined;
}

export interface PayloadHeader {
  /** NaN without one. */
  timeMs: number;
  /** NaN without one. */
  seq: number;
  metrics: number;
}

const { PropertySet } = gridwarden.sparkplug;
const VARINT = 0;
const LENGTH_DELIMITED = 2;

/**
 * Reads data messages metric by metric without making an object for each: the generated decoder costs 300 to 600 ns a
 * metric, most of it allocation, which would be a third of what a stored value may cost in all. Births of devices come by
 * the thousand when agents come back; their names and properties are the same ones again and again. The wire format
 * itself is read by the protobuf library's reader.
 */
export class PayloadWalker {
  readonly header: PayloadHeader = { timeMs: Number.NaN, seq: Number.NaN, metrics: 0 };
  readonly #reader = new protobuf.BufferReader(Buffer.alloc(0));
  readonly #reused: WireMetric = emptyMetric();
  #metric = this.#reused;
  readonly #names = new ByteCache<string>();
  readonly #properties = new ByteCache<PropertySetFields>();
  #low = 0;
  #high = 0;

  /** Reads timestamp and sequence number into `header`. @throws RangeError | Error when the bytes are no payload */
  readHeader(bytes: Buffer): PayloadHeader {
    const { header } = this;
    header.timeMs = Number.NaN;
    header.seq = Number.NaN;
    header.metrics = 0;
    const reader = this.#open(bytes);
    while (reader.pos < reader.len) {
      const tag = reader.tag();
      if (tag === 18) {
        header.metrics += 1;
        reader.skip(reader.size());
      } else if (tag === 8) header.timeMs = this.#uint64();
      else if (tag === 24) header.seq = this.#uint64();
      else reader.skipType(tag & 7, 0, tag >>> 3);
    }
    return header;
  }

  /** Calls `visit` for each metric, in order. @throws RangeError | Error when the bytes are no payload */
  walk(bytes: Buffer, visit: (metric: WireMetric) => void): void {
    this.#metric = this.#reused;
    this.#walk(bytes, visit);
  }

  /** All metrics of a message, in order, to keep. @throws RangeError | Error when the bytes are no payload */
  metricsOf(bytes: Buffer): WireMetric[] {
    const metrics: WireMetric[] = [];
    this.#metric = emptyMetric();
    this.#walk(bytes, (metric) => {
      metrics.push(metric);
      this.#metric = emptyMetric();
    });
    return metrics;
  }

  #walk(bytes: Buffer, visit: (metric: WireMetric) => void): void {
    const reader = this.#open(bytes);
    while (reader.pos < reader.len) {
      const tag = reader.tag();
      if (tag !== 18) {
        reader.skipType(tag & 7, 0, tag >>> 3);
        continue;
      }
      const size = reader.size();
      const end = reader.pos + size;
      const outerEnd = reader.len;
      if (end > outerEnd) throw new RangeError('a metric is longer than its payload');
      // The reader refuses to pass its end: nothing of this metric can reach into the next.
      reader.len = end;
      this.#readMetric(end);
      reader.len = outerEnd;
      visit(this.#metric);
    }
  }

  #open(bytes: Buffer): protobuf.Reader {
    const reader = this.#reader;
    reader.buf = bytes;
    reader.pos = 0;
    reader.len = bytes.length;
    return reader;
  }

  #readMetric(end: number): void {
    const reader = this.#reader;
    const metric = this.#metric;
    metric.name = undefined;
    metric.alias = NO_ALIAS;
    metric.timeMs = Number.NaN;
    metric.dataType = 0;
    metric.isHistorical = false;
    metric.isNull = false;
    metric.valueField = VALUE_FIELD.none;
    metric.properties = undefined;
    while (reader.pos < end) {
      const tag = reader.tag();
      switch (tag) {
        case 16:
          metric.alias = this.#uint64();
          break;
        case 24:
          metric.timeMs = this.#uint64();
          break;
        case 101:
          metric.valueField = VALUE_FIELD.float;
          metric.number = reader.float();
          break;
        case 105:
          metric.valueField = VALUE_FIELD.double;
          metric.number = reader.double();
          break;
        case 80:
          metric.valueField = VALUE_FIELD.int;
          metric.number = reader.uint32();
          break;
        case 88:
          metric.valueField = VALUE_FIELD.long;
          this.#uint64();
          metric.number = this.#low;
          metric.high = this.#high;
          break;
        case 112:
          metric.valueField = VALUE_FIELD.boolean;
          metric.number = reader.bool() ? 1 : 0;
          break;
        default:
          this.#readRareField(tag);
      }
    }
  }

  #readRareField(tag: number): void {
    const reader = this.#reader;
    const metric = this.#metric;
    const field = tag >>> 3;
    const wireType = tag & 7;
    if (wireType === LENGTH_DELIMITED && field === 1) metric.name = this.#name();
    else if (wireType === VARINT && field === 4) metric.dataType = reader.uint32();
    else if (wireType === VARINT && field === 5) metric.isHistorical = reader.bool();
    else if (wireType === VARINT && field === 7) metric.isNull = reader.bool();
    else if (wireType === LENGTH_DELIMITED && field === 9) metric.properties = this.#propertySet();
    else if (wireType === LENGTH_DELIMITED && field === 15) {
      metric.valueField = VALUE_FIELD.string;
      metric.text = reader.string();
    } else if (wireType === LENGTH_DELIMITED && field >= 16 && field <= 18) {
      metric.valueField = field;
      reader.skip(reader.size());
    } else reader.skipType(wireType, 0, field);
  }

  #name(): string {
    const reader = this.#reader;
    const start = reader.pos;
    const size = reader.size();
    const from = reader.pos;
    if (from + size > reader.len) throw new RangeError('a name ends beyond its message');
    const name = this.#names.read(reader.buf, from, from + size, () => {
      reader.pos = start;
      return reader.string();
    });
    reader.pos = from + size;
    return name;
  }

  #propertySet(): PropertySetFields {
    const reader = this.#reader;
    const size = reader.size();
    const from = reader.pos;
    if (from + size > reader.len) throw new RangeError('properties end beyond their message');
    const properties = this.#properties.read(reader.buf, from, from + size, () => PropertySet.decode(reader, size));
    reader.pos = from + size;
    return properties;
  }

  /** A 64-bit varint as a number; its halves stay in `#low` and `#high`. The library's own makes two objects of it. */
  #uint64(): number {
    const reader = this.#reader;
    const { buf, len } = reader;
    let { pos } = reader;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (pos >= len) throw new RangeError('a number ends beyond its message');
      const byte = buf[pos++] ?? 0;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 128) {
        reader.pos = pos;
        this.#low = low >>> 0;
        this.#high = high >>> 0;
        return this.#high * 4294967296 + this.#low;
      }
    }
    throw new RangeError('a number is longer than 64 bits');
  }
}

function emptyMetric(): WireMetric {
  return {
    name: undefined,
    alias: NO_ALIAS,
    timeMs: Number.NaN,
    dataType: 0,
    isHistorical: false,
    isNull: false,
    valueField: VALUE_FIELD.none,
    number: 0,
    high: 0,
    text: '',
    properties: undefined,
  };
}
