import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDeviceCommands, readNodeCommands } from '../../../../edge/node/commands.ts';
import { DELIVERY, encodeAck, NODE_CONTROL } from '../../../../edge/protocol/delivery.ts';
import { encodePayload, type MetricFields } from '../../../../edge/protocol/payload.ts';

const ACK = { host: 'gridwarden', epoch: 'e', done: [[1, 2]] as [number, number][], received: 2, credit: 5 };
const nameOf = (alias: number) => (alias === 9 ? DELIVERY.ack : undefined);

function node(...metrics: MetricFields[]) {
  return readNodeCommands(encodePayload({ metrics }), nameOf);
}

describe('NCMD', () => {
  it('asks for a rebirth by name, with true, with or without times', () => {
    expect(node({ name: NODE_CONTROL.rebirth, booleanValue: true })).toEqual([{ kind: 'rebirth' }]);
    expect(node({ name: NODE_CONTROL.rebirth, timestamp: 5, datatype: 11, booleanValue: true })).toEqual([
      { kind: 'rebirth' },
    ]);
  });

  it('with false asks for nothing', () => {
    expect(node({ name: NODE_CONTROL.rebirth, booleanValue: false })).toEqual([
      { kind: 'refused', metric: NODE_CONTROL.rebirth },
    ]);
    expect(node({ name: NODE_CONTROL.rebirth, isNull: true })).toEqual([
      { kind: 'refused', metric: NODE_CONTROL.rebirth },
    ]);
  });

  it('acknowledges by name or by alias', () => {
    const expected = [{ kind: 'acknowledge', ack: ACK }];
    expect(node({ name: DELIVERY.ack, stringValue: encodeAck(ACK) })).toEqual(expected);
    expect(node({ alias: 9, stringValue: encodeAck(ACK) })).toEqual(expected);
  });

  it('that is nonsense is told apart from a write that is refused', () => {
    expect(node({ name: DELIVERY.ack, stringValue: '{' })[0]?.kind).toBe('malformed');
    expect(node({ name: 'Properties/Version', stringValue: '2' })).toEqual([
      { kind: 'refused', metric: 'Properties/Version' },
    ]);
    expect(node({ alias: 77, intValue: 1 })).toEqual([{ kind: 'refused', metric: 'alias 77' }]);
    expect(readNodeCommands(Uint8Array.of(0x12, 0xff), nameOf)[0]?.kind).toBe('malformed');
  });

  it('holds several commands, or none', () => {
    expect(
      node({ name: NODE_CONTROL.rebirth, booleanValue: true }, { alias: 9, stringValue: encodeAck(ACK) }),
    ).toHaveLength(2);
    expect(node()).toEqual([]);
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200, size: 'max' }), (bytes) => {
        expect(Array.isArray(readNodeCommands(bytes, nameOf))).toBe(true);
        expect(Array.isArray(readDeviceCommands(bytes, nameOf))).toBe(true);
      }),
    );
  });
});

describe('DCMD', () => {
  it('may ask for the birth of the device, and write nothing', () => {
    const read = (metric: MetricFields) => readDeviceCommands(encodePayload({ metrics: [metric] }), () => 'voltage_a');
    expect(read({ name: 'Device Control/Rebirth', booleanValue: true })).toEqual([{ kind: 'deviceRebirth' }]);
    expect(read({ name: 'Node Control/Rebirth', booleanValue: true })).toEqual([
      { kind: 'refused', metric: 'Node Control/Rebirth' },
    ]);
    expect(read({ alias: 5, doubleValue: 230 })).toEqual([{ kind: 'refused', metric: 'voltage_a' }]);
  });
});
