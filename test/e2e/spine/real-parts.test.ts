import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Delivery } from '../../../server/api/agents.schema.ts';
import type { Device } from '../../../server/api/devices.schema.ts';
import type { Readings } from '../../../server/api/readings.schema.ts';
import { findInfluxd, findMosquitto } from '../../parts/find.ts';
import { type InfluxServer, startInfluxd } from '../../parts/influx.ts';
import { type MosquittoBroker, startMosquitto } from '../../parts/mosquitto.ts';
import { freePort } from '../../parts/ports.ts';
import { requirePart } from '../../parts/require.ts';
import { getJson } from '../../support/api-client.ts';
import { type Launched, launch } from '../../support/launched.ts';

const influxd = requirePart('InfluxDB', findInfluxd());
const mosquitto = requirePart('Mosquitto', findMosquitto());

/** The parts one by one, each with its own file, and the real broker and store named in them: nothing else changes. */
describe.runIf(influxd && mosquitto)('server, edge and simulator with Mosquitto and InfluxDB', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-real-'));
  const started: Launched[] = [];
  let influx: InfluxServer;
  let broker: MosquittoBroker;
  let base: string;

  const start = (script: string, name: string, content: unknown): Launched => {
    writeFileSync(join(folder, name), stringify(content));
    const launched = launch(script, ['--config', name], folder);
    started.push(launched);
    return launched;
  };

  beforeAll(async () => {
    influx = await startInfluxd();
    broker = await startMosquitto();
    const [http, gateway] = [await freePort(), await freePort()];
    base = `http://127.0.0.1:${http}`;
    writeFileSync(join(folder, 'token'), `${influx.token}\n`);
    const device = { id: 'M-1', model: 'eastron/sdm630', unit: 1 };
    start('simulators/main.ts', 'fleet.yaml', { gateways: [{ listen: `127.0.0.1:${gateway}`, devices: [device] }] });
    start('server/main.ts', 'server.yaml', {
      listen: `127.0.0.1:${http}`,
      broker: { urls: [broker.url] },
      store: { influxdb: { url: influx.url, org: influx.org, bucket: influx.bucket, tokenFile: 'token' } },
      state: 'state.sqlite',
    });
    start('edge/main.ts', 'edge.yaml', {
      group: 'east',
      node: 'agent-1',
      primaryHost: 'gridwarden',
      broker: { urls: [broker.url] },
      outbox: { path: 'outbox.sqlite' },
      buses: [{ id: 'gw1', transport: 'tcp', host: '127.0.0.1', port: gateway, devices: [{ ...device, every: '1s' }] }],
    });
  });

  afterAll(async () => {
    for (const launched of [...started].reverse()) {
      launched.signal('SIGTERM');
      await launched.ended;
    }
    await broker?.stop();
    await influx?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('comes online by configuration alone', async () => {
    await expect
      .poll(
        () =>
          getJson<Device>(base, '/api/v1/devices/M-1')
            .then(({ presence }) => presence)
            .catch(String),
        { timeout: 60_000 },
      )
      .toBe('online');
  });

  it('keeps in InfluxDB what the API shows: one field a metric, tags device and origin only', async () => {
    const stored = async () => {
      const flux = `from(bucket: "${influx.bucket}") |> range(start: -5m) |> filter(fn: (r) => r._measurement == "meter" and r.device == "M-1" and r._field == "voltage_a")`;
      const response = await fetch(`${influx.url}/api/v2/query?org=${encodeURIComponent(influx.org)}`, {
        method: 'POST',
        headers: {
          authorization: `Token ${influx.token}`,
          'content-type': 'application/vnd.flux',
          accept: 'application/csv',
        },
        body: flux,
      });
      const [header = '', ...rows] = (await response.text()).trim().split(/\r?\n/);
      return { columns: header.split(','), rows: rows.map((row) => row.split(',')) };
    };
    await expect.poll(async () => (await stored()).rows.length).toBeGreaterThanOrEqual(5);
    const { columns, rows } = await stored();
    expect(
      columns.filter((name) => !/^(|result|table|_start|_stop|_time|_value|_field|_measurement)$/.test(name)).sort(),
    ).toEqual(['device', 'origin']);
    const now = Date.now();
    const shown = await getJson<Readings>(
      base,
      `/api/v1/devices/M-1/readings?metrics=voltage_a&from=${now - 300_000}&to=${now + 1000}`,
    );
    const byTime = new Map(shown.series[0]?.timesMs.map((time, index) => [time, shown.series[0]?.values[index]]));
    const [time, value] = [columns.indexOf('_time'), columns.indexOf('_value')];
    for (const row of rows) {
      expect(byTime.get(Date.parse(row[time] ?? ''))).toBe(Number(row[value]));
    }
  });

  it('acknowledges through Mosquitto: what was taken is stored, the rest waits', async () => {
    const delivery = () => getJson<Delivery>(base, '/api/v1/agents/east%2Fagent-1/delivery');
    await expect.poll(async () => (await delivery()).stored).toBeGreaterThanOrEqual(5);
    const { taken, stored, waiting, explained } = await delivery();
    expect(taken).toBe(stored + waiting + explained);
    expect(waiting).toBeLessThan(20);
  });

  it('says in one line what is wrong when the store is away, keeps what comes, and stores it when the store is back', async () => {
    const delivery = () => getJson<Delivery>(base, '/api/v1/agents/east%2Fagent-1/delivery');
    await influx.kill();
    const before = await delivery();
    await expect.poll(async () => (await delivery()).waiting).toBeGreaterThanOrEqual(5);
    const ready = await fetch(`${base}/health/ready`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('store');
    await influx.restart();
    await expect.poll(async () => (await delivery()).stored, { timeout: 60_000 }).toBeGreaterThan(before.taken + 4);
    await expect.poll(async () => (await delivery()).waiting, { timeout: 60_000 }).toBeLessThan(20);
  });
});
