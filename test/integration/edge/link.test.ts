import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Link, mqttLinks } from '../../../edge/node/link.ts';
import { systemProcessClock } from '../../../edge/platform/clock.ts';
import type { BrokerClientConfig } from '../../../edge/platform/common-config.ts';
import { findMosquitto } from '../../parts/find.ts';
import { type MosquittoBroker, startMosquitto } from '../../parts/mosquitto.ts';
import { describeWithPart } from '../../parts/require.ts';
import { startAedes } from '../../support/test-brokers.ts';
import { until } from '../../support/until.ts';

const WILL = { topic: 'spBv1.0/east/NDEATH/agent-1', payload: Uint8Array.of(1) };

interface Opened {
  readonly link: Link;
  readonly closed: string[];
  readonly heard: string[];
}

async function open(url: string, config: Partial<BrokerClientConfig> = {}): Promise<Opened> {
  const closed: string[] = [];
  const heard: string[] = [];
  const openLink = mqttLinks({ urls: [url], ...config }, systemProcessClock());
  const link = await openLink(url, `test-${process.pid}`, WILL, {
    message: (topic) => heard.push(topic),
    closed: (reason) => closed.push(reason),
    connectSent: () => {},
  });
  onTestFinished(() => link.destroy());
  return { link, closed, heard };
}

describeWithPart('a connection to Mosquitto with TLS, passwords and client certificates', findMosquitto(), () => {
  let folder: string;
  let broker: MosquittoBroker;
  let url: string;
  let files: Pick<BrokerClientConfig, 'caFile' | 'certFile' | 'keyFile'>;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-tls-'));
    const at = (name: string) => join(folder, name);
    const subject = ['-subj', '/CN=127.0.0.1', '-days', '2', '-nodes', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const request = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-keyout',
      at('key.pem'),
      '-out',
      at('cert.pem'),
      ...subject,
    ];
    execFileSync('openssl', request, { stdio: 'ignore' });
    execFileSync('mosquitto_passwd', ['-c', '-b', at('passwords'), 'agent-1', 'right'], { stdio: 'ignore' });
    writeFileSync(at('password'), 'right\n');
    const tls = [`cafile ${at('cert.pem')}`, `certfile ${at('cert.pem')}`, `keyfile ${at('key.pem')}`];
    const config = [...tls, 'require_certificate true', 'allow_anonymous false', `password_file ${at('passwords')}`];
    broker = await startMosquitto({ config });
    url = broker.url.replace('mqtt:', 'mqtts:');
    files = { caFile: at('cert.pem'), certFile: at('cert.pem'), keyFile: at('key.pem') };
  });

  afterAll(async () => {
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['3.1.1', 5] as const)('carries messages over MQTT %s', async (mqttVersion) => {
    const secrets = { username: 'agent-1', passwordFile: join(folder, 'password') };
    const { link, heard } = await open(url, { ...files, ...secrets, mqttVersion });
    await link.subscribe(['a/+']);
    link.publish('a/b', Uint8Array.of(1, 2, 3));
    await until('the message', () => heard.length > 0);
    await link.end(false);
  });

  it('is refused with a wrong password, and says so', async () => {
    const wrong = open(url, { ...files, username: 'agent-1', password: 'wrong' });
    await expect(wrong).rejects.toMatchObject({
      code: 'BROKER_REFUSED',
      message: expect.stringContaining('Not authorized'),
    });
  });

  it('does not trust a certificate of nobody it knows', async () => {
    const { certFile, keyFile } = files;
    const stranger = open(url, {
      ...(certFile && keyFile ? { certFile, keyFile } : {}),
      username: 'agent-1',
      password: 'right',
    });
    await expect(stranger).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringMatching(/self-signed/i),
    });
  });

  it('needs its own certificate where the broker wants one', async () => {
    const { caFile } = files;
    const bare = open(url, { ...(caFile ? { caFile } : {}), username: 'agent-1', password: 'right' });
    await expect(bare).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' });
  });
});

describe('a connection', () => {
  it('that nobody listens for is told with the address', async () => {
    const broker = await startAedes();
    await broker.stop();
    await expect(open(broker.url)).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringContaining(`${broker.url} cannot be reached`),
    });
  });

  it('to a broker that does not speak this version of MQTT is told as refused or closed', async () => {
    const broker = await startAedes();
    onTestFinished(() => broker.stop());
    await expect(open(broker.url, { mqttVersion: 5 })).rejects.toMatchObject({ name: 'GridwardenError' });
  });

  it('that the broker closes is told once', async () => {
    const broker = await startAedes();
    const { closed } = await open(broker.url);
    await broker.stop();
    await until('the end', () => closed.length > 0);
    expect(closed).toHaveLength(1);
  });

  it('that goes dead without a word is noticed, although there is something to publish all the time', async () => {
    // Answers CONNECT and is never heard of again, as behind a router that lost its table.
    const hole = createServer((socket) => {
      socket.once('data', () => socket.write(Buffer.from([0x20, 2, 0, 0])));
      socket.on('data', () => {});
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => hole.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void hole.close());
    const address = hole.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { link, closed } = await open(`mqtt://127.0.0.1:${port}`);
    const publishing = setInterval(() => link.publish('a', Uint8Array.of(1)), 100);
    onTestFinished(() => clearInterval(publishing));
    await until('the end', () => closed.length > 0, 30_000);
  });

  it('ends although the broker does not confirm the last message', async () => {
    const mute = createServer((socket) => {
      socket.once('data', () => socket.write(Buffer.from([0x20, 2, 0, 0])));
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void mute.close());
    const address = mute.address();
    const { link, closed } = await open(
      `mqtt://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    );
    link.publish('a', Uint8Array.of(1), 1);
    await link.end(true);
    expect(closed).toEqual([]);
  });
});
