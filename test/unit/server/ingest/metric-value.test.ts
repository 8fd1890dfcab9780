import { describe, expect, test } from 'vitest';
import { DATA_TYPES } from '../../../../edge/protocol/datatypes.ts';
import type { MetricFields } from '../../../../edge/protocol/payload.ts';
import { decodePayload, encodePayload } from '../../../../edge/protocol/payload.ts';
import { qualityCode } from '../../../../edge/protocol/quality.ts';
import { plainValueOf, recordNumberOf, shapeOf, ValueReader, wireOf } from '../../../../server/ingest/metric-value.ts';
import type { WireMetric } from '../../../../server/ingest/payload-walker.ts';

/** The metric as it is after a passage over the wire. */
function wire(fields: MetricFields): WireMetric {
  const decoded = decodePayload(encodePayload({ metrics: [fields] }));
  const metric = 'payload' in decoded ? decoded.payload.metrics[0] : undefined;
  if (!metric) throw new Error('no metric');
  return wireOf(metric);
}

function read(fields: MetricFields, dataType: number): { value: number; quality: number } {
  const reader = new ValueReader();
  reader.readNumber(wire(fields), dataType);
  return { value: reader.value, quality: reader.quality };
}

describe('numbers by the data type of the birth', () => {
  // Specification 3.0.0, section 6.4.16: signed integers are two's complement in unsigned fields.
  test.each([
    ['Int8', { intValue: 0xff }, -1],
    ['Int8', { intValue: 0xffffffff }, -1],
    ['Int16', { intValue: 0x8000 }, -32_768],
    ['Int32', { intValue: 0xfffffffe }, -2],
    ['UInt8', { intValue: 0xff }, 255],
    ['UInt32', { intValue: 0xffffffff }, 4_294_967_295],
    ['UInt32', { longValue: 4_294_967_295 }, 4_294_967_295],
    ['Int32', { longValue: 0xfffffffe }, -2],
    ['UInt64', { longValue: 2 ** 40 }, 2 ** 40],
    ['DateTime', { longValue: 1_700_000_000_000 }, 1_700_000_000_000],
    ['Float', { floatValue: 1.5 }, 1.5],
    ['Float', { doubleValue: 0.1 }, 0.1],
    ['Double', { doubleValue: 0.1 }, 0.1],
    ['Boolean', { booleanValue: true }, 1],
    ['Boolean', { booleanValue: false }, 0],
  ] as const)('%s %o is %d', (type, fields, expected) => {
    expect(read(fields, DATA_TYPES[type])).toEqual({ value: expected, quality: 0 });
  });

  test('a negative 64-bit integer is read through both halves', () => {
    const metric = wire({ longValue: 0 });
    Object.assign(metric, { number: 0xfffffffd, high: 0xffffffff });
    const reader = new ValueReader();
    reader.readNumber(metric, DATA_TYPES.Int64);
    expect(reader.value).toBe(-3);
  });

  test.each([
    ['Float', { stringValue: '1.5' }],
    ['Float', { intValue: 1 }],
    ['Int32', { doubleValue: 1 }],
    ['Boolean', { intValue: 1 }],
    ['Double', { doubleValue: 1, datatype: DATA_TYPES.Int32 }],
  ] as const)('%s sent as %o is of another type', (type, fields) => {
    expect(read(fields, DATA_TYPES[type])).toEqual({ value: Number.NaN, quality: qualityCode('type_changed') });
  });
});

describe('quality', () => {
  const properties = (quality: number, reason?: string) => ({
    keys: reason === undefined ? ['Quality'] : ['Quality', 'Reason'],
    values: [{ type: 3, intValue: quality }, ...(reason === undefined ? [] : [{ type: 12, stringValue: reason }])],
  });

  test.each([
    [{ isNull: true }, 'not_available'],
    [{}, 'not_available'],
    [{ isNull: true, properties: properties(0, 'silent') }, 'silent'],
    [{ isNull: true, properties: properties(0, 'never heard of') }, 'bad'],
    [{ doubleValue: 5, properties: properties(0) }, 'bad'],
    [{ doubleValue: 5, properties: properties(500) }, 'bad'],
    [{ doubleValue: Number.NaN }, 'out_of_range'],
    [{ doubleValue: Number.POSITIVE_INFINITY }, 'out_of_range'],
    [{ isNull: true, properties: properties(192) }, 'not_available'],
  ] as const)('%o is %s, and has no number', (fields, quality) => {
    expect(read(fields, DATA_TYPES.Double)).toEqual({ value: Number.NaN, quality: qualityCode(quality) });
  });

  test('good, or properties that say nothing of it, keep the number', () => {
    expect(read({ doubleValue: 5, properties: properties(192) }, DATA_TYPES.Double)).toEqual({ value: 5, quality: 0 });
    const other = { keys: ['engUnit'], values: [{ type: 12, stringValue: 'V' }] };
    expect(read({ doubleValue: 5, properties: other }, DATA_TYPES.Double)).toEqual({ value: 5, quality: 0 });
  });

  test('keys without values are no properties', () => {
    expect(read({ doubleValue: 5, properties: { keys: ['Quality'], values: [] } }, DATA_TYPES.Double)).toEqual({
      value: 5,
      quality: 0,
    });
  });
});

test('what is stored, what is shown, and what is neither', () => {
  const shapes = Object.entries(DATA_TYPES).map(([name, code]) => [name, shapeOf(code)]);
  expect(shapes.filter(([, shape]) => shape === 'text').map(([name]) => name)).toEqual(['String', 'Text', 'UUID']);
  expect(shapes.filter(([, shape]) => shape === 'number').map(([name]) => name)).toEqual([
    ...[
      'Int8',
      'Int16',
      'Int32',
      'Int64',
      'UInt8',
      'UInt16',
      'UInt32',
      'UInt64',
      'Float',
      'Double',
      'Boolean',
      'DateTime',
    ],
  ]);
});

test('values of node metrics for people', () => {
  const reader = new ValueReader();
  expect(plainValueOf(wire({ booleanValue: true }), DATA_TYPES.Boolean, reader)).toBe(true);
  expect(plainValueOf(wire({ stringValue: 'x' }), DATA_TYPES.String, reader)).toBe('x');
  expect(plainValueOf(wire({ isNull: true }), DATA_TYPES.UInt32, reader)).toBe(null);
  expect(plainValueOf(wire({ bytesValue: Buffer.from('x') }), DATA_TYPES.Bytes, reader)).toBe(null);
});

test('record numbers are whole, and not beyond what a number holds', () => {
  expect(recordNumberOf(wire({ longValue: 7 }))).toBe(7);
  expect(recordNumberOf(wire({ isNull: true }))).toBeUndefined();
  expect(recordNumberOf(wire({ doubleValue: 7 }))).toBeUndefined();
  const beyond = Object.assign(wire({ longValue: 0 }), { number: 0xffffffff, high: 0xffffffff });
  expect(recordNumberOf(beyond)).toBeUndefined();
});
