import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { stringify } from 'yaml';
import { AgentsPageSchema } from '../../../server/api/agents.schema.ts';
import { DeviceSchema, DevicesPageSchema } from '../../../server/api/devices.schema.ts';
import { ReadySchema } from '../../../server/api/health.schema.ts';
import { IngestProblemsSchema } from '../../../server/api/ingest-problems.schema.ts';
import { LatestSchema, ReadingsSchema } from '../../../server/api/readings.schema.ts';
import { SUBPROTOCOL } from '../../../server/live/protocol.ts';
import { freePort } from '../../parts/ports.ts';
import { parsedAs } from '../../support/expect-schema.ts';
import { ForeignNode } from '../../support/foreign-node.ts';
import { type Launched, launch } from '../../support/launched.ts';

const SECOND_MS = 1000;

/** The server as a process, with broker and store inside; a Sparkplug node of another maker; and its API from outside. */
describe('a server with embedded broker and store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-server-'));
  const config = join(folder, 'server.yaml');
  const device = encodeURIComponent('other-1/M 1');
  let url = '';
  let brokerUrl = '';
  let server: Launched;
  let node: ForeignNode | undefined;
  let firstMs = 0;

  const get = async (path: string, headers = {}) => (await fetch(`${url}${path}`, { headers })).text();
  const shown = async () => parsedAs(DeviceSchema, await get(`/api/v1/devices/${device}`));
  const voltage = async () => (await shown()).metrics.find(({ metric }) => metric === 'voltage_a');
  const isReady = async () => (await fetch(`${url}/health/ready`)).status === 200;
  const range = () => `from=${firstMs - SECOND_MS}&to=${firstMs + 60 * SECOND_MS}`;
  const stored = async () =>
    parsedAs(ReadingsSchema, await get(`/api/v1/devices/${device}/readings?${range()}&metrics=voltage_a`)).series[0];

  async function start(): Promise<void> {
    server = launch('server/main.ts', ['--config', config]);
    await server.says(`gridwarden is at ${url}`);
  }

  beforeAll(async () => {
    const [http, broker] = [await freePort(), await freePort()];
    url = `http://127.0.0.1:${http}`;
    brokerUrl = `mqtt://127.0.0.1:${broker}`;
    const settings = {
      listen: `127.0.0.1:${http}`,
      timeZone: 'Asia/Shanghai',
      broker: { embedded: { listen: `127.0.0.1:${broker}` } },
      store: { duckdb: { path: 'telemetry' } },
      state: 'state.sqlite',
    };
    writeFileSync(config, stringify(settings));
    await start();
  });

  afterAll(async () => {
    await node?.end();
    server.signal('SIGTERM');
    await server.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  test('is ready when broker, store and state are', async () => {
    await expect.poll(isReady).toBe(true);
    const { checks } = parsedAs(ReadySchema, await get('/health/ready'));
    expect(Object.values(checks).map(({ ok }) => ok)).toEqual([true, true, true]);
  });

  test('shows a device from its birth on', async () => {
    node = await ForeignNode.connect(brokerUrl, 'west', 'other-1');
    // In the past, so that what is born later is newer.
    firstMs = Date.now() - 60 * SECOND_MS;
    await node?.birth();
    await node?.deviceBirth('M 1', { voltage_a: 230.5, energy_import: 17, 'Own/Thing': null }, firstMs, 10);
    await expect.poll(async () => parsedAs(DevicesPageSchema, await get('/api/v1/devices')).total).toBe(1);
    expect(await shown()).toMatchObject({
      id: 'other-1/M 1',
      agent: 'west/other-1',
      model: 'other/meter',
      presence: 'online',
    });
    expect(await voltage()).toMatchObject({ value: 230.5, unit: 'V', quality: 'good', stale: false, timeMs: firstMs });
    expect(parsedAs(AgentsPageSchema, await get('/api/v1/agents')).items).toMatchObject([
      { id: 'west/other-1', devices: 1 },
    ]);
  });

  test('shows the latest value, and stores each one', async () => {
    for (let i = 1; i <= 5; i++) await node?.data('M 1', [230 + i, 17 + i], firstMs + i * SECOND_MS, 10);
    await expect.poll(async () => (await voltage())?.value).toBe(235);
    const expected = [230.5, 231, 232, 233, 234, 235];
    await expect.poll(async () => (await stored())?.values).toEqual(expected);
    const latest = parsedAs(LatestSchema, await get(`/api/v1/readings/latest?devices=${device}&metrics=energy_import`));
    expect(latest.metrics).toMatchObject([
      { metric: 'energy_import', unit: 'kWh', values: [22], quality: [0], stale: [0] },
    ]);
  });

  test('answers in buckets, and as CSV', async () => {
    const path = `/api/v1/devices/${device}/readings?${range()}&metrics=voltage_a`;
    const counted = async () => {
      const { series } = parsedAs(ReadingsSchema, await get(`${path}&every=1h&aggregate=mean`));
      return series[0]?.counts?.reduce((sum, count) => sum + count, 0);
    };
    // Buckets hold what is stored; the commit follows within a moment.
    await expect.poll(counted).toBe(6);
    const lines = (await get(path, { accept: 'text/csv' })).trimEnd().split('\n');
    expect(lines[0]).toBe('time,metric,value,unit,quality,origin');
    expect(lines[2]).toBe(`${new Date(firstMs + SECOND_MS).toISOString()},voltage_a,231,V,good,live`);
    expect(lines).toHaveLength(7);
  });

  test('streams live values to its own page, and to no other', async () => {
    const welcome = (origin: string) =>
      new Promise<unknown>((resolve) => {
        const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live`, SUBPROTOCOL, { origin });
        socket.on('message', (data) => {
          resolve(JSON.parse(String(data)));
          socket.close();
        });
        socket.on('unexpected-response', (_, response) => resolve(response.statusCode));
        socket.on('error', () => resolve('error'));
      });
    expect(await welcome(url)).toMatchObject({ type: 'welcome', protocol: SUBPROTOCOL, timeZone: 'Asia/Shanghai' });
    expect(await welcome('http://evil.example')).toBe(403);
  });

  test('asks for a rebirth as an engineer wishes', async () => {
    const answer = await fetch(`${url}/api/v1/agents/${encodeURIComponent('west/other-1')}/rebirth`, {
      method: 'POST',
    });
    expect(answer.status).toBe(202);
    await expect.poll(() => node?.commands).toContain('spBv1.0/west/NCMD/other-1 Node Control/Rebirth');
  });

  test('lists what it could not read, and goes on', async () => {
    await node?.raw('spBv1.0/west/DDATA/other-1/M 1', Buffer.from('garbage'));
    await node?.raw('spBv1.0/too/short', Buffer.alloc(0));
    const kinds = async () =>
      parsedAs(IngestProblemsSchema, await get('/api/v1/ingest/problems')).items.map(({ kind }) => kind);
    await expect.poll(kinds).toEqual(expect.arrayContaining(['payload', 'topic']));
    expect(await isReady()).toBe(true);
  });

  test('marks the values of a dead device stale', async () => {
    await node?.deviceDeath('M 1');
    await expect.poll(async () => (await shown()).presence).toBe('offline');
    expect(await voltage()).toMatchObject({ value: 235, stale: true });
  });

  test('counts all of it for Prometheus', async () => {
    const metrics = await get('/metrics');
    expect(metrics).toContain('gridwarden_devices{presence="offline"} 1');
    expect(metrics).toMatch(/^gridwarden_ingest_problems_total\{kind="payload"\} [1-9]/m);
  });

  test('ends in order, and remembers everything at the next start, stale until it is heard of', async () => {
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
    await node?.end();
    await start();
    expect(await shown()).toMatchObject({ agent: 'west/other-1', model: 'other/meter', presence: 'offline' });
    expect(await voltage()).toMatchObject({
      value: 235,
      quality: 'good',
      stale: true,
      timeMs: firstMs + 5 * SECOND_MS,
    });
    expect((await stored())?.values).toEqual([230.5, 231, 232, 233, 234, 235]);
    node = await ForeignNode.connect(brokerUrl, 'west', 'other-1', 1);
    await node.birth();
    await node?.deviceBirth('M 1', { voltage_a: 240 }, Date.now(), 10);
    await expect.poll(async () => (await voltage())?.value).toBe(240);
    expect(await shown()).toMatchObject({ presence: 'online' });
  });

  test('a second server on the same files waits for them, and says so', async () => {
    const second = launch('server/main.ts', ['--config', config]);
    await second.says(/127\.0\.0\.1:\d+ is in use by another process; trying again/);
    second.signal('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  test('refuses a store that is not the one it knows, unless it is told to take it', async () => {
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
    renameSync(join(folder, 'telemetry'), join(folder, 'telemetry-before'));
    const refused = launch('server/main.ts', ['--config', config]);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain('start once with --accept-new-store');
    expect(refused.output()).not.toContain('    at ');
    server = launch('server/main.ts', ['--config', config, '--accept-new-store']);
    await server.says(`gridwarden is at ${url}`);
    expect((await shown()).presence).toBe('offline');
  });
});
