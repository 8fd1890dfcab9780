import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import type { EmbeddedBroker } from '../../../server/broker/broker.ts';
import { startEmbeddedBroker } from '../../../server/broker/embedded.ts';
import { hashSecret } from '../../../server/broker/secret-hash.ts';
import type { EmbeddedBrokerConfig } from '../../../server/config.ts';
import { BROKER_DEFAULTS, IngestHarness } from '../../support/ingest-harness.ts';
import { until } from '../../support/until.ts';

const folder = mkdtempSync(join(tmpdir(), 'gridwarden-broker-'));
const running: { stop(): Promise<void> }[] = [];
const clients: MqttClient[] = [];
const sockets: Socket[] = [];
let metrics = new Metrics();

async function start(config: Partial<EmbeddedBrokerConfig> = {}): Promise<EmbeddedBroker> {
  metrics = new Metrics();
  const broker = await startEmbeddedBroker(
    { ...BROKER_DEFAULTS, ...config },
    { hostId: 'gridwarden', logger: silentLogger(), metrics },
  );
  running.push(broker);
  return broker;
}

function open(broker: EmbeddedBroker, options: IClientOptions = {}): MqttClient {
  const client = mqtt.connect(`mqtt://127.0.0.1:${broker.address.port}`, {
    protocolVersion: 4,
    reconnectPeriod: 0,
    ...options,
  });
  client.on('error', () => {});
  clients.push(client);
  return client;
}

async function connected(broker: EmbeddedBroker, options: IClientOptions = {}): Promise<MqttClient> {
  const client = open(broker, options);
  await until('connected', () => client.connected);
  return client;
}

async function refused(reason: string): Promise<number> {
  const text = await metrics.text();
  return Number(new RegExp(`broker_refused_total\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1]);
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.end(true);
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const broker of running.splice(0)) await broker.stop();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('on loopback without identities', () => {
  test('delivers what is published, retains STATE, and lets a foreign host command', async () => {
    const broker = await start();
    const will = {
      topic: 'spBv1.0/STATE/scada',
      payload: Buffer.from('{"online":false,"timestamp":1}'),
      qos: 1,
      retain: true,
    } as const;
    const host = await connected(broker, { will });
    const node = await connected(broker);
    const got: string[] = [];
    node.on('message', (topic, payload, packet) => got.push(`${topic} ${payload} ${packet.retain}`));
    await host.publishAsync('spBv1.0/STATE/scada', '{"online":true,"timestamp":1}', { qos: 1, retain: true });
    await node.subscribeAsync(['spBv1.0/STATE/scada', 'spBv1.0/east/NCMD/agent-1']);
    await until('the retained STATE', () => got.length === 1);
    await host.publishAsync('spBv1.0/east/NCMD/agent-1', 'command');
    await until('the command', () => got.length === 2);
    expect(got).toEqual([
      'spBv1.0/STATE/scada {"online":true,"timestamp":1} true',
      'spBv1.0/east/NCMD/agent-1 command false',
    ]);
    host.stream.destroy();
    await until('the will', () => got.length === 3);
    expect(got[2]).toBe('spBv1.0/STATE/scada {"online":false,"timestamp":1} false');
  });

  test.each([['spBv1.0/east/NCMD/agent-1'], ['spBv1.0/STATE/gridwarden']])(
    'closes a client that publishes on %s, and counts it',
    async (topic) => {
      const broker = await start();
      const client = await connected(broker);
      client.publish(topic, 'x');
      await until('closed', () => !client.connected);
      expect(await refused('publish')).toBe(1);
    },
  );

  test('refuses a will in the name of the server', async () => {
    const broker = await start();
    const will = { topic: 'spBv1.0/STATE/gridwarden', payload: Buffer.from('x'), qos: 1, retain: true } as const;
    const client = open(broker, { will });
    let closed = false;
    client.on('close', () => {
      closed = true;
    });
    await until('closed', () => closed);
    expect(await refused('will')).toBe(1);
  });

  test('takes the server for itself only by its secret', async () => {
    const broker = await start();
    const { username = '', password = '' } = broker.hostClient;
    const impostor = open(broker, { username, password: 'guess' });
    let error: unknown;
    impostor.on('error', (cause) => (error = cause));
    await until('refused', () => error !== undefined);
    const server = await connected(broker, { username, password });
    await server.publishAsync('spBv1.0/STATE/gridwarden', 'x', { qos: 1 });
    expect(server.connected).toBe(true);
    expect(await refused('credentials')).toBe(1);
  });

  test('refuses shared subscriptions instead of accepting and ignoring them', async () => {
    const broker = await start();
    const client = await connected(broker);
    await expect(client.subscribeAsync('$share/group/spBv1.0/#')).rejects.toThrow();
    expect(await refused('shared_subscription')).toBe(1);
  });

  test('closes a connection that sends a packet above the limit, at its header', async () => {
    const broker = await start({ maxPacketBytes: '10kB' });
    const client = await connected(broker);
    client.publish('spBv1.0/east/DDATA/agent-1/M-1', Buffer.alloc(10_500));
    await until('closed', () => !client.connected);
    expect(await refused('packet_too_large')).toBe(1);
    const other = await connected(broker);
    await other.publishAsync('spBv1.0/east/DDATA/agent-1/M-1', Buffer.alloc(9000), { qos: 1 });
    expect(other.connected).toBe(true);
  });

  test('refuses connections above the limit and goes on with the others', async () => {
    const broker = await start({ maxConnections: 2 });
    const first = await connected(broker);
    await connected(broker);
    const third = open(broker);
    let closed = false;
    third.on('close', () => (closed = true));
    await until('the third is closed', () => closed);
    expect(await refused('too_many_connections')).toBe(1);
    await first.endAsync();
    await until('there is room', () => broker.connections() === 1);
    await connected(broker);
  });

  test('keeps no session: what is published while a client is away does not wait for it', async () => {
    const broker = await start();
    const away = await connected(broker, { clean: false, clientId: 'away' });
    await away.subscribeAsync('spBv1.0/#', { qos: 1 });
    await away.endAsync();
    const other = await connected(broker);
    await other.publishAsync('spBv1.0/east/DDATA/agent-1/M-1', 'missed', { qos: 1 });
    const got: string[] = [];
    const back = open(broker, { clean: false, clientId: 'away' });
    back.on('message', (_topic, payload) => got.push(payload.toString()));
    await until('connected', () => back.connected);
    await back.subscribeAsync('marker', { qos: 1 });
    await other.publishAsync('marker', 'seen', { qos: 1 });
    await until('the marker', () => got.includes('seen'));
    expect(got).toEqual(['seen']);
  });

  test('cuts off a reader that does not read, and nobody waits for it', async () => {
    const broker = await start({ maxQueuedBytes: '1MiB' });
    const reader = await connected(broker);
    await reader.subscribeAsync('spBv1.0/#');
    reader.stream.pause();
    const publisher = await connected(broker);
    const good: number[] = [];
    const listener = await connected(broker);
    listener.on('message', (_topic, payload) => good.push(payload.length));
    await listener.subscribeAsync('spBv1.0/#');
    for (let round = 0; round < 300; round++)
      await publisher.publishAsync('spBv1.0/east/DDATA/agent-1/M-1', Buffer.alloc(50_000), { qos: 1 });
    await until('the other has all', () => good.length === 300);
    await until('cut off', () => broker.connections() === 2);
    expect(await refused('slow_reader')).toBe(1);
  });

  test('garbage instead of MQTT closes that connection and is counted', async () => {
    const broker = await start();
    const socket = connectTcp(broker.address.port, '127.0.0.1');
    sockets.push(socket);
    let closed = false;
    socket.on('close', () => (closed = true));
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\n\r\n');
    await until('closed', () => closed);
    expect((await refused('malformed')) + (await refused('packet_too_large'))).toBe(1);
  });

  test('hands the server its messages within the process, in order, and everyone else theirs by connection', async () => {
    const broker = await start();
    const { username = '', password = '' } = broker.hostClient;
    const direct: string[] = [];
    broker.hostClient.direct((topic, payload, isRetained) => direct.push(`${topic} ${payload} ${isRetained}`));
    const server = await connected(broker, { username, password });
    const byConnection: string[] = [];
    server.on('message', (topic) => byConnection.push(topic));
    await server.subscribeAsync(['spBv1.0/#', 'spBv1.0/STATE/gridwarden'], { qos: 1 });
    const other = await connected(broker);
    const others: string[] = [];
    other.on('message', (topic) => others.push(topic));
    await other.subscribeAsync('spBv1.0/#');
    const publisher = await connected(broker);
    for (let n = 0; n < 50; n++) publisher.publish('spBv1.0/east/DDATA/a/b', String(n));
    await publisher.publishAsync('spBv1.0/east/NBIRTH/a', 'last', { qos: 1 });
    await server.publishAsync('spBv1.0/STATE/gridwarden', 'own', { qos: 1 });
    await until('the other has all', () => others.length === 52);
    await until('its own STATE', () => byConnection.length > 0);
    expect(direct).toEqual([
      ...Array.from({ length: 50 }, (_, n) => `spBv1.0/east/DDATA/a/b ${n} false`),
      'spBv1.0/east/NBIRTH/a last false',
    ]);
    expect(new Set(byConnection)).toEqual(new Set(['spBv1.0/STATE/gridwarden']));
  });

  test('a port that is taken is one clear line', async () => {
    const broker = await start();
    const again = start({ listen: `127.0.0.1:${broker.address.port}` });
    await expect(again).rejects.toMatchObject({
      code: 'PORT_TAKEN',
      message: expect.stringMatching(/^.*127\.0\.0\.1:\d+.*$/),
    });
  });

  test('stops although a connection never said a word', async () => {
    const broker = await start();
    const socket = connectTcp(broker.address.port, '127.0.0.1');
    sockets.push(socket);
    await until('connected', () => socket.readyState === 'open');
    await broker.stop();
    running.length = 0;
  });
});

describe('with identities and TLS', () => {
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const users = join(folder, 'users.yaml');

  beforeAll(async () => {
    const subject = ['-subj', '/CN=broker.example', '-days', '2', '-nodes'];
    const names = ['-addext', 'subjectAltName=DNS:broker.example,IP:127.0.0.1'];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', cert, ...subject, ...names];
    execFileSync('openssl', request, { stdio: 'ignore' });
    const hash = async (secret: string) => hashSecret(secret, Buffer.from('salt'), { N: 16, r: 1, p: 1 });
    const lines = [
      `  - { name: agent-1, role: agent, nodes: [east/agent-1], hash: '${await hash('one')}' }`,
      `  - { name: eyes, role: reader, hash: '${await hash('two')}' }`,
      `  - { name: scada, role: host, hash: '${await hash('three')}' }`,
    ];
    writeFileSync(users, `identities:\n${lines.join('\n')}\n`);
  });

  test('off loopback it needs both, and says which is missing', async () => {
    await expect(start({ listen: '0.0.0.0:0' })).rejects.toMatchObject({
      code: 'LISTEN_REFUSED',
      message: expect.stringContaining('users, certFile and keyFile'),
    });
    await expect(start({ listen: '0.0.0.0:0', users })).rejects.toMatchObject({ code: 'LISTEN_REFUSED' });
  });

  test('off loopback with both it listens; agents are let in by secret and kept to their topics', async () => {
    const broker = await start({ listen: '0.0.0.0:0', users, certFile: cert, keyFile: key });
    const tls = { protocol: 'mqtts', rejectUnauthorized: false } as const;
    const wrong = open(broker, { ...tls, username: 'agent-1', password: 'no' });
    let error: unknown;
    wrong.on('error', (cause) => (error = cause));
    await until('refused', () => error !== undefined);
    const nobody = open(broker, tls);
    let closed = false;
    nobody.on('close', () => (closed = true));
    await until('refused', () => closed);
    const agent = await connected(broker, { ...tls, username: 'agent-1', password: 'one' });
    await agent.publishAsync('spBv1.0/east/NBIRTH/agent-1', 'x', { qos: 1 });
    await expect(agent.subscribeAsync('spBv1.0/#')).rejects.toThrow();
    agent.publish('spBv1.0/east/NBIRTH/agent-2', 'x');
    await until('closed', () => !agent.connected);
    expect(await refused('credentials')).toBe(2);
    expect(await refused('publish')).toBe(1);
  });

  test('a host application with an identity is online over TLS, by password file and certificate', async () => {
    const broker = await start({ users, certFile: cert, keyFile: key });
    const passwordFile = join(folder, 'password');
    writeFileSync(passwordFile, 'three\n');
    const urls = [`mqtts://127.0.0.1:${broker.address.port}`];
    const login = { urls, username: 'scada', passwordFile, caFile: cert };
    const harness = await IngestHarness.start({ hostId: 'scada', broker: login });
    expect(harness.host.broker()).toEqual({ ok: true, reason: `connected to ${urls[0]}` });
    await harness.stop();
    expect(await refused('publish')).toBe(0);
  });

  test('a secret is hashed by the command line', () => {
    const script = join(import.meta.dirname, '../../../server/broker/hash.ts');
    const hash = execFileSync(process.execPath, [script], { input: 'a secret\n', encoding: 'utf8' });
    expect(hash).toMatch(/^scrypt\$16384\$8\$1\$[\w-]{22}\$[\w-]{43}\n$/);
  });

  test('the server reaches its own broker beside TLS', async () => {
    const broker = await start({ users, certFile: cert, keyFile: key });
    const { urls, username = '', password = '' } = broker.hostClient;
    const client = mqtt.connect(urls[0] ?? '', { username, password, protocolVersion: 4, reconnectPeriod: 0 });
    clients.push(client);
    await until('connected', () => client.connected);
  });
});
