import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodePayload,
  encodePayload,
  has,
  integerOf,
  type Metric,
  type MetricFields,
  type Payload,
} from '../../../../edge/protocol/payload.ts';
import { GOLDEN, GOLDEN_KINDS } from './golden-payloads.ts';

function decoded(bytes: Uint8Array): Payload {
  const result = decodePayload(bytes);
  if ('malformed' in result) throw new Error(result.malformed);
  return result.payload;
}

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

/** The fields that are there, with 64-bit ones as numbers. */
function plain(metric: MetricFields): Record<string, unknown> {
  const long = ['alias', 'timestamp', 'longValue'];
  return Object.fromEntries(
    Object.entries(metric).map(([key, value]) => [
      key,
      long.includes(key) ? integerOf(value as Metric['alias']) : value,
    ]),
  );
}

describe('golden payloads', () => {
  it.each(GOLDEN)('$name: we write the bytes that protoc writes', ({ fields, hex }) => {
    expect(Buffer.from(encodePayload(fields)).toString('hex')).toBe(hex);
  });

  it.each(GOLDEN)('$name: we read what protoc wrote', ({ fields, hex }) => {
    const payload = decoded(bytesOf(hex));
    expect(integerOf(payload.timestamp)).toBe(fields.timestamp);
    expect(has(payload, 'seq')).toBe(fields.seq !== undefined);
    expect(integerOf(payload.seq)).toBe(fields.seq ?? 0);
    expect(payload.metrics.map(plain)).toEqual((fields.metrics ?? []).map(plain));
  });

  it('kinds that the edge never sends are read, too', () => {
    const payload = decoded(bytesOf(GOLDEN_KINDS));
    const by = (name: string) => payload.metrics.find((metric) => metric.name === name);
    expect(by('f')?.floatValue).toBe(Math.fround(0.1));
    expect(String(by('big')?.longValue)).toBe('18446744073709551615');
    expect(by('bytes')?.bytesValue).toEqual(Uint8Array.of(0, 255));
    expect(by('set')?.datasetValue?.columns).toEqual(['a', 'b']);
    expect(by('template')?.templateValue?.templateRef).toBe('t');
    expect(by('file')?.metadata?.fileName).toBe('a.txt');
    expect(payload.uuid).toBe('u');
  });
});

describe('any payload', () => {
  const timestamp = fc.nat({ max: 2 ** 42 });
  const value: fc.Arbitrary<MetricFields> = fc.oneof(
    fc.record({ doubleValue: fc.double({ noNaN: true }) }),
    fc.record({ intValue: fc.nat({ max: 2 ** 32 - 1 }) }),
    fc.record({ longValue: fc.nat({ max: Number.MAX_SAFE_INTEGER }) }),
    fc.record({ stringValue: fc.string({ unit: 'grapheme' }) }),
    fc.record({ booleanValue: fc.boolean() }),
    fc.constant({ isNull: true }),
  );
  const metric = fc
    .record({ alias: fc.nat({ max: 2 ** 31 }), timestamp, isHistorical: fc.boolean() })
    .chain((head) => value.map((fields): MetricFields => ({ ...head, ...fields })));

  it('comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.array(metric, { maxLength: 30, size: 'max' }),
        timestamp,
        fc.nat({ max: 255 }),
        (metrics, sentMs, seq) => {
          const payload = decoded(encodePayload({ timestamp: sentMs, metrics, seq }));
          expect(payload.metrics.map(plain)).toEqual(metrics);
          expect([integerOf(payload.timestamp), integerOf(payload.seq)]).toEqual([sentMs, seq]);
        },
      ),
    );
  });

  it('any bytes are decoded or refused with a reason, and never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300, size: 'max' }), (bytes) => {
        const result = decodePayload(bytes);
        expect('payload' in result || result.malformed.length > 0).toBe(true);
      }),
    );
  });

  it('a payload that was cut off is refused or shorter, and never throws', () => {
    const [golden] = GOLDEN;
    const bytes = bytesOf(golden?.hex ?? '');
    for (let length = 0; length < bytes.length; length++)
      expect(() => decodePayload(bytes.subarray(0, length))).not.toThrow();
  });
});
