import { beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { startEmbeddedBroker } from '../../../server/broker/embedded.ts';
import { findMosquitto } from '../../parts/find.ts';
import { startMosquitto } from '../../parts/mosquitto.ts';
import { describeWithPart } from '../../parts/require.ts';
import { BROKER_DEFAULTS, IngestHarness } from '../../support/ingest-harness.ts';
import { MqttTap, PACKET, type TappedPublish, type TappedSession } from '../../support/mqtt-tap.ts';
import { TestNode } from '../../support/sparkplug-node.ts';
import { until } from '../../support/until.ts';

/**
 * Sparkplug 3.0.0, host application: session, STATE and termination (sections 4.2.3, 5.3, 5.13, 5.14, 6.4.27). Each test
 * is named for one normative statement and holds for every packet of every session that the tap has noted: a start, a
 * broken connection with a new one after it, a false word about the host, and an intentional end.
 */
const HOST_ID = 'free host-id 5';
const STATE = `spBv1.0/STATE/${HOST_ID}`;

interface Broker {
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  stop(): Promise<void>;
}

async function embedded(): Promise<Broker> {
  const deps = { hostId: HOST_ID, logger: silentLogger(), metrics: new Metrics() };
  const broker = await startEmbeddedBroker(BROKER_DEFAULTS, deps);
  const { username = '', password = '' } = broker.hostClient;
  return { port: broker.address.port, username, password, stop: () => broker.stop() };
}

async function mosquitto(): Promise<Broker> {
  const broker = await startMosquitto();
  return { port: broker.port, stop: () => broker.stop() };
}

interface Recording {
  readonly sessions: readonly TappedSession[];
  /** Sessions of a second broker of the same host. */
  readonly second: readonly TappedSession[];
  /** When the host was told to stop, and when it had. */
  readonly stopMs: number;
  readonly stoppedMs: number;
  /** STATE as a client saw it that subscribed after the end. */
  readonly retainedAfter: string;
  readonly startMs: number;
}

async function watchState(broker: Broker): Promise<string> {
  const credentials =
    broker.username === undefined ? {} : { username: broker.username, password: broker.password ?? '' };
  const watcher = await TestNode.connect(`mqtt://127.0.0.1:${broker.port}`, {
    node: 'watcher',
    client: { ...credentials },
  });
  let seen = '';
  watcher.client.on('message', (topic, payload) => {
    if (topic === STATE) seen = payload.toString();
  });
  await watcher.client.subscribeAsync(STATE, { qos: 1 });
  await until('the retained STATE', () => seen !== '');
  await watcher.end();
  return seen;
}

/** Someone with the right to it says that the host is offline, as a late will of its own former session does. */
async function sayOffline(broker: Broker): Promise<void> {
  const credentials =
    broker.username === undefined ? {} : { username: broker.username, password: broker.password ?? '' };
  const other = await TestNode.connect(`mqtt://127.0.0.1:${broker.port}`, { node: 'liar', client: { ...credentials } });
  await other.client.publishAsync(STATE, JSON.stringify({ online: false, timestamp: Date.now() }), {
    qos: 1,
    retain: true,
  });
  await other.end();
}

async function record(start: () => Promise<Broker>): Promise<Recording> {
  const [broker, secondBroker] = [await start(), await start()];
  const [tap, secondTap] = [await MqttTap.start(broker.port), await MqttTap.start(secondBroker.port)];
  const startMs = Date.now();
  const login = broker.username === undefined ? {} : { username: broker.username, password: broker.password ?? '' };
  const harness = await IngestHarness.start({ hostId: HOST_ID, broker: { urls: [tap.url], ...login } });
  await until('its birth', () => births(tap.sessions[0]).length === 1);
  tap.sessions[0]?.drop();
  await until('connected again', () => tap.sessions.length === 2 && births(tap.sessions[1]).length >= 1);
  await sayOffline(broker);
  await until('said online again', () => births(tap.sessions[1]).length >= 2);
  const stopMs = Date.now();
  await harness.stop();
  const stoppedMs = Date.now();
  const retainedAfter = await watchState(broker);
  await recordSecond(secondTap, broker, secondBroker, tap);
  for (const part of [tap, secondTap, broker, secondBroker]) await part.stop();
  return { sessions: tap.sessions.slice(0, 2), second: secondTap.sessions, stopMs, stoppedMs, retainedAfter, startMs };
}

/** A host with two brokers, without credentials where there are none; with them it is only asked of brokers that need none. */
async function recordSecond(secondTap: MqttTap, first: Broker, second: Broker, tap: MqttTap): Promise<void> {
  const login = second.username === undefined ? {} : { username: second.username, password: second.password ?? '' };
  const urls = first.username === undefined ? [tap.url, secondTap.url] : [secondTap.url];
  const harness = await IngestHarness.start({ hostId: HOST_ID, broker: { urls, ...login } });
  await until('its birth at the second', () => births(secondTap.sessions[0]).length === 1);
  await harness.stop();
}

function states(session: TappedSession | undefined): TappedPublish[] {
  return session?.publishes.filter(({ topic }) => topic.includes('STATE')) ?? [];
}

function content(payload: Buffer): { online: unknown; timestamp: unknown } {
  const value: unknown = JSON.parse(payload.toString('utf8'));
  if (typeof value !== 'object' || value === null) throw new Error('not an object');
  const { online, timestamp } = value as Record<string, unknown>;
  return { online, timestamp };
}

function births(session: TappedSession | undefined): TappedPublish[] {
  return states(session).filter(({ payload }) => content(payload).online === true);
}

function deaths(session: TappedSession | undefined): TappedPublish[] {
  return states(session).filter(({ payload }) => content(payload).online === false);
}

function willOf(session: TappedSession) {
  const { will } = session.connect;
  if (!will) throw new Error('no will');
  return will;
}

function isState(payload: Buffer, online: boolean): void {
  expect(content(payload)).toEqual({ online, timestamp: expect.any(Number) });
  expect(Number.isInteger(content(payload).timestamp)).toBe(true);
  expect(Buffer.from(payload.toString('utf8'))).toEqual(Buffer.from(payload));
}

function define(start: () => Promise<Broker>): void {
  let recording: Recording;

  beforeAll(async () => {
    recording = await record(start);
  });

  function eachSession(check: (session: TappedSession) => void): void {
    expect(recording.sessions.length).toBe(2);
    for (const session of [...recording.sessions, ...recording.second]) check(session);
  }

  const eachBirth = (check: (birth: TappedPublish, session: TappedSession) => void) =>
    eachSession((session) => {
      expect(births(session).length).toBeGreaterThan(0);
      for (const birth of births(session)) check(birth, session);
    });
  const eachWill = (check: (will: ReturnType<typeof willOf>, session: TappedSession) => void) =>
    eachSession((session) => check(willOf(session), session));
  const eachDeath = (check: (death: TappedPublish) => void) => {
    const all = recording.sessions.flatMap(deaths);
    expect(all.length).toBe(1);
    for (const death of all) check(death);
  };
  const statements: Record<string, () => void> = {
    'intro-sparkplug-host-state': () => {
      eachBirth(({ topic }) => expect(topic).toBe(STATE));
      eachDeath(({ topic }) => expect(topic).toBe(STATE));
    },
    'components-ph-state': () => {
      eachBirth(({ payload }) => isState(payload, true));
      expect(JSON.parse(recording.retainedAfter)).toMatchObject({ online: false });
    },
    'conformance-primary-host': () => {
      eachBirth(({ payload }) => isState(payload, true));
      eachDeath(({ payload }) => isState(payload, false));
    },
    'principles-birth-certificates-order': () => firstPublishIsBirth(eachSession),
    'host-topic-phid-birth-message': () => firstPublishIsBirth(eachSession),
    'host-topic-phid-birth-qos': () => eachBirth(({ qos }) => expect(qos).toBe(1)),
    'host-topic-phid-birth-retain': () => eachBirth(({ retain }) => expect(retain).toBe(true)),
    'host-topic-phid-birth-topic': () => eachBirth(({ topic }) => expect(topic).toBe(STATE)),
    'host-topic-phid-birth-sub-required': () =>
      eachSession((session) => {
        expect(session.packets[1]?.type).toBe(PACKET.subscribe);
        expect(session.subscriptions).toEqual(['spBv1.0/#', STATE]);
      }),
    'host-topic-phid-birth-required': () =>
      eachSession((session) => {
        const subscribed = session.indexOf(PACKET.subscribe);
        const published = session.indexOf(PACKET.publish);
        expect(published).toBe(subscribed + 1);
        expect(births(session)[0]).toEqual(session.publishes[0]);
      }),
    'host-topic-phid-birth-payload': () => eachBirth(({ payload }) => isState(payload, true)),
    'host-topic-phid-birth-payload-timestamp': () => timestampOfWill(eachBirth),
    'host-topic-phid-death-qos': () => {
      eachWill(({ qos }) => expect(qos).toBe(1));
      eachDeath(({ qos }) => expect(qos).toBe(1));
    },
    'host-topic-phid-death-retain': () => {
      eachWill(({ retain }) => expect(retain).toBe(true));
      eachDeath(({ retain }) => expect(retain).toBe(true));
    },
    'host-topic-phid-death-topic': () => {
      eachWill(({ topic }) => expect(topic).toBe(STATE));
      eachDeath(({ topic }) => expect(topic).toBe(STATE));
    },
    'host-topic-phid-death-required': () => eachWill((will) => expect(will).toBeDefined()),
    'host-topic-phid-death-payload': () => {
      eachWill(({ payload }) => isState(payload, false));
      eachDeath(({ payload }) => isState(payload, false));
    },
    'host-topic-phid-death-payload-timestamp-connect': () =>
      eachWill(({ payload }, session) => {
        const timestamp = Number(content(payload).timestamp);
        expect(timestamp).toBeLessThanOrEqual(session.connect.atMs);
        expect(timestamp).toBeGreaterThan(session.connect.atMs - 5000);
      }),
    'host-topic-phid-death-payload-timestamp-disconnect-clean': () =>
      eachDeath(({ payload }) => {
        const timestamp = Number(content(payload).timestamp);
        expect(timestamp).toBeGreaterThanOrEqual(recording.stopMs);
        expect(timestamp).toBeLessThanOrEqual(recording.stoppedMs);
      }),
    'message-flow-phid-sparkplug-clean-session-311': () =>
      eachSession(({ connect }) => {
        expect(connect.level).toBe(4);
        expect(connect.cleanSession).toBe(true);
      }),
    'message-flow-phid-sparkplug-subscription': () =>
      eachSession((session) => {
        expect(session.indexOf(PACKET.connect)).toBe(0);
        expect(session.indexOf(PACKET.subscribe)).toBe(1);
        expect(session.subscriptions).toEqual(['spBv1.0/#', STATE]);
      }),
    'message-flow-phid-sparkplug-state-publish': () => firstPublishIsBirth(eachSession),
    'message-flow-phid-sparkplug-state-publish-payload': () => eachBirth(({ payload }) => isState(payload, true)),
    'message-flow-phid-sparkplug-state-publish-payload-timestamp': () => timestampOfWill(eachBirth),
    'message-flow-hid-sparkplug-state-message-delivered': () => {
      const session = recording.sessions[1];
      if (!session) throw new Error('no second session');
      // Nothing but the birth, word for word, until the intentional end.
      const [first, ...others] = session.publishes.slice(0, -1);
      expect(others.length).toBeGreaterThan(0);
      for (const other of others) expect({ ...other, atMs: 0 }).toEqual({ ...first, atMs: 0 });
      expect(session.publishes.at(-1)).toEqual(deaths(session)[0]);
    },
    'operational-behavior-primary-application-state-with-multiple-servers-state': () => {
      expect(recording.second.length).toBe(1);
      firstPublishIsBirth(eachSession);
    },
    'operational-behavior-host-application-host-id': () =>
      eachBirth(({ topic }) => expect(topic.split('/')[2]).toBe(HOST_ID)),
    'operational-behavior-host-application-connect-will': () => eachWill((will) => expect(will).toBeDefined()),
    'operational-behavior-host-application-connect-will-topic': () =>
      eachWill(({ topic }) => expect(topic).toBe(STATE)),
    'operational-behavior-host-application-connect-will-payload': () =>
      eachWill(({ payload }) => isState(payload, false)),
    'operational-behavior-host-application-connect-will-qos': () => eachWill(({ qos }) => expect(qos).toBe(1)),
    'operational-behavior-host-application-connect-will-retained': () =>
      eachWill(({ retain }) => expect(retain).toBe(true)),
    'operational-behavior-host-application-connect-birth': () => firstPublishIsBirth(eachSession),
    'operational-behavior-host-application-connect-birth-topic': () =>
      eachBirth(({ topic }) => expect(topic).toBe(STATE)),
    'operational-behavior-host-application-connect-birth-payload': () =>
      eachBirth(({ payload }) => isState(payload, true)),
    'operational-behavior-host-application-connect-birth-qos': () => eachBirth(({ qos }) => expect(qos).toBe(1)),
    'operational-behavior-host-application-connect-birth-retained': () =>
      eachBirth(({ retain }) => expect(retain).toBe(true)),
    'operational-behavior-host-application-multi-server-timestamp': () => timestampOfWill(eachBirth),
    'operational-behavior-host-application-termination': () => {
      const session = recording.sessions[1];
      expect(session?.publishes.at(-1)).toEqual(deaths(session)[0]);
    },
    'operational-behavior-host-application-death-topic': () => eachDeath(({ topic }) => expect(topic).toBe(STATE)),
    'operational-behavior-host-application-death-payload': () => eachDeath(({ payload }) => isState(payload, false)),
    'operational-behavior-host-application-death-qos': () => eachDeath(({ qos }) => expect(qos).toBe(1)),
    'operational-behavior-host-application-death-retained': () => eachDeath(({ retain }) => expect(retain).toBe(true)),
    'operational-behavior-host-application-disconnect-intentional': () => {
      const session = recording.sessions[1];
      // The client acknowledges the echo of its own death in between; that is no message of its own.
      const sent = session?.packets.map(({ type }) => type).filter((type) => type !== PACKET.puback);
      expect(sent?.slice(-2)).toEqual([PACKET.publish, PACKET.disconnect]);
    },
    'payloads-state-will-message': () => eachWill(({ topic }) => expect(topic).toBe(STATE)),
    'payloads-state-will-message-qos': () => eachWill(({ qos }) => expect(qos).toBe(1)),
    'payloads-state-will-message-retain': () => eachWill(({ retain }) => expect(retain).toBe(true)),
    'payloads-state-will-message-payload': () => eachWill(({ payload }) => isState(payload, false)),
    'payloads-state-subscribe': () => eachSession(({ subscriptions }) => expect(subscriptions).toContain(STATE)),
    'payloads-state-birth': () =>
      eachBirth((birth) => expect({ ...birth }).toMatchObject({ topic: STATE, qos: 1, retain: true })),
    'payloads-state-birth-payload': () => eachBirth(({ payload }) => isState(payload, true)),
  };

  test.each(Object.keys(statements))('tck-id-%s', (id) => statements[id]?.());
}

function firstPublishIsBirth(eachSession: (check: (session: TappedSession) => void) => void): void {
  eachSession((session) => {
    const [first] = session.publishes;
    expect(first).toBeDefined();
    expect(first?.topic).toBe(STATE);
    if (first) isState(first.payload, true);
  });
}

function timestampOfWill(eachBirth: (check: (birth: TappedPublish, session: TappedSession) => void) => void): void {
  eachBirth(({ payload }, session) =>
    expect(content(payload).timestamp).toBe(content(willOf(session).payload).timestamp),
  );
}

describe('the host application at the embedded broker', () => define(embedded));
describeWithPart('Mosquitto', findMosquitto(), () =>
  describe('the host application at Mosquitto', () => define(mosquitto)),
);
