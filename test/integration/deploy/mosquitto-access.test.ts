import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findMosquitto } from '../../parts/find.ts';
import { type MosquittoBroker, startMosquitto } from '../../parts/mosquitto.ts';
import { type MosquittoSubscriber, publishWithMosquitto, startMosquittoSub } from '../../parts/mosquitto-clients.ts';
import { describeWithPart } from '../../parts/require.ts';

const DEPLOY = join(import.meta.dirname, '../../../server/deploy');

/** The deployment's configuration, with the places of its files and its port as they are here. */
function configHere(secrets: string): string[] {
  const text = readFileSync(join(DEPLOY, 'mosquitto.conf'), 'utf8');
  return text
    .replace('/run/secrets/', `${secrets}/`)
    .replace('/mosquitto/config/access.conf', join(DEPLOY, 'mosquitto-access.conf'))
    .replace(/^listener .*$/m, '')
    .split('\n');
}

describeWithPart('the broker of docker-compose.yml', findMosquitto(), () => {
  const secrets = mkdtempSync(join(tmpdir(), 'gridwarden-secrets-'));
  let broker: MosquittoBroker;
  let host: MosquittoSubscriber;
  let agent: MosquittoSubscriber;

  function as(user: 'gridwarden' | 'edge'): { port: number; args: string[] } {
    const file = user === 'edge' ? 'broker-edge-password' : 'broker-server-password';
    return { port: broker.port, args: ['-u', user, '-P', readFileSync(join(secrets, file), 'utf8')] };
  }

  beforeAll(async () => {
    spawnSync(process.execPath, [join(DEPLOY, 'make-secrets.mjs'), secrets]);
    broker = await startMosquitto({ config: configHere(secrets) });
    host = await startMosquittoSub(['spBv1.0/#'], as('gridwarden'));
    agent = await startMosquittoSub(['#'], as('edge'));
  });
  afterAll(async () => {
    await Promise.all([host.stop(), agent.stop()]);
    await broker.stop();
    rmSync(secrets, { recursive: true });
  });

  /** What `to` has received once a message that it may receive has come through behind all others. */
  async function seenBy(to: MosquittoSubscriber, from: 'gridwarden' | 'edge', last: string): Promise<string[]> {
    await publishWithMosquitto(last, 'last', as(from));
    await expect.poll(() => to.messages.map(({ topic }) => topic)).toContain(last);
    return to.messages.map(({ topic }) => topic);
  }

  test('carries births and data of an agent to the host, but no commands and no state in its name', async () => {
    for (const type of ['NBIRTH/a', 'DBIRTH/a/M-0001', 'DDATA/a/M-0001', 'NCMD/b', 'DCMD/b/M-0002']) {
      await publishWithMosquitto(`spBv1.0/east/${type}`, 'x', as('edge'));
    }
    await publishWithMosquitto('spBv1.0/STATE/gridwarden', '{"online":false}', as('edge'));
    expect(await seenBy(host, 'edge', 'spBv1.0/east/NDEATH/a')).toEqual([
      'spBv1.0/east/NBIRTH/a',
      'spBv1.0/east/DBIRTH/a/M-0001',
      'spBv1.0/east/DDATA/a/M-0001',
      'spBv1.0/east/NDEATH/a',
    ]);
  });

  test('carries commands and state of the host to an agent, which hears no other agent', async () => {
    await publishWithMosquitto('spBv1.0/east/NCMD/a', 'x', as('gridwarden'));
    await publishWithMosquitto('spBv1.0/east/DCMD/a/M-0001', 'x', as('gridwarden'));
    await publishWithMosquitto('spBv1.0/east/DDATA/other/M-0002', 'x', as('edge'));
    expect(await seenBy(agent, 'gridwarden', 'spBv1.0/STATE/gridwarden')).toEqual([
      'spBv1.0/east/NCMD/a',
      'spBv1.0/east/DCMD/a/M-0001',
      'spBv1.0/STATE/gridwarden',
    ]);
  });

  test.each([
    ['nobody', []],
    ['a wrong password', ['-u', 'edge', '-P', 'wrong']],
  ])('does not let in %s', async (_who, args) => {
    await expect(publishWithMosquitto('t', 'x', { port: broker.port, args })).rejects.toThrow(/not authori[sz]ed/i);
  });
});
