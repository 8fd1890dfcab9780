import { gridwarden } from './gen/sparkplug.js';

const { Payload: PayloadCodec } = gridwarden.sparkplug;

/** A decoded payload: 64-bit fields are numbers when they are safe integers, else `Long`s; see `integerOf`. */
export type Payload = gridwarden.sparkplug.Payload;
export type Metric = gridwarden.sparkplug.Metric;
export type PayloadFields = gridwarden.sparkplug.Payload.$Properties;
export type MetricFields = gridwarden.sparkplug.Metric.$Properties;
export type PropertySetFields = gridwarden.sparkplug.PropertySet.$Properties;
export type PropertyValueFields = gridwarden.sparkplug.PropertyValue.$Properties;

type Integer64 = Payload['timestamp'];

/** The bytes of a payload. */
export function encodePayload(payload: PayloadFields): Uint8Array {
  return PayloadCodec.encode(payload).finish();
}

export type DecodeResult = { readonly payload: Payload } | { readonly malformed: string };

/** Decodes a payload; what cannot be decoded comes back as a reason, never as an exception. */
export function decodePayload(bytes: Uint8Array): DecodeResult {
  try {
    return { payload: PayloadCodec.decode(bytes) };
  } catch (error) {
    return { malformed: error instanceof Error ? error.message : String(error) };
  }
}

/** A 64-bit field as a number; beyond 2^53 it is rounded. */
export function integerOf(value: Integer64 | null | undefined): number {
  if (typeof value === 'number') return value;
  return value == null ? 0 : value.toNumber();
}

/** Whether a field was present on the wire (prototypes carry defaults). */
export function has(message: object, field: string): boolean {
  return Object.hasOwn(message, field);
}
