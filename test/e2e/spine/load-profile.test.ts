import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../../edge/platform/config.ts';
import type { Delivery } from '../../../server/api/agents.schema.ts';
import type { Device } from '../../../server/api/devices.schema.ts';
import type { Readings } from '../../../server/api/readings.schema.ts';
import { ORIGINS } from '../../../server/store/telemetry-store.ts';
import { FleetConfigSchema } from '../../../simulators/config.ts';
import { buildDevices } from '../../../simulators/devices/build.ts';
import { freePort } from '../../parts/ports.ts';
import { getJson } from '../../support/api-client.ts';
import { type Launched, launch } from '../../support/launched.ts';

const QUARTER_MS = 900_000;
/** A quarter of an hour passes in one second. */
const SPEED = 900;
const GAP_QUARTERS = 5;

interface Reading {
  readonly timeMs: number;
  readonly value: number | null;
  readonly origin: string;
}

/** An edge that is down while its meters count on: they keep what it would have read, and it fetches that. */
describe('a gap that an outage of the edge left', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-profile-'));
  const wallStart = new Date().toISOString();
  const clock = { start: '2026-03-01T00:00:00.000Z', wallStart, speed: SPEED };
  const device = { id: 'M-1', model: 'abb/a43', unit: 1 };
  const started: Launched[] = [];
  let base: string;
  let edgeConfig: unknown;
  let fleetFile: string;

  const start = (script: string, name: string, content: unknown): Launched => {
    writeFileSync(join(folder, name), stringify(content));
    const launched = launch(script, ['--config', name], folder);
    started.push(launched);
    return launched;
  };
  const gridMs = () => Date.parse(clock.start) + (Date.now() - Date.parse(wallStart)) * SPEED;
  const readings = async (): Promise<Reading[]> => {
    const [from, to] = [Date.parse(clock.start) - QUARTER_MS, gridMs() + QUARTER_MS];
    const query = `metrics=energy_import&from=${from}&to=${Math.ceil(to)}`;
    const { series } = await getJson<Readings>(base, `/api/v1/devices/M-1/readings?${query}`);
    const [one] = series;
    return (one?.timesMs ?? []).map((timeMs, index) => ({
      timeMs,
      value: one?.values[index] ?? null,
      origin: ORIGINS[one?.origins?.[index] ?? 0] ?? '',
    }));
  };
  const good = async (origin: string) =>
    (await readings()).filter((reading) => reading.origin === origin && reading.value !== null);

  beforeAll(async () => {
    const [http, mqtt, gateway] = [await freePort(), await freePort(), await freePort()];
    base = `http://127.0.0.1:${http}`;
    fleetFile = join(folder, 'fleet.yaml');
    const gateways = [{ listen: `127.0.0.1:${gateway}`, devices: [{ ...device, meanKw: 40 }] }];
    start('simulators/main.ts', 'fleet.yaml', { seed: 7, clock, gateways });
    start('server/main.ts', 'server.yaml', {
      listen: `127.0.0.1:${http}`,
      broker: { embedded: { listen: `127.0.0.1:${mqtt}` } },
      store: { duckdb: { path: 'readings' } },
      state: 'state.sqlite',
      simulated: true,
      clock,
    });
    const bus = { id: 'gw1', transport: 'tcp', host: '127.0.0.1', port: gateway };
    edgeConfig = {
      group: 'east',
      node: 'agent-1',
      primaryHost: 'gridwarden',
      broker: { urls: [`mqtt://127.0.0.1:${mqtt}`] },
      outbox: { path: 'outbox.sqlite' },
      clock,
      buses: [{ ...bus, devices: [{ ...device, every: '15m', loadProfile: { utcOffset: '+08:00' } }] }],
    };
  });

  afterAll(async () => {
    for (const launched of [...started].reverse()) {
      launched.signal('SIGTERM');
      await launched.ended;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('is filled from the load profile of the meter, with what its register was at each quarter of an hour', async () => {
    const first = start('edge/main.ts', 'edge.yaml', edgeConfig);
    await expect.poll(async () => (await good('live').catch(() => [])).length).toBeGreaterThanOrEqual(3);
    first.signal('SIGTERM');
    await first.ended;
    const stopMs = Math.max(...(await good('live')).map(({ timeMs }) => timeMs));
    expect(await good('device_profile')).toEqual([]);

    await expect.poll(gridMs).toBeGreaterThan(stopMs + GAP_QUARTERS * QUARTER_MS + QUARTER_MS / 2);
    const startMs = gridMs();
    const second = start('edge/main.ts', 'edge.yaml', edgeConfig);
    await second.says('gap filled from the load profile');
    await expect.poll(async () => (await good('device_profile')).length).toBeGreaterThanOrEqual(GAP_QUARTERS);

    const filled = await good('device_profile');
    const wanted: number[] = [];
    for (let at = Math.floor(stopMs / QUARTER_MS + 1) * QUARTER_MS; at < startMs; at += QUARTER_MS) wanted.push(at);
    expect(filled.map(({ timeMs }) => timeMs).slice(0, wanted.length)).toEqual(wanted);
    const meter = buildDevices(loadConfig(FleetConfigSchema, { file: fleetFile }).value).get('M-1');
    for (const { timeMs, value } of filled) {
      const wantedKwh = Math.round((meter?.registerAt?.('energy_import', timeMs) ?? Number.NaN) * 100) / 100;
      expect(value, new Date(timeMs).toISOString()).toBe(wantedKwh);
    }
    const all = (await readings()).filter(({ value }) => value !== null);
    expect(all.map(({ value }) => value)).toEqual(all.map(({ value }) => value).sort((a, b) => (a ?? 0) - (b ?? 0)));
  });

  it('leaves the present alone, and every record is accounted for', async () => {
    const live = (await good('live')).at(-1);
    const shown = await getJson<Device>(base, '/api/v1/devices/M-1');
    expect(shown.presence).toBe('online');
    const now = shown.metrics.find(({ metric }) => metric === 'energy_import');
    expect(now?.value ?? 0).toBeGreaterThanOrEqual(live?.value ?? Number.POSITIVE_INFINITY);
    expect(shown.metrics.map(({ metric }) => metric)).not.toContain('Delivery/Origin');
    const delivery = await getJson<Delivery>(base, '/api/v1/agents/east%2Fagent-1/delivery');
    expect(delivery.taken).toBe(delivery.stored + delivery.waiting + delivery.explained);
    expect(await readings().then((all) => all.filter(({ origin }) => origin === 'conflict'))).toEqual([]);
  });
});
