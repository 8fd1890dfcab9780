import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import modbusSerial from 'modbus-serial';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentsPage, Delivery } from '../../../server/api/agents.schema.ts';
import type { Device, DevicesPage } from '../../../server/api/devices.schema.ts';
import type { Readings } from '../../../server/api/readings.schema.ts';
import type { LiveDevice } from '../../../simulators/live/scenario-fleet.ts';
import { freePort } from '../../parts/ports.ts';
import { getJson } from '../../support/api-client.ts';
import { type Launched, launch, processesWith } from '../../support/launched.ts';

const DEVICES = 40;
const DAY_MS = 86_400_000;

/** The whole product as a new user starts it: simulator → edge → broker → server → store → API. */
describe('npm run demo', () => {
  let folder: string;
  let base: string;
  let demo: Launched;

  const device = (id: string) => getJson<Device>(base, `/api/v1/devices/${id}`);
  const metric = async (id: string, name: string) => (await device(id)).metrics.find((entry) => entry.metric === name);
  const control = () => /--control (\S+)/.exec(demo.output())?.[1] ?? '';
  const simulated = async (id: string) =>
    (await getJson<LiveDevice[]>(control(), '/devices')).find((entry) => entry.id === id);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-demo-'));
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    demo = launch('simulators/demo/main.ts', ['--port', String(port), '--devices', String(DEVICES), '--data', folder]);
    await demo.says(`gridwarden is at ${base}`);
  });

  afterAll(async () => {
    demo.signal('SIGINT');
    await demo.ended;
    rmSync(folder, { recursive: true, force: true });
  });

  it('brings every device online, each with its model', async () => {
    await expect
      .poll(() => getJson<DevicesPage>(base, '/api/v1/devices?state=online').then(({ total }) => total))
      .toBe(DEVICES);
    expect(await device('M-000001')).toMatchObject({
      model: (await simulated('M-000001'))?.model,
      kind: 'meter',
      presence: 'online',
    });
    expect(await device('T-0001')).toMatchObject({ model: 'ziehl/tr1200', kind: 'transformer' });
  });

  it('shows the value that the register holds, as an independent Modbus client reads it', async () => {
    const client = new modbusSerial.default();
    client.setTimeout(2000);
    const place = await simulated('M-000001');
    await client.connectTCP('127.0.0.1', { port: place?.port ?? 0 });
    client.setID(place?.unit ?? 0);
    // Registers are read on the minute; until then the page shows none.
    await expect.poll(async () => (await metric('M-000001', 'energy_import'))?.quality).toBe('good');
    // Import active energy stands at 0x0048 of an SDM120 and an SDM630 alike: float, kWh (maker's protocol documents).
    const kwh = (await client.readInputRegisters(0x48, 2)).buffer.readFloatBE(0);
    client.close(() => undefined);
    const shown = await metric('M-000001', 'energy_import');
    expect(shown).toMatchObject({ unit: 'kWh', quality: 'good', stale: false });
    expect(Number(shown?.value)).toBeGreaterThan(kwh - 0.1);
    expect(Number(shown?.value)).toBeLessThanOrEqual(kwh);
  });

  it('stores what it shows: readings of the last minute, one a second, none of them made up', async () => {
    const readings = () => {
      const now = Date.now();
      return getJson<Readings>(
        base,
        `/api/v1/devices/M-000001/readings?metrics=active_power,voltage_a&from=${now - 60_000}&to=${now + 1000}`,
      );
    };
    await expect.poll(async () => (await readings()).series[0]?.timesMs.length ?? 0).toBeGreaterThanOrEqual(5);
    const { series } = await readings();
    const times = series[0]?.timesMs ?? [];
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(2500);
    expect(series.map(({ metric: name }) => name).sort()).toEqual(['active_power', 'voltage_a']);
    for (const volts of series.find(({ metric: name }) => name === 'voltage_a')?.values ?? []) {
      expect(volts).toBeGreaterThan(200);
      expect(volts).toBeLessThan(250);
    }
  });

  it('acknowledges what it stored: taken is stored, waiting and explained', async () => {
    const { items } = await getJson<AgentsPage>(base, '/api/v1/agents');
    expect(items.map(({ presence }) => presence)).toEqual(['online', 'online']);
    for (const { id } of items) {
      const delivery = await getJson<Delivery>(base, `/api/v1/agents/${encodeURIComponent(id)}/delivery`);
      expect(delivery.taken).toBe(delivery.stored + delivery.waiting + delivery.explained);
      expect(delivery.stored).toBeGreaterThan(0);
    }
  });

  it('has the registers of 90 days behind it, which go on live without a step back', async () => {
    const now = Date.now();
    const readings = (fromMs: number, toMs: number) =>
      getJson<Readings>(base, `/api/v1/devices/S-0001/readings?metrics=energy_import&from=${fromMs}&to=${toMs}`);
    const { series } = await readings(now - 7 * DAY_MS, now);
    const values = series[0]?.values ?? [];
    expect(values.length).toBeGreaterThan(7 * 96 - 2);
    expect(values.some((value, index) => Number(value) < Number(values[index - 1] ?? 0))).toBe(false);
    const first = (await readings(now - 89 * DAY_MS, now - 88 * DAY_MS)).series[0];
    expect(first?.timesMs).toHaveLength(96);
    await expect
      .poll(async () => Number((await metric('S-0001', 'energy_import'))?.value))
      .toBeGreaterThanOrEqual(Number(values.at(-1)));
  });

  it('has its grid', async () => {
    const { items } = await getJson<{ items: { id: string }[] }>(base, '/api/v1/grid/areas');
    expect(items.map(({ id }) => id)).toEqual(['A-0001', 'A-0002']);
  });

  it('keeps the truth about its faults, told ones too', async () => {
    const told = launch('simulators/main.ts', ['fault', 'M-000004', 'slow', '--for', '1s', '--control', control()]);
    expect(await told.ended).toBe(0);
    const labels = () => JSON.parse(readFileSync(join(folder, 'labels.json'), 'utf8')).labels;
    await expect.poll(labels).toContainEqual(expect.objectContaining({ device: 'M-000004', kind: 'slow' }));
  });

  it('lets a silent device look silent, its neighbours fresh, and both fresh when it is back', async () => {
    const told = launch('simulators/main.ts', ['fault', 'M-000002', 'silent', '--control', control()]);
    expect(await told.ended).toBe(0);
    await expect.poll(async () => (await device('M-000002')).presence, { timeout: 30_000 }).toBe('offline');
    const silent = await metric('M-000002', 'voltage_a');
    expect(silent?.stale).toBe(true);
    expect(await metric('M-000001', 'voltage_a')).toMatchObject({ quality: 'good', stale: false });
    const healed = launch('simulators/main.ts', ['fault', 'M-000002', 'none', '--control', control()]);
    expect(await healed.ended).toBe(0);
    await expect.poll(async () => (await metric('M-000002', 'voltage_a'))?.quality, { timeout: 60_000 }).toBe('good');
    await expect.poll(async () => (await device('M-000002')).presence).toBe('online');
  });

  it('refuses a port that is taken, with words', async () => {
    const second = launch('simulators/demo/main.ts', [
      '--port',
      new URL(base).port,
      '--devices',
      '3',
      '--data',
      join(folder, 'second'),
    ]);
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain('in use by another process');
  });

  it('stops at Ctrl-C and leaves no process', async () => {
    expect(processesWith(folder).length).toBeGreaterThan(3);
    demo.signal('SIGINT');
    expect(await demo.ended).toBe(0);
    expect(demo.output()).toContain('no process is left');
    expect(processesWith(folder)).toEqual([]);
  });

  it('refuses a folder with another district, with words', async () => {
    const args = ['--port', new URL(base).port, '--devices', '60', '--data', folder];
    const other = launch('simulators/demo/main.ts', args);
    expect(await other.ended).toBe(2);
    expect(other.output()).toContain('a district of 40 devices, seed 1');
  });
});
