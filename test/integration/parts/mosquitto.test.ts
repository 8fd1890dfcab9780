import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findMosquitto } from '../../parts/find.ts';
import { type MosquittoBroker, startMosquitto } from '../../parts/mosquitto.ts';
import { publishWithMosquitto, startMosquittoSub } from '../../parts/mosquitto-clients.ts';
import { describeWithPart } from '../../parts/require.ts';

describeWithPart('Mosquitto', findMosquitto(), () => {
  let broker: MosquittoBroker;
  beforeAll(async () => {
    broker = await startMosquitto();
  });
  afterAll(() => broker.stop());

  test('carries a binary payload from mosquitto_pub to mosquitto_sub', async () => {
    const { port } = broker;
    const subscriber = await startMosquittoSub(['spBv1.0/#', 'other/+'], { port });
    const payload = randomBytes(2000);
    await publishWithMosquitto('spBv1.0/east/NBIRTH/agent-1', payload, { port, qos: 1 });
    await publishWithMosquitto('other/topic', '', { port });
    await expect
      .poll(() => subscriber.messages)
      .toEqual([
        { topic: 'spBv1.0/east/NBIRTH/agent-1', qos: 1, retained: false, payload },
        { topic: 'other/topic', qos: 0, retained: false, payload: Buffer.alloc(0) },
      ]);
    await subscriber.stop();
  });

  test('forgets retained messages when it is killed, and comes back at the same address', async () => {
    const { port } = broker;
    await publishWithMosquitto('kept', 'before', { port, retain: true });
    const { pid } = broker;
    await broker.kill();
    await expect(publishWithMosquitto('kept', 'x', { port })).rejects.toThrow(/refused/i);
    await broker.restart();
    expect(broker.pid).not.toBe(pid);
    const subscriber = await startMosquittoSub(['#'], { port });
    await publishWithMosquitto('new', 'after', { port });
    await expect.poll(() => subscriber.messages.map(({ topic }) => topic)).toEqual(['new']);
    await subscriber.stop();
  });

  test('refuses who may not come in, when configured so', async () => {
    const closed = await startMosquitto({ config: ['allow_anonymous false'] });
    await expect(publishWithMosquitto('t', 'x', { port: closed.port })).rejects.toThrow(/not authori[sz]ed/i);
    await closed.stop();
  });

  test('that cannot start is an error with its own words', async () => {
    await expect(startMosquitto({ config: ['no_such_option true'] })).rejects.toThrow(/no_such_option/);
  });
});
