import { expect } from 'vitest';
import { DATA_TYPES } from '../../../../edge/protocol/datatypes.ts';
import { decoded, GROUP, NODE } from '../edge-recording.ts';
import {
  bdSeqOf,
  type Check,
  goodbye,
  metricOf,
  NO_ALIAS,
  of,
  present,
  rebirth,
  WILLS,
  willBdSeqs,
} from './observe.ts';

/** Connections, wills, subscriptions, rebirth, goodbye. */
export const SESSION_CHECKS: readonly Check[] = [
  {
    ids: ['tck-id-message-flow-edge-node-birth-publish-connect'],
    what: 'births come after a CONNACK that accepts',
    verify: (recording) => {
      for (const birth of of(recording, 'NBIRTH', 'DBIRTH')) {
        const accepted = recording.packets.findIndex(
          ({ packet, connection }) => packet.cmd === 'connack' && connection === birth.connection,
        );
        expect(accepted).toBeGreaterThanOrEqual(0);
        expect(accepted).toBeLessThan(birth.place);
      }
    },
  },
  {
    ids: ['tck-id-message-flow-edge-node-birth-publish-will-message', 'tck-id-payloads-ndeath-will-message'],
    what: 'every CONNECT has NDEATH as its will',
    verify: (recording) => {
      expect(recording.connects.length).toBe(2);
      expect(WILLS(recording).length).toBe(2);
    },
  },
  {
    ids: ['tck-id-message-flow-edge-node-birth-publish-will-message-topic'],
    what: 'the will goes to the NDEATH topic of the node',
    verify: (recording) => {
      for (const { topic } of WILLS(recording)) expect(topic).toBe(`spBv1.0/${GROUP}/NDEATH/${NODE}`);
    },
  },
  {
    ids: [
      'tck-id-message-flow-edge-node-birth-publish-will-message-qos',
      'tck-id-payloads-ndeath-will-message-qos',
      'tck-id-message-flow-edge-node-birth-publish-will-message-will-retained',
      'tck-id-payloads-ndeath-will-message-retain',
    ],
    what: 'the will is QoS 1 and not retained',
    verify: (recording) => {
      for (const { qos, retain } of WILLS(recording)) expect([qos, retain]).toEqual([1, false]);
    },
  },
  {
    ids: ['tck-id-message-flow-edge-node-birth-publish-will-message-payload', 'tck-id-topics-ndeath-payload'],
    what: 'NDEATH is a protobuf payload with bdSeq and nothing else',
    verify: (recording) => {
      const deaths = [
        ...WILLS(recording).map(({ payload }) => payload),
        ...of(recording, 'NDEATH').map(({ bytes }) => bytes),
      ];
      for (const bytes of deaths) expect(decoded(bytes).metrics.map(({ name }) => name)).toEqual(['bdSeq']);
    },
  },
  {
    ids: ['tck-id-topics-ndeath-seq', 'tck-id-payloads-ndeath-seq'],
    what: 'NDEATH has no sequence number',
    verify: (recording) => {
      for (const { payload } of WILLS(recording)) expect(present(decoded(payload), 'seq')).toBe(false);
      for (const { payload } of of(recording, 'NDEATH')) expect(present(payload, 'seq')).toBe(false);
    },
  },
  {
    ids: [
      'tck-id-message-flow-edge-node-birth-publish-will-message-payload-bdSeq',
      'tck-id-topics-nbirth-bdseq-increment',
    ],
    what: 'bdSeq is an Int64, 0 at the first CONNECT and one more at each further one',
    verify: (recording) => {
      for (const { payload } of WILLS(recording)) expect(decoded(payload).metrics[0]?.datatype).toBe(DATA_TYPES.Int64);
      expect(willBdSeqs(recording)).toEqual([0, 1]);
    },
  },
  {
    ids: [
      'tck-id-topics-nbirth-bdseq-included',
      'tck-id-topics-nbirth-bdseq-matching',
      'tck-id-payloads-nbirth-bdseq',
      'tck-id-payloads-nbirth-bdseq-repeat',
      'tck-id-payloads-ndeath-bdseq',
      'tck-id-message-flow-edge-node-birth-publish-nbirth-payload-bdSeq',
    ],
    what: 'NBIRTH and NDEATH repeat the bdSeq of the CONNECT',
    verify: (recording) => {
      const wills = willBdSeqs(recording);
      for (const message of of(recording, 'NBIRTH', 'NDEATH')) expect(bdSeqOf(message)).toBe(wills[message.connection]);
      for (const message of of(recording, 'NBIRTH')) expect(metricOf(message, 'bdSeq').datatype).toBe(DATA_TYPES.Int64);
    },
  },
  {
    ids: [
      'tck-id-topics-nbirth-rebirth-metric',
      'tck-id-payloads-nbirth-rebirth-req',
      'tck-id-operational-behavior-data-commands-rebirth-name',
      'tck-id-operational-behavior-data-commands-rebirth-datatype',
      'tck-id-operational-behavior-data-commands-rebirth-value',
    ],
    what: 'NBIRTH has Node Control/Rebirth, Boolean, false',
    verify: (recording) => {
      for (const message of of(recording, 'NBIRTH')) {
        const { datatype, booleanValue } = metricOf(message, NO_ALIAS);
        expect([datatype, booleanValue]).toEqual([DATA_TYPES.Boolean, false]);
      }
    },
  },
  {
    ids: ['tck-id-operational-behavior-data-commands-rebirth-name-aliases'],
    what: 'Node Control/Rebirth has no alias',
    verify: (recording) => {
      for (const message of of(recording, 'NBIRTH')) expect(present(metricOf(message, NO_ALIAS), 'alias')).toBe(false);
    },
  },
  {
    ids: ['tck-id-message-flow-edge-node-ncmd-subscribe', 'tck-id-topics-ncmd-topic'],
    what: 'the edge subscribes to its own NCMD topic at QoS 1',
    verify: (recording) => {
      const wanted = `spBv1.0/${GROUP}/NCMD/${NODE}`;
      for (const { subscriptions } of recording.subscribes)
        expect(subscriptions.find(({ topic }) => topic === wanted)?.qos).toBe(1);
      expect(recording.subscribes.length).toBe(2);
    },
  },
  {
    ids: ['tck-id-message-flow-device-dcmd-subscribe', 'tck-id-topics-dcmd-topic'],
    what: 'the edge subscribes to the DCMD topics of its own devices at QoS 1, and to nothing else but NCMD and STATE',
    verify: (recording) => {
      for (const { subscriptions } of recording.subscribes) {
        const topics = subscriptions.map(({ topic }) => topic).sort();
        expect(topics).toEqual(
          ['spBv1.0/STATE/gridwarden', `spBv1.0/${GROUP}/DCMD/${NODE}/+`, `spBv1.0/${GROUP}/NCMD/${NODE}`].sort(),
        );
        expect(subscriptions.every(({ qos }) => qos === 1)).toBe(true);
      }
    },
  },
  {
    ids: ['tck-id-operational-behavior-primary-application-state-with-multiple-servers-single-server'],
    what: 'there is never more than one connection',
    verify: ({ mostOpen }) => expect(mostOpen).toBe(1),
  },
  {
    ids: ['tck-id-operational-behavior-data-commands-rebirth-action-1'],
    what: 'after a rebirth command the next message is NBIRTH',
    verify: (recording) => expect(rebirth(recording).after[0]?.type).toBe('NBIRTH'),
  },
  {
    ids: ['tck-id-operational-behavior-data-commands-rebirth-action-2'],
    what: 'a rebirth command is answered with NBIRTH and every DBIRTH',
    verify: (recording) => {
      const [node, ...devices] = rebirth(recording)
        .after.slice(0, 3)
        .map(({ type, device = '' }) => `${type} ${device}`);
      expect(node).toBe('NBIRTH ');
      // Devices are born in any order.
      expect(devices.sort()).toEqual(['DBIRTH M-1', 'DBIRTH M-2']);
    },
  },
  {
    ids: ['tck-id-operational-behavior-data-commands-rebirth-action-3'],
    what: 'that NBIRTH has the bdSeq of the connection',
    verify: (recording) => {
      const [birth] = rebirth(recording).after;
      if (!birth) throw new Error('no birth');
      expect(bdSeqOf(birth)).toBe(0);
      expect(birth.connection).toBe(0);
    },
  },
  {
    ids: ['tck-id-operational-behavior-device-ddeath'],
    what: 'a device that no longer answers gets its DDEATH, after the record that says why',
    verify: (recording) => {
      const death = recording.sent.findIndex(({ type, device }) => type === 'DDEATH' && device === 'M-2');
      const before = recording.sent.slice(0, death).findLast(({ device }) => device === 'M-2');
      expect(before?.payload.metrics.filter(({ isNull }) => isNull).length).toBe(4);
    },
  },
  {
    ids: [
      'tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath',
      'tck-id-payloads-ndeath-will-message-publisher',
    ],
    what: 'at its end the edge publishes DDEATH for each device that lives and then NDEATH',
    verify: (recording) => {
      const { death } = goodbye(recording);
      const before = recording.sent
        .filter(({ place, connection }) => place < death.place && connection === death.connection)
        .at(-1);
      expect([before?.type, before?.device]).toEqual(['DDEATH', 'M-1']);
    },
  },
  {
    ids: ['tck-id-operational-behavior-edge-node-intentional-disconnect-packet'],
    what: 'DISCONNECT follows NDEATH at once',
    verify: (recording) => expect(goodbye(recording).rest).toEqual(['disconnect']),
  },
];
