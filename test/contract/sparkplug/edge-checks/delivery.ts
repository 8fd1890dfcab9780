import { expect } from 'vitest';
import { integerOf } from '../../../../edge/protocol/payload.ts';
import { atMost, birthsFirst, type Check, chronological, of, present, sequential, timestamped } from './observe.ts';

/** Quality of service, times, sequence numbers, order. */
export const DELIVERY_CHECKS: readonly Check[] = [
  ...(
    [
      [
        'NBIRTH',
        [
          'tck-id-topics-nbirth-mqtt',
          'tck-id-payloads-nbirth-qos',
          'tck-id-payloads-nbirth-retain',
          'tck-id-message-flow-edge-node-birth-publish-nbirth-qos',
          'tck-id-message-flow-edge-node-birth-publish-nbirth-retained',
        ],
      ],
      ['NDATA', ['tck-id-topics-ndata-mqtt', 'tck-id-payloads-ndata-qos', 'tck-id-payloads-ndata-retain']],
      [
        'DBIRTH',
        [
          'tck-id-topics-dbirth-mqtt',
          'tck-id-payloads-dbirth-qos',
          'tck-id-payloads-dbirth-retain',
          'tck-id-message-flow-device-birth-publish-dbirth-qos',
          'tck-id-message-flow-device-birth-publish-dbirth-retained',
        ],
      ],
      ['DDATA', ['tck-id-topics-ddata-mqtt', 'tck-id-payloads-ddata-qos', 'tck-id-payloads-ddata-retain']],
      ['DDEATH', ['tck-id-topics-ddeath-mqtt']],
    ] as const
  ).map(
    ([type, ids]): Check => ({
      ids,
      what: `${type} is published at QoS 0, not retained`,
      verify: (recording) => atMost(recording, type, 0),
    }),
  ),
  ...(
    [
      ['NBIRTH', ['tck-id-topics-nbirth-timestamp', 'tck-id-payloads-nbirth-timestamp']],
      ['NDATA', ['tck-id-topics-ndata-timestamp', 'tck-id-payloads-ndata-timestamp']],
      ['DBIRTH', ['tck-id-topics-dbirth-timestamp', 'tck-id-payloads-dbirth-timestamp']],
      ['DDATA', ['tck-id-topics-ddata-timestamp', 'tck-id-payloads-ddata-timestamp']],
      ['DDEATH', ['tck-id-payloads-ddeath-timestamp']],
    ] as const
  ).map(
    ([type, ids]): Check => ({
      ids,
      what: `${type} tells when it was sent, and not a later time`,
      verify: (recording) => timestamped(recording, type),
    }),
  ),
  {
    ids: [
      'tck-id-payloads-sequence-num-always-included',
      'tck-id-payloads-sequence-num-incrementing',
      'tck-id-topics-ndata-seq-num',
      'tck-id-topics-dbirth-seq',
      'tck-id-topics-ddata-seq-num',
      'tck-id-topics-ddeath-seq-num',
      'tck-id-payloads-dbirth-seq',
      'tck-id-payloads-dbirth-seq-inc',
      'tck-id-payloads-ndata-seq',
      'tck-id-payloads-ndata-seq-inc',
      'tck-id-payloads-ddata-seq',
      'tck-id-payloads-ddata-seq-inc',
      'tck-id-payloads-ddeath-seq',
      'tck-id-payloads-ddeath-seq-inc',
      'tck-id-payloads-ddeath-seq-number',
      'tck-id-message-flow-device-birth-publish-dbirth-payload-seq',
    ],
    what: 'every message carries the number after the one before, 0 after 255',
    verify: sequential,
  },
  {
    ids: [
      'tck-id-topics-nbirth-seq-num',
      'tck-id-payloads-nbirth-seq',
      'tck-id-payloads-sequence-num-req-nbirth',
      'tck-id-message-flow-edge-node-birth-publish-nbirth-payload-seq',
    ],
    what: 'NBIRTH carries sequence number 0',
    verify: (recording) => {
      for (const { payload } of of(recording, 'NBIRTH')) {
        expect(present(payload, 'seq')).toBe(true);
        expect(integerOf(payload.seq)).toBe(0);
      }
    },
  },
  {
    ids: [
      'tck-id-payloads-dbirth-order',
      'tck-id-payloads-ndata-order',
      'tck-id-payloads-ddata-order',
      'tck-id-message-flow-device-birth-publish-nbirth-wait',
    ],
    what: 'NBIRTH comes first, then every DBIRTH, then data',
    verify: birthsFirst,
  },
  {
    ids: ['tck-id-principles-birth-certificates-order'],
    what: 'the first message of each connection is NBIRTH',
    verify: (recording) => {
      const connections = new Set(recording.sent.map(({ connection }) => connection));
      expect(connections.size).toBe(2);
      for (const one of connections)
        expect(recording.sent.find(({ connection }) => connection === one)?.type).toBe('NBIRTH');
    },
  },
  {
    ids: ['tck-id-operational-behavior-data-publish-nbirth-order'],
    what: 'values of the node are in the order of their times',
    verify: (recording) => chronological(recording, 'NBIRTH', 'NDATA'),
  },
  {
    ids: ['tck-id-operational-behavior-data-publish-dbirth-order'],
    what: 'values of devices that are not historical are in the order of their times',
    verify: (recording) => chronological(recording, 'DBIRTH', 'DDATA'),
  },
];
