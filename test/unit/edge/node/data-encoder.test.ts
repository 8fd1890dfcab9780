import { expect, it } from 'vitest';
import { AliasBook } from '../../../../edge/node/alias-book.ts';
import { DataEncoder } from '../../../../edge/node/data-encoder.ts';
import { OWN, WireDevice } from '../../../../edge/node/wire-device.ts';
import { decodePayload, integerOf } from '../../../../edge/protocol/payload.ts';
import { qualityCode } from '../../../../edge/protocol/quality.ts';

const LAYOUT = { metrics: ['voltage_a', 'current_a', 'device_status'] };

function device(): WireDevice {
  const made = new WireDevice({ id: 'M-1', model: 'maker/meter', kind: 'meter', isConfigured: true });
  made.extend(LAYOUT.metrics, new AliasBook());
  made.bornClock = 1;
  return made;
}

function record(values: number[], quality: number[] = [0, 0, 0], clockGeneration = 1) {
  return { timeMs: 1000, clockGeneration, values: Float64Array.from(values), quality: Uint8Array.from(quality) };
}

/** The metrics of a payload after the way through bytes. */
function sent(encoder: DataEncoder) {
  const decoded = decodePayload(encoder.finish());
  if ('malformed' in decoded) throw new Error(decoded.malformed);
  return decoded.payload.metrics.map(({ alias, timestamp, ...rest }) => ({
    alias: integerOf(alias),
    timestamp: integerOf(timestamp),
    ...rest,
    ...(rest.longValue == null ? {} : { longValue: integerOf(rest.longValue) }),
  }));
}

it('a record begins with its number; values are doubles, a status is an integer', () => {
  const encoder = new DataEncoder();
  const meter = device();
  encoder.begin(false);
  encoder.record(meter, LAYOUT, 7, record([230.1, 4, 3]));
  expect(sent(encoder)).toEqual([
    { alias: meter.ownAlias(OWN.n), timestamp: 1000, longValue: 7 },
    { alias: meter.aliasAt(0), timestamp: 1000, doubleValue: 230.1 },
    { alias: meter.aliasAt(1), timestamp: 1000, doubleValue: 4 },
    { alias: meter.aliasAt(2), timestamp: 1000, intValue: 3 },
  ]);
});

it('what is not good is null with its reason; a good value that is no number is out of range', () => {
  const encoder = new DataEncoder();
  encoder.begin(false);
  encoder.record(device(), LAYOUT, 1, record([Number.NaN, Number.POSITIVE_INFINITY, 3], [qualityCode('silent'), 0, 0]));
  const [, silent, infinite, status] = sent(encoder);
  expect([
    silent?.isNull,
    silent?.properties?.values?.map(({ intValue, stringValue }) => stringValue ?? intValue),
  ]).toEqual([true, [0, 'silent']]);
  expect(infinite?.properties?.values?.[1]?.stringValue).toBe('out_of_range');
  expect(status).toMatchObject({ intValue: 3 });
  expect(status?.isNull).toBeUndefined();
});

it('tells epoch and clock generation only where they are not those of the birth', () => {
  const encoder = new DataEncoder();
  const meter = device();
  encoder.begin(true);
  encoder.epoch(meter, 'old', 1000);
  encoder.record(meter, LAYOUT, 1, record([1, 2, 3]));
  encoder.record(meter, LAYOUT, 2, record([1, 2, 3], [0, 0, 0], 2));
  const metrics = sent(encoder);
  expect(metrics).toHaveLength(1 + 4 + 5);
  expect(metrics.every(({ isHistorical }) => isHistorical === true)).toBe(true);
  expect(metrics[0]).toMatchObject({ alias: meter.ownAlias(OWN.epoch), stringValue: 'old' });
  expect(metrics[6]).toMatchObject({ alias: meter.ownAlias(OWN.clock), intValue: 2 });
});

it('nothing of one payload is left in the next, although the objects are the same', () => {
  const encoder = new DataEncoder();
  const meter = device();
  encoder.begin(true);
  encoder.epoch(meter, 'old', 1000);
  encoder.record(meter, LAYOUT, 1, record([Number.NaN, Number.NaN, Number.NaN], [1, 1, 1]));
  encoder.finish();
  encoder.begin(false);
  encoder.record(meter, LAYOUT, 2, record([1, 2, 3]));
  expect(sent(encoder)).toEqual([
    { alias: meter.ownAlias(OWN.n), timestamp: 1000, longValue: 2 },
    { alias: meter.aliasAt(0), timestamp: 1000, doubleValue: 1 },
    { alias: meter.aliasAt(1), timestamp: 1000, doubleValue: 2 },
    { alias: meter.aliasAt(2), timestamp: 1000, intValue: 3 },
  ]);
});
