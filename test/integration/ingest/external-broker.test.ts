import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DATA_TYPES } from '../../../edge/protocol/datatypes.ts';
import { findMosquitto } from '../../parts/find.ts';
import { type MosquittoBroker, startMosquitto } from '../../parts/mosquitto.ts';
import { describeWithPart } from '../../parts/require.ts';
import { IngestHarness } from '../../support/ingest-harness.ts';
import { deliveryBirth, meterBirth, record, TestNode } from '../../support/sparkplug-node.ts';
import { until } from '../../support/until.ts';

const T0 = Date.now() - 60_000;

describeWithPart('Mosquitto', findMosquitto(), ({ subscriber }) => {
  let first: MosquittoBroker;
  let second: MosquittoBroker;
  let harness: IngestHarness;

  beforeAll(async () => {
    first = await startMosquitto();
    second = await startMosquitto();
    harness = await IngestHarness.start({ broker: { urls: [first.url, second.url] } });
  });

  afterAll(async () => {
    await harness.stop();
    await first.stop();
    await second.stop();
  });

  /** Lines that mosquitto_sub, which knows nothing of us, prints for a topic. */
  function listen(broker: MosquittoBroker, topic: string): { lines: string[]; stop(): void } {
    const lines: string[] = [];
    const args = ['-h', '127.0.0.1', '-p', String(broker.port), '-t', topic, '-q', '1', '-F', '%t %q %r %x'];
    const child = spawn(subscriber, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.on('data', (chunk: Buffer) => lines.push(...chunk.toString().trim().split('\n')));
    return { lines, stop: () => child.kill() };
  }

  test('mosquitto_sub sees the retained STATE at both brokers', async () => {
    for (const broker of [first, second]) {
      const seen = listen(broker, 'spBv1.0/STATE/#');
      await until('STATE', () => seen.lines.length === 1);
      seen.stop();
      const [topic, qos, retain, hex = ''] = seen.lines[0]?.split(' ') ?? [];
      expect([topic, qos, retain]).toEqual(['spBv1.0/STATE/gridwarden', '1', '1']);
      expect(JSON.parse(Buffer.from(hex, 'hex').toString())).toEqual({ online: true, timestamp: expect.any(Number) });
    }
  });

  test('records are stored and the acknowledgement goes out as an NCMD that mosquitto_sub sees', async () => {
    const seen = listen(first, 'spBv1.0/east/NCMD/agent-1');
    const node = await TestNode.connect(first.url);
    await node.birth(deliveryBirth('e1'));
    await node.send('DBIRTH', 'M-1', meterBirth({ epoch: 'e1', base: 100, metrics: ['voltage_a'] }));
    await node.send('DDATA', 'M-1', record(100, 1, T0, [230]));
    await until('acknowledged', () => node.acks.some(({ done }) => done.length === 1));
    await until('seen from outside', () =>
      seen.lines.some((line) => Buffer.from(line.split(' ')[3] ?? '', 'hex').includes('"done":[[1,1]]')),
    );
    expect(seen.lines.every((line) => line.startsWith('spBv1.0/east/NCMD/agent-1 0 0 '))).toBe(true);
    seen.stop();
    await node.end();
  });

  test('a node that walks to the other broker is the same node; a late will of the first changes nothing', async () => {
    const before = await TestNode.connect(first.url, { node: 'walker', bdSeq: 1 });
    const metrics = [{ name: 'x', alias: 1, timestamp: T0, datatype: DATA_TYPES.Double, doubleValue: 1 }];
    await before.birth();
    await before.send('DBIRTH', 'D-1', metrics);
    await until('born at the first', () => harness.state.devices.get('walker/D-1')?.presence === 'online');
    const after = await TestNode.connect(second.url, { node: 'walker', bdSeq: 2 });
    await after.birth();
    await after.send('DBIRTH', 'D-1', metrics);
    await until('born at the second', () => harness.state.agents.get('east/walker')?.bdSeq === 2);
    before.breakOff();
    await after.send('DDATA', 'D-1', [{ alias: 1, timestamp: T0 + 1, doubleValue: 2 }]);
    await until('data by the second', () => harness.value('walker/D-1', 'x')?.value === 2);
    await until('the late will', () => harness.problems('stale_death') === 1);
    expect(harness.state.agents.get('east/walker')?.presence).toBe('online');
    await after.end();
  });

  test('a broker that is gone makes only its own nodes stale, and is said in the health line; it comes back', async () => {
    const here = await TestNode.connect(first.url, { node: 'here' });
    const there = await TestNode.connect(second.url, { node: 'there' });
    for (const node of [here, there]) await node.birth();
    await until('both online', () =>
      ['here', 'there'].every((name) => harness.state.agents.get(`east/${name}`)?.presence === 'online'),
    );
    await second.kill();
    await until('stale', () => harness.state.agents.get('east/there')?.presence === 'stale');
    expect(harness.state.agents.get('east/here')?.presence).toBe('online');
    expect(harness.host.broker()).toMatchObject({ ok: false, reason: expect.stringContaining(second.url) });
    await second.restart();
    await until('connected again', () => harness.host.broker().ok, 30_000);
    const again = await TestNode.connect(second.url, { node: 'there', bdSeq: 1 });
    await again.birth();
    await until('online again', () => harness.state.agents.get('east/there')?.presence === 'online');
    await again.end();
    await here.end();
  });

  test('commands to a node whose broker is gone say so', async () => {
    const node = await TestNode.connect(first.url, { node: 'lonely' });
    await node.birth();
    await until('online', () => harness.state.agents.get('east/lonely')?.presence === 'online');
    await first.kill();
    await until('noticed', () => !harness.host.broker().ok);
    await expect(harness.host.requestRebirth('east/lonely')).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' });
    await first.restart();
    await until('connected again', () => harness.host.broker().ok, 30_000);
  });
});
