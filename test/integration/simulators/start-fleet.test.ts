import modbusSerial from 'modbus-serial';
import { describe, expect, it } from 'vitest';
import { startFleet, type TestFleet } from '../../../simulators/testing/start-fleet.ts';

/** Voltage of phase A of an SDM120 or SDM630: 0x0000, float, V (maker's protocol documents). */
async function voltageOf(fleet: TestFleet, id: string): Promise<number> {
  const { port = 0, unit = 0 } = fleet.devices.get(id) ?? {};
  const client = new modbusSerial.default();
  client.setTimeout(300);
  await client.connectTCP('127.0.0.1', { port });
  try {
    client.setID(unit);
    return (await client.readInputRegisters(0, 2)).buffer.readFloatBE(0);
  } finally {
    client.close(() => undefined);
  }
}

describe('a fleet for a test of one’s own', () => {
  it('stands on free ports, beside another one, and ends with its block', async () => {
    let ended: TestFleet;
    {
      await using fleet = await startFleet();
      await using other = await startFleet({ devices: 3 });
      expect(fleet.devices.size).toBe(10);
      expect(other.devices.size).toBe(3);
      expect(await voltageOf(fleet, 'M-000001')).toBeGreaterThan(200);
      expect(fleet.labels()).toEqual([]);
      ended = fleet;
    }
    await expect(voltageOf(ended, 'M-000001')).rejects.toThrow();
  });

  it('stands still in time until it is moved, and can be told faults', async () => {
    await using fleet = await startFleet({ at: '2026-03-01T08:00:00Z' });
    const before = await voltageOf(fleet, 'M-000002');
    expect(await voltageOf(fleet, 'M-000002')).toBe(before);
    fleet.tell({ device: 'M-000002', kind: 'silent', for: '5m' });
    await expect(voltageOf(fleet, 'M-000002')).rejects.toMatchObject({ errno: 'ETIMEDOUT' });
    fleet.advance(300_000);
    expect(await voltageOf(fleet, 'M-000002')).not.toBe(before);
    expect(fleet.labels()).toHaveLength(1);
  });
});
