import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findMosquitto } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';
import { EdgeRig } from '../../support/edge-rig.ts';
import { PacketTap } from '../../support/packet-tap.ts';
import { TestHost } from '../../support/sparkplug-host.ts';
import { startAedes, startTestMosquitto, type TestBroker } from '../../support/test-brokers.ts';
import { until } from '../../support/until.ts';

/**
 * Sparkplug 3.0.0, edge node with a primary host (sections 5.4, 5.5 and 5.10). What the edge did, and in which order, is
 * read from the packets between it and the broker: a birth that may not come is one that came before the packet that
 * allows it.
 */
function primaryHost(startBroker: () => Promise<TestBroker>): void {
  let broker: TestBroker;
  let tap: PacketTap;
  let host: TestHost;
  let rig: EdgeRig | undefined;
  let folder: string;

  beforeEach(async () => {
    broker = await startBroker();
    tap = await PacketTap.start(broker.port);
    host = await TestHost.connect(broker.url);
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-host-'));
  });

  afterEach(async () => {
    await rig?.stop();
    await host.stop();
    await tap.stop();
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startEdge(): Promise<void> {
    const options = { urls: [tap.url], file: join(folder, 'outbox.sqlite'), epoch: 'A', primaryHost: 'gridwarden' };
    rig = await EdgeRig.start(options);
    rig.up('M-1');
    await rig.flush();
  }

  const subscribed = () => until('a subscription', () => tap.packets.some(({ packet }) => packet.cmd === 'suback'));
  const births = (count: number) => until(`birth ${count}`, () => host.of('NBIRTH').length >= count);
  const places = (type: string) =>
    tap.published().flatMap(({ topic, place }) => (topic.includes(`/${type}/`) ? [place] : []));
  /** Places at which a STATE with this timestamp reached the edge. */
  const statePlaces = (timestamp: number) =>
    tap.packets.flatMap(({ packet, from }, place) =>
      packet.cmd === 'publish' && from === 'broker' && packet.payload.toString().includes(`"timestamp":${timestamp}`)
        ? [place]
        : [],
    );

  async function bornAt(timestamp: number): Promise<void> {
    await startEdge();
    await subscribed();
    await host.state(true, timestamp);
    await births(1);
  }

  for (const id of [
    'tck-id-message-flow-edge-node-birth-publish-phid-wait',
    'tck-id-message-flow-edge-node-birth-publish-phid-wait-online',
    'tck-id-operational-behavior-edge-node-birth-sequence-wait',
  ]) {
    it(`${id}: births wait for STATE online of the primary host`, async () => {
      const now = Date.now();
      await host.state(false, now - 1000);
      await startEdge();
      await subscribed();
      await host.state(true, now);
      await births(1);
      expect(places('NBIRTH')[0]).toBeGreaterThan(statePlaces(now)[0] ?? Infinity);
    });
  }

  it('tck-id-message-flow-edge-node-birth-publish-phid-wait-id: another host that is online is not the primary host', async () => {
    const now = Date.now();
    await host.state(true, now - 500, 'gridwarden_2');
    await startEdge();
    await subscribed();
    await host.state(true, now - 400, 'other');
    await host.state(true, now);
    await births(1);
    expect(places('NBIRTH')[0]).toBeGreaterThan(statePlaces(now)[0] ?? Infinity);
  });

  it('tck-id-operational-behavior-primary-application-state-with-multiple-servers-state-subs: the edge subscribes to STATE of its primary host', async () => {
    await startEdge();
    await subscribed();
    const topics = tap.packets.flatMap(({ packet }) => (packet.cmd === 'subscribe' ? packet.subscriptions : []));
    expect(topics.map(({ topic, qos }) => [topic, qos])).toContainEqual(['spBv1.0/STATE/gridwarden', 1]);
  });

  it('tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp: an online STATE older than the newest seen is not believed, not even on a new connection', async () => {
    const now = Date.now();
    await bornAt(now - 2000);
    await host.state(false, now - 1000);
    await until('the end of the session', () => tap.connections > 1);
    await until('a second subscription', () => tap.packets.filter(({ packet }) => packet.cmd === 'suback').length > 1);
    await host.state(true, now - 1500);
    await host.state(true, now);
    await births(2);
    expect(places('NBIRTH')[1]).toBeGreaterThan(statePlaces(now)[0] ?? Infinity);
  });

  for (const id of [
    'tck-id-message-flow-edge-node-birth-publish-phid-offline',
    'tck-id-operational-behavior-edge-node-termination-host-offline',
  ]) {
    it(`${id}: STATE offline ends the session with NDEATH and DISCONNECT`, async () => {
      const now = Date.now();
      await bornAt(now - 1000);
      await host.state(false, now);
      await until('NDEATH', () => host.of('NDEATH').length > 0);
      const [offline = Infinity] = statePlaces(now);
      await until('DISCONNECT', () => tap.packets.some(({ packet }) => packet.cmd === 'disconnect'));
      const [death = 0] = places('NDEATH');
      const after = tap.packets
        .slice(death + 1)
        .flatMap(({ packet, from, connection }) => (from === 'client' && connection === 0 ? [packet.cmd] : []));
      expect(death).toBeGreaterThan(offline);
      expect(after.filter((command) => command !== 'puback')).toEqual(['disconnect']);
    });
  }

  it('an offline STATE as old as the newest seen counts, too', async () => {
    const now = Date.now();
    await bornAt(now);
    await host.state(false, now);
    await until('NDEATH', () => host.of('NDEATH').length > 0);
  });

  it('tck-id-operational-behavior-edge-node-termination-host-offline-reconnect: after that the edge connects again, and is born when the host returns', async () => {
    const now = Date.now();
    await bornAt(now - 1000);
    await host.state(false, now - 500);
    await until('a new connection', () => tap.connections > 1);
    await host.state(true, now);
    await births(2);
    expect(tap.connects()).toHaveLength(2);
  });

  it('tck-id-operational-behavior-edge-node-termination-host-offline-timestamp: an offline STATE older than the newest seen ends nothing', async () => {
    const now = Date.now();
    await bornAt(now);
    await host.state(false, now - 1);
    await host.rebirth();
    await births(2);
    expect(statePlaces(now - 1)).not.toEqual([]);
    expect(tap.connections).toBe(1);
    expect(host.of('NDEATH')).toEqual([]);
  });

  it('what is no STATE at all is ignored', async () => {
    await startEdge();
    await subscribed();
    for (const text of ['ONLINE', '{}', '{"online":"true","timestamp":1}', '{"online":true,"timestamp":"now"}', '']) {
      await host.client.publishAsync('spBv1.0/STATE/gridwarden', text, { qos: 1 });
    }
    const now = Date.now();
    await host.state(true, now);
    await births(1);
    expect(places('NBIRTH')[0]).toBeGreaterThan(statePlaces(now)[0] ?? Infinity);
  });
}

describe('an edge and its primary host on Aedes', () => primaryHost(startAedes));

describeWithPart('an edge and its primary host on Mosquitto', findMosquitto(), () => primaryHost(startTestMosquitto));
