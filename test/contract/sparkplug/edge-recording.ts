import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IConnectPacket, ISubscribePacket } from 'mqtt-packet';
import { decodePayload, type Payload } from '../../../edge/protocol/payload.ts';
import { EdgeRig } from '../../support/edge-rig.ts';
import { PacketTap, type PassedPacket } from '../../support/packet-tap.ts';
import { TestHost } from '../../support/sparkplug-host.ts';
import type { TestBroker } from '../../support/test-brokers.ts';
import { until } from '../../support/until.ts';

export const GROUP = 'east 区';
export const NODE = 'agent·1';
export const DEVICES = ['M-1', 'M-2'] as const;
const READS = 300;

/** A message that the edge published, as it was on the wire. */
export interface SentMessage {
  readonly topic: string;
  readonly type: string;
  readonly device: string | undefined;
  readonly qos: number;
  readonly retain: boolean;
  readonly payload: Payload;
  readonly bytes: Buffer;
  readonly connection: number;
  /** Place among all packets of both directions. */
  readonly place: number;
  readonly atMs: number;
}

/** A whole life of an edge: start, data, rebirth, a dead device, a cut connection, an orderly end. */
export interface Recording {
  readonly packets: readonly PassedPacket[];
  readonly sent: readonly SentMessage[];
  readonly connects: readonly IConnectPacket[];
  readonly subscribes: readonly ISubscribePacket[];
  readonly mostOpen: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** The decoded payload; a test of payloads fails here when one cannot be decoded. */
export function decoded(bytes: Uint8Array): Payload {
  const result = decodePayload(bytes);
  if ('malformed' in result) throw new Error(result.malformed);
  return result.payload;
}

export async function recordEdge(broker: TestBroker, mqttVersion: '3.1.1' | 5): Promise<Recording> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-edge-'));
  const startMs = Date.now();
  const tap = await PacketTap.start(broker.port, mqttVersion === 5 ? 5 : 4);
  const host = await TestHost.connect(broker.url, { group: GROUP, node: NODE });
  try {
    const ids = { group: GROUP, node: NODE, primaryHost: host.id, mqttVersion };
    const rig = await EdgeRig.start({ urls: [tap.url], file: join(folder, 'outbox.sqlite'), epoch: 'A', ...ids });
    await live(rig, host, tap);
    await rig.stop();
    await until('the goodbye', () => tap.open === 0);
  } finally {
    await host.stop();
    await tap.stop();
    rmSync(folder, { recursive: true, force: true });
  }
  return recordingOf(tap, startMs);
}

async function live(rig: EdgeRig, host: TestHost, tap: PacketTap): Promise<void> {
  for (const device of DEVICES) {
    rig.up(device, `serial of ${device}`);
    rig.read(device, [230.5, 4.25, 1.5, 3]);
    rig.read(device, [1000.1]);
  }
  await rig.flush();
  await until('the subscription', () => tap.packets.some(({ packet }) => packet.cmd === 'suback'));
  await host.state(true);
  await until('births of both devices', () => DEVICES.every((device) => host.of('DBIRTH', device).length > 0));
  for (let read = 0; read < READS; read++) {
    rig.read('M-1', [230 + read / 10, 4.25, read % 7 === 0 ? 'not_available' : 1.5, 3]);
    if (read % 40 === 0) await rig.flush();
  }
  rig.read('M-2', ['exception', 4.5, 1.25, 1]);
  await rig.flush();
  await until('every record', () => host.records.length > READS);
  await until('node data', () => host.of('NDATA').length > 0);
  await host.rebirth();
  await until('births again', () => DEVICES.every((device) => host.of('DBIRTH', device).length > 1));
  await host.command([{ name: 'active_power', datatype: 10, doubleValue: 1 }], { device: 'M-1', qos: 1 });
  await host.command([{ name: 'Properties/Version', datatype: 12, stringValue: '9' }]);
  rig.read('M-2', ['silent', 'silent', 'silent', 'silent']);
  rig.down('M-2');
  await rig.flush();
  await until('the death of a device', () => host.of('DDEATH', 'M-2').length > 0);
  tap.cut();
  await until('the will', () => host.of('NDEATH').length > 0);
  await until('births of the second session', () => host.of('DBIRTH', 'M-1').length > 2);
  rig.read('M-1', [231, 4, 1, 3]);
  await rig.flush();
  const before = host.records.length;
  await until('data of the second session', () => host.records.length >= before);
}

function recordingOf(tap: PacketTap, startMs: number): Recording {
  const packets = tap.packets;
  const sent = packets.flatMap(({ packet, from, connection, atMs }, place): SentMessage[] => {
    if (packet.cmd !== 'publish' || from !== 'client') return [];
    const bytes = Buffer.from(packet.payload);
    const [, , type = '', , device] = packet.topic.split('/');
    const { topic, qos, retain } = packet;
    return [{ topic, type, device, qos, retain, payload: decoded(bytes), bytes, connection, place, atMs }];
  });
  return {
    packets,
    sent,
    connects: tap.connects(),
    subscribes: packets.flatMap(({ packet }) => (packet.cmd === 'subscribe' ? [packet] : [])),
    mostOpen: tap.mostOpen,
    startMs,
    endMs: Date.now(),
  };
}
