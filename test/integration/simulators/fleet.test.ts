import modbusSerial from 'modbus-serial';
import { Value } from 'typebox/value';
import { afterEach, describe, expect, it } from 'vitest';
import { ManualGridClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { loadModels } from '../../../edge/profiles/load.ts';
import { type FleetConfig, FleetConfigSchema } from '../../../simulators/config.ts';
import { startControl } from '../../../simulators/control/control-server.ts';
import { type Fleet, startFleet } from '../../../simulators/fleet.ts';

const models = loadModels();
const START_MS = Date.parse('2026-03-04T11:00:00Z');
const open: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function configOf(devices: unknown[]): FleetConfig {
  return Value.Parse(
    FleetConfigSchema,
    Value.Default(FleetConfigSchema, { gateways: [{ listen: '127.0.0.1:0', devices }] }),
  );
}

async function start(devices: unknown[], gridClock = new ManualGridClock(START_MS)) {
  const fleet = await startFleet(configOf(devices), { models, gridClock, logger: silentLogger() });
  open.push(() => fleet.stop());
  return { fleet, gridClock };
}

async function clientOf(fleet: Fleet) {
  const client = new modbusSerial.default();
  client.setTimeout(300);
  await client.connectTCP('127.0.0.1', { port: fleet.ports[0] ?? 0 });
  open.push(() => client.close(() => undefined));
  return client;
}

async function read(client: InstanceType<typeof modbusSerial.default>, unit: number, address: number, count = 2) {
  client.setID(unit);
  const { buffer } = await client.readInputRegisters(address, count);
  return buffer;
}

const METER = { id: 'M-1', model: 'eastron/sdm630', unit: 1, meanKw: 2 };

describe('a fleet over Modbus TCP, read by an independent client', () => {
  it('serves values that agree among themselves', async () => {
    const { fleet } = await start([METER]);
    const client = await clientOf(fleet);
    const buffer = await read(client, 1, 0, 80);
    const at = (address: number) => buffer.readFloatBE(address * 2);
    const watts = at(0x34);
    expect(at(0x0c) + at(0x0e) + at(0x10)).toBeCloseTo(watts, 1);
    expect(Math.hypot(watts, at(0x3c))).toBeCloseTo(at(0x38), 0);
    expect(at(0) * at(6)).toBeCloseTo(at(0x12), 0);
    expect(at(0)).toBeGreaterThan(215);
    expect(at(0)).toBeLessThan(245);
  });

  it('moves its register by the energy of the time that passed, and goes on after a restart', async () => {
    const { fleet, gridClock } = await start([METER]);
    const client = await clientOf(fleet);
    const register = async (reader: typeof client) => (await read(reader, 1, 0x48)).readFloatBE(0);
    const before = await register(client);
    gridClock.advance(24 * 3_600_000);
    const after = await register(client);
    expect(after - before).toBeGreaterThan(24 * 2 * 0.8);
    expect(after - before).toBeLessThan(24 * 2 * 1.3);
    const again = await start([METER], gridClock);
    expect(await register(await clientOf(again.fleet))).toBe(after);
  });

  it('measures at the supply what its customers use, and the loss', async () => {
    const { fleet } = await start([
      METER,
      { ...METER, id: 'M-2', unit: 2 },
      { id: 'GW', model: 'eastron/sdm630', unit: 3, sumOf: ['M-1', 'M-2'], lossShare: 0.05 },
    ]);
    const client = await clientOf(fleet);
    const watts = async (unit: number) => (await read(client, unit, 0x34)).readFloatBE(0);
    const [one, two, supply] = [await watts(1), await watts(2), await watts(3)];
    expect(supply).toBeCloseTo((one + two) * 1.05, 1);
  });

  it('lets one device be silent, break the connection or answer an exception, and the others answer', async () => {
    const { fleet, gridClock } = await start([METER, { ...METER, id: 'M-2', unit: 2 }]);
    const fault = (kind: 'silent' | 'exception' | 'cut') =>
      fleet.faults.add({ device: 'M-2', kind, fromMs: gridClock.nowMs(), toMs: gridClock.nowMs() + 1000 });
    const client = await clientOf(fleet);
    fault('silent');
    await expect(read(client, 2, 0)).rejects.toMatchObject({ errno: 'ETIMEDOUT' });
    await expect(read(client, 1, 0)).resolves.toHaveLength(4);
    gridClock.advance(1000);
    fault('exception');
    await expect(read(client, 2, 0)).rejects.toMatchObject({ modbusCode: 4 });
    gridClock.advance(1000);
    await expect(read(client, 2, 0)).resolves.toHaveLength(4);
    fault('cut');
    await expect(read(client, 2, 0)).rejects.toThrow();
    expect(client.isOpen).toBe(false);
  });

  it('can be told faults while it runs', async () => {
    const { fleet, gridClock } = await start([METER]);
    const control = await startControl({ host: '127.0.0.1', port: 0 }, fleet);
    open.push(() => control.stop());
    const url = `http://127.0.0.1:${control.port}`;
    const post = (body: unknown) =>
      fetch(`${url}/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await post({ device: 'M-1', kind: 'silent', for: '5m' })).status).toBe(201);
    expect(fleet.faults.at('M-1', gridClock.nowMs())?.toMs).toBe(START_MS + 300_000);
    expect(await (await fetch(`${url}/faults/M-1`, { method: 'DELETE' })).json()).toEqual({ ended: 1 });
    const unknown = await post({ device: 'M-11', kind: 'silent' });
    expect(unknown.status).toBe(404);
    expect(await unknown.text()).toContain('did you mean');
    expect((await post({ device: 'M-1', kind: 'asleep' })).status).toBe(400);
    expect((await post({ device: 'M-1', kind: 'bypass' })).status).toBe(400);
  });

  it('says which port is taken', async () => {
    const { fleet } = await start([METER]);
    const taken = {
      ...configOf([METER]),
      gateways: [{ ...configOf([METER]).gateways[0], listen: `127.0.0.1:${fleet.ports[0]}` }],
    };
    const again = startFleet(taken as FleetConfig, {
      models,
      gridClock: new ManualGridClock(0),
      logger: silentLogger(),
    });
    await expect(again).rejects.toMatchObject({ code: 'PORT_TAKEN' });
  });
});
