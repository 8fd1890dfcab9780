import { expect } from 'vitest';
import { type Check, goodbye } from './observe.ts';

export const CHECKS_311: readonly Check[] = [
  {
    ids: ['tck-id-principles-persistence-clean-session-311'],
    what: 'CONNECT asks for a clean session',
    verify: ({ connects }) =>
      expect(connects.map(({ clean, protocolVersion }) => [clean, protocolVersion])).toEqual([
        [true, 4],
        [true, 4],
      ]),
  },
  {
    ids: ['tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt311'],
    what: 'NDEATH comes before DISCONNECT',
    verify: (recording) => expect(goodbye(recording).rest).toContain('disconnect'),
  },
];

export const CHECKS_50: readonly Check[] = [
  {
    ids: ['tck-id-principles-persistence-clean-session-50'],
    what: 'CONNECT asks for a clean start and a session that ends with the connection',
    verify: ({ connects }) => {
      for (const { clean, protocolVersion, properties: set } of connects) {
        expect([clean, protocolVersion, set?.sessionExpiryInterval ?? 0]).toEqual([true, 5, 0]);
      }
    },
  },
  {
    ids: ['tck-id-payloads-ndeath-will-message-publisher-disconnect-mqtt50'],
    what: 'DISCONNECT has the reason "with will message"',
    verify: ({ packets }) => {
      const last = packets.findLast(({ packet }) => packet.cmd === 'disconnect')?.packet;
      expect(last?.cmd === 'disconnect' && last.reasonCode).toBe(0x04);
    },
  },
];
