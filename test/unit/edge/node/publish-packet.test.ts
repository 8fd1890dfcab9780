import fc from 'fast-check';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { publishPacket } from '../../../../edge/node/publish-packet.ts';

/** What the packets say to a parser that is not ours (mqtt-packet, which mqtt.js and Aedes read with). */
function parsed(bytes: Uint8Array, protocolVersion: 4 | 5): Packet[] {
  const packets: Packet[] = [];
  const parser = mqttPacket.parser({ protocolVersion });
  parser.on('packet', (packet) => packets.push(packet));
  parser.parse(Buffer.from(bytes));
  return packets;
}

/** Payloads on both sides of the lengths at which the remaining length takes another byte (section 2.2.3). */
const LENGTHS = [0, 1, 100, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152];

describe('a PUBLISH packet', () => {
  it.each([4, 5] as const)('of protocol version %i is what a parser reads back', (version) => {
    for (const length of LENGTHS) {
      const payload = new Uint8Array(length).fill(7);
      const [packet, ...rest] = parsed(
        publishPacket('spBv1.0/east/DDATA/agent-1/M-1', payload, version === 5),
        version,
      );
      expect(rest).toEqual([]);
      expect(packet).toMatchObject({ cmd: 'publish', topic: 'spBv1.0/east/DDATA/agent-1/M-1', qos: 0 });
      expect(packet).toMatchObject({ retain: false, dup: false });
      expect(packet?.cmd === 'publish' && Buffer.from(packet.payload).equals(payload)).toBe(true);
    }
  });

  it('is the one that mqtt-packet writes, whatever topic and payload', () => {
    const topics = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(topics, fc.uint8Array({ maxLength: 300 }), fc.constantFrom(4, 5), (topic, payload, version) => {
        const fields = { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 0, retain: false, dup: false };
        const expected = mqttPacket.generate(fields as Packet, { protocolVersion: version });
        expect(publishPacket(topic, payload, version === 5).equals(expected)).toBe(true);
      }),
    );
  });
});
