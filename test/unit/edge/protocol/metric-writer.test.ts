import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MetricWriter, PayloadFrame } from '../../../../edge/protocol/metric-writer.ts';
import { encodePayload, type MetricFields, type PropertySetFields } from '../../../../edge/protocol/payload.ts';

const SILENT: PropertySetFields = {
  keys: ['Quality', 'Reason'],
  values: [
    { type: 3, intValue: 0 },
    { type: 12, stringValue: 'silent' },
  ],
};

const alias = fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 2 ** 32 - 1 }));
const timeMs = fc.oneof(fc.constant(0), fc.nat({ max: 2 ** 42 }));
const metric: fc.Arbitrary<MetricFields> = fc.oneof(
  fc.record({ alias, timestamp: timeMs, doubleValue: fc.double() }),
  fc.record({ alias, timestamp: timeMs, intValue: fc.nat({ max: 2 ** 32 - 1 }) }),
  fc.record({ alias, timestamp: timeMs, longValue: fc.nat({ max: Number.MAX_SAFE_INTEGER }) }),
  fc.record({ alias, timestamp: timeMs, stringValue: fc.string({ unit: 'grapheme', maxLength: 200 }) }),
  fc.record({ alias, timestamp: timeMs, isNull: fc.constant(true), properties: fc.constant(SILENT) }),
);

function write(writer: MetricWriter, fields: MetricFields): void {
  const [number, time] = [Number(fields.alias), Number(fields.timestamp)];
  if (fields.doubleValue != null) writer.double(number, time, fields.doubleValue);
  else if (fields.intValue != null) writer.integer(number, time, fields.intValue);
  else if (fields.longValue != null) writer.long(number, time, Number(fields.longValue));
  else if (fields.stringValue != null) writer.string(number, time, fields.stringValue);
  else writer.none(number, time, SILENT);
}

it('writes what the generated encoder writes, byte by byte, payload after payload', () => {
  const writer = new MetricWriter();
  const frame = new PayloadFrame();
  fc.assert(
    fc.property(
      fc.array(metric, { maxLength: 30 }),
      fc.boolean(),
      timeMs,
      fc.nat({ max: 255 }),
      (metrics, isHistorical, timestamp, seq) => {
        writer.begin(isHistorical);
        for (const fields of metrics) write(writer, fields);
        const expected = metrics.map((fields) => (isHistorical ? { ...fields, isHistorical } : fields));
        const bytes = frame.around(writer.finish(), timestamp, seq);
        expect(Buffer.from(bytes).equals(encodePayload({ timestamp, metrics: expected, seq }))).toBe(true);
      },
    ),
  );
});
