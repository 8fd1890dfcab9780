import { expect } from 'vitest';
import { DEVICES, GROUP, NODE } from '../edge-recording.ts';
import { type Check, DEVICE_TYPES, NODE_TYPES, of, topicIs } from './observe.ts';

/** Topics. */
export const TOPICS_CHECKS: readonly Check[] = [
  {
    ids: [
      'tck-id-topic-structure',
      'tck-id-topic-structure-namespace-a',
      'tck-id-intro-group-id-string',
      'tck-id-intro-edge-node-id-string',
    ],
    what: 'every topic is spBv1.0/group/type/node, with the ids as they are configured',
    verify: (recording) => {
      for (const { topic, type, device } of recording.sent) {
        expect(topic).toBe(['spBv1.0', GROUP, type, NODE, ...(device === undefined ? [] : [device])].join('/'));
      }
    },
  },
  {
    ids: ['tck-id-topic-structure-namespace-device-id-associated-message-types', 'tck-id-intro-device-id-string'],
    what: 'births, data and deaths of devices carry the device id',
    verify: (recording) => {
      for (const { device } of of(recording, ...DEVICE_TYPES)) expect(DEVICES).toContain(device);
    },
  },
  {
    ids: ['tck-id-topic-structure-namespace-device-id-non-associated-message-types'],
    what: 'messages of the node carry no device id',
    verify: (recording) => {
      for (const { device } of of(recording, ...NODE_TYPES)) expect(device).toBeUndefined();
    },
  },
  ...(
    [
      ['NBIRTH', false, ['tck-id-topics-nbirth-topic', 'tck-id-message-flow-edge-node-birth-publish-nbirth-topic']],
      ['NDATA', false, ['tck-id-topics-ndata-topic']],
      ['NDEATH', false, ['tck-id-topics-ndeath-topic']],
      [
        'DBIRTH',
        true,
        [
          'tck-id-topics-dbirth-topic',
          'tck-id-message-flow-device-birth-publish-dbirth-topic',
          'tck-id-message-flow-device-birth-publish-dbirth-match-edge-node-topic',
        ],
      ],
      ['DDATA', true, ['tck-id-topics-ddata-topic']],
      ['DDEATH', true, ['tck-id-topics-ddeath-topic']],
    ] as const
  ).map(
    ([type, device, ids]): Check => ({
      ids,
      what: `${type} goes to its topic`,
      verify: (recording) => topicIs(recording, type, device),
    }),
  ),
];
