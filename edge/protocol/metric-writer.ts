import $protobuf from 'protobufjs/minimal.js';
import { gridwarden } from './gen/sparkplug.js';
import type { PropertySetFields } from './payload.ts';

const { Writer } = $protobuf;
const { PropertySet } = gridwarden.sparkplug;

/** Wire types (https://protobuf.dev/programming-guides/encoding/#structure). */
const VARINT = 0;
const FIXED_64 = 1;
const LENGTH = 2;

function tag(field: number, wireType: number): number {
  return (field << 3) | wireType;
}

/** Fields of Payload and of Payload.Metric, by their numbers in sparkplug.proto. */
const PAYLOAD = { timestamp: tag(1, VARINT), metrics: tag(2, LENGTH), seq: tag(3, VARINT) } as const;
const METRIC = {
  alias: tag(2, VARINT),
  timestamp: tag(3, VARINT),
  isHistorical: tag(5, VARINT),
  isNull: tag(7, VARINT),
  properties: tag(9, LENGTH),
  intValue: tag(10, VARINT),
  longValue: tag(11, VARINT),
  doubleValue: tag(13, FIXED_64),
  stringValue: tag(15, LENGTH),
} as const;

const encodedProperties = new WeakMap<PropertySetFields, Uint8Array>();

/** Properties are few and the same again and again. */
function propertyBytes(properties: PropertySetFields): Uint8Array {
  let bytes = encodedProperties.get(properties);
  if (!bytes) {
    bytes = PropertySet.encode(properties).finish();
    encodedProperties.set(properties, bytes);
  }
  return bytes;
}

/**
 * Writes the metrics of a DDATA payload one after the other, by alias. What the generated encoder makes of the same
 * metrics, byte by byte, at a third of its cost: it looks at each of nineteen fields of each metric, and this runs for
 * every value that is read.
 */
export class MetricWriter {
  readonly #writer = Writer.create();
  #isHistorical = false;

  /** Forgets what was written; the metrics that follow are historical or not. */
  begin(isHistorical: boolean): void {
    this.#writer.reset();
    this.#isHistorical = isHistorical;
  }

  double(alias: number, timeMs: number, value: number): void {
    this.#head(alias, timeMs).uint32(METRIC.doubleValue).double(value).ldelim();
  }

  /** A value of up to 32 bits. */
  integer(alias: number, timeMs: number, value: number): void {
    this.#head(alias, timeMs).uint32(METRIC.intValue).uint32(value).ldelim();
  }

  long(alias: number, timeMs: number, value: number): void {
    this.#head(alias, timeMs).uint32(METRIC.longValue).uint64(value).ldelim();
  }

  string(alias: number, timeMs: number, value: string): void {
    this.#head(alias, timeMs).uint32(METRIC.stringValue).string(value).ldelim();
  }

  /** A metric without a value. The properties are not to be changed afterwards. */
  none(alias: number, timeMs: number, properties: PropertySetFields): void {
    const writer = this.#head(alias, timeMs).uint32(METRIC.isNull).bool(true);
    writer.uint32(METRIC.properties).bytes(propertyBytes(properties)).ldelim();
  }

  /** The metrics as a part of a payload; valid until the next `begin`. */
  finish(): Uint8Array {
    return this.#writer.finish(true);
  }

  #head(alias: number, timeMs: number): $protobuf.Writer {
    const writer = this.#writer.uint32(PAYLOAD.metrics).fork();
    writer.uint32(METRIC.alias).uint32(alias).uint32(METRIC.timestamp).uint64(timeMs);
    return this.#isHistorical ? writer.uint32(METRIC.isHistorical).bool(true) : writer;
  }
}

/** Puts time and sequence number to metrics that are encoded already. */
export class PayloadFrame {
  readonly #writer = Writer.create();

  /** The whole payload; valid until the next call. */
  around(metrics: Uint8Array, timestampMs: number, seq: number): Uint8Array {
    const writer = this.#writer.reset().uint32(PAYLOAD.timestamp).uint64(timestampMs);
    return writer.raw(metrics).uint32(PAYLOAD.seq).uint32(seq).finish(true);
  }
}
