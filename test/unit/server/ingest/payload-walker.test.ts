import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodePayload, encodePayload, type MetricFields } from '../../../../edge/protocol/payload.ts';
import { wireOf } from '../../../../server/ingest/metric-value.ts';
import { NO_ALIAS, PayloadWalker, VALUE_FIELD, type WireMetric } from '../../../../server/ingest/payload-walker.ts';

function walk(bytes: Uint8Array): WireMetric[] {
  const metrics: WireMetric[] = [];
  new PayloadWalker().walk(Buffer.from(bytes), (metric) => metrics.push({ ...metric }));
  return metrics;
}

describe('a data message read metric by metric', () => {
  /**
   * Written by hand from the specification's schema (section 6.4.1): payload { timestamp 1 = 1486144502122, metric 2 =
   * { alias 2 = 1, timestamp 3 = 1479123452194, float 12 = 1.5 }, metric 2 = { name 1 = "t", datatype 4 = 3,
   * is_historical 5 = true, is_null 7 = true }, seq 3 = 2 }.
   */
  const GOLDEN = Buffer.from('08eaf2f5a8a02b120e100118a2828395862b650000c03f12090a01742003280138011802', 'hex');

  test('as the schema of the specification has it', () => {
    const walker = new PayloadWalker();
    expect({ ...walker.readHeader(GOLDEN) }).toEqual({ timeMs: 1486144502122, seq: 2, metrics: 2 });
    const [first, second] = walk(GOLDEN);
    expect(first).toMatchObject({
      name: undefined,
      alias: 1,
      timeMs: 1479123452194,
      valueField: VALUE_FIELD.float,
      number: 1.5,
    });
    expect(second).toMatchObject({
      name: 't',
      alias: NO_ALIAS,
      dataType: 3,
      isHistorical: true,
      isNull: true,
      valueField: 0,
    });
    expect(second?.timeMs).toBeNaN();
  });

  const long = fc.oneof(
    fc.nat(),
    fc.maxSafeInteger().filter((n) => n >= 0),
  );
  const value = fc.oneof(
    fc.record({ intValue: fc.nat(2 ** 32 - 1) }),
    fc.record({ longValue: long }),
    fc.record({ floatValue: fc.float() }),
    fc.record({ doubleValue: fc.double() }),
    fc.record({ booleanValue: fc.boolean() }),
    fc.record({ stringValue: fc.string({ unit: 'binary' }) }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 20 }) }),
    fc.constant({ datasetValue: { numOfColumns: 1, columns: ['c'], types: [3], rows: [] } }),
    fc.constant({ templateValue: { version: '1', metrics: [{ name: 'inner', intValue: 1 }], isDefinition: true } }),
    fc.constant({}),
  );
  const metric = fc
    .tuple(
      fc.record(
        {
          name: fc.string(),
          alias: long,
          timestamp: long,
          datatype: fc.nat(34),
          isHistorical: fc.boolean(),
          isTransient: fc.boolean(),
          isNull: fc.boolean(),
          metadata: fc.constant({ description: 'text', size: 3 }),
          properties: fc.constant({ keys: ['Quality'], values: [{ type: 3, intValue: 500 }] }),
        },
        { requiredKeys: [] },
      ),
      value,
    )
    .map(([head, body]): object => ({ ...head, ...body }))
    .map((fields) => fields as MetricFields);

  test('says the same as the generated decoder', () => {
    const payload = fc.record({ timestamp: long, seq: fc.nat(255), metrics: fc.array(metric, { maxLength: 8 }) });
    const walker = new PayloadWalker();
    fc.assert(
      fc.property(payload, (fields) => {
        const bytes = encodePayload(fields);
        const decoded = decodePayload(bytes);
        if (!('payload' in decoded)) throw new Error(decoded.malformed);
        const expected = decoded.payload.metrics.map(wireOf).map(comparable);
        expect(walk(bytes).map(comparable)).toEqual(expected);
        const kept = walker.metricsOf(Buffer.from(bytes));
        walker.walk(Buffer.from(bytes), () => {});
        expect(kept.map(comparable)).toEqual(expected);
        expect({ ...new PayloadWalker().readHeader(Buffer.from(bytes)) }).toEqual({
          timeMs: fields.timestamp,
          seq: fields.seq,
          metrics: fields.metrics.length,
        });
      }),
      { numRuns: 500 },
    );
  });

  test('never reads beyond its bytes: whatever is cut off or changed ends in an error or in metrics', () => {
    const payload = fc.record({ timestamp: long, seq: fc.nat(255), metrics: fc.array(metric, { maxLength: 4 }) });
    fc.assert(
      fc.property(payload, fc.nat(), fc.nat(), fc.nat(255), (fields, cut, at, byte) => {
        const bytes = Buffer.from(encodePayload(fields)).subarray(0, cut % 200);
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        for (const read of [
          () => walk(bytes),
          () => new PayloadWalker().metricsOf(bytes),
          () => new PayloadWalker().readHeader(bytes),
        ]) {
          try {
            read();
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('a metric that claims to be longer than its payload is refused', () => {
    expect(() => walk(Buffer.from('12ff01100165', 'hex'))).toThrow(RangeError);
  });
});

/** The parts that mean something for the value that is there. */
function comparable(metric: WireMetric): unknown {
  const { valueField, number, high, text, properties, ...head } = metric;
  const hasNumber = valueField >= VALUE_FIELD.int && valueField <= VALUE_FIELD.boolean;
  return {
    ...head,
    valueField,
    number: hasNumber ? number : 0,
    high: valueField === VALUE_FIELD.long ? high : 0,
    text: valueField === VALUE_FIELD.string ? text : '',
    quality: properties?.values?.[0]?.intValue,
  };
}
