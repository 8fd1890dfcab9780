import { beforeAll, describe, it } from 'vitest';
import { findMosquitto } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';
import { startAedes, startTestMosquitto, type TestBroker } from '../../support/test-brokers.ts';
import { DELIVERY_CHECKS } from './edge-checks/delivery.ts';
import { METRICS_CHECKS } from './edge-checks/metrics.ts';
import type { Check } from './edge-checks/observe.ts';
import { SESSION_CHECKS } from './edge-checks/session.ts';
import { TOPICS_CHECKS } from './edge-checks/topics.ts';
import { CHECKS_50, CHECKS_311 } from './edge-checks/versions.ts';
import { type Recording, recordEdge } from './edge-recording.ts';

const CHECKS = [...TOPICS_CHECKS, ...DELIVERY_CHECKS, ...METRICS_CHECKS, ...SESSION_CHECKS];

/**
 * Sparkplug 3.0.0, edge node. One life of an edge is recorded packet by packet on each broker and version of MQTT; each
 * test is named for one normative statement (its identifier in the specification) and looks at the whole recording.
 */
function conformance(start: () => Promise<TestBroker>, mqttVersion: '3.1.1' | 5, checks: readonly Check[]): void {
  let recording: Recording;
  beforeAll(async () => {
    const broker = await start();
    recording = await recordEdge(broker, mqttVersion).finally(() => broker.stop());
  });
  for (const { ids, what, verify } of checks) for (const id of ids) it(`${id}: ${what}`, () => verify(recording));
}

describe('an edge on Aedes, MQTT 3.1.1', () => conformance(startAedes, '3.1.1', [...CHECKS, ...CHECKS_311]));

describeWithPart('an edge on Mosquitto, MQTT 3.1.1', findMosquitto(), () =>
  conformance(startTestMosquitto, '3.1.1', [...CHECKS, ...CHECKS_311]),
);

describeWithPart('an edge on Mosquitto, MQTT 5', findMosquitto(), () =>
  conformance(startTestMosquitto, 5, [...CHECKS, ...CHECKS_50]),
);
