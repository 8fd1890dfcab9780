import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import modbusSerial from 'modbus-serial';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualGridClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { loadModels } from '../../../edge/profiles/load.ts';
import { FleetConfigSchema } from '../../../simulators/config.ts';
import { type Fleet, startFleet } from '../../../simulators/fleet.ts';
import { givenAnswers } from '../../faults/compare/given-answers.ts';

const models = loadModels([join(import.meta.dirname, '../../faults/models')]);

describe('a fleet with a ledger, read by an independent Modbus client', () => {
  let folder: string;
  let ledger: string;
  let fleet: Fleet;
  const gridClock = new ManualGridClock(1_000_000);
  const client = new modbusSerial.default();

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-fleet-ledger-'));
    ledger = join(folder, 'ledger.tsv');
    const devices = ['M-1', 'M-2'].map((id, index) => ({ id, model: 'gridwarden/ledger-meter', unit: index + 1 }));
    const config = { ledger, gateways: [{ listen: '127.0.0.1:0', devices }] };
    fleet = await startFleet(Value.Parse(FleetConfigSchema, Value.Default(FleetConfigSchema, config)), {
      models,
      gridClock,
      logger: silentLogger(),
    });
    client.setTimeout(500);
    await client.connectTCP('127.0.0.1', { port: fleet.ports[0] ?? 0 });
  });

  afterEach(async () => {
    client.close(() => undefined);
    await fleet.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function read(unit: number, address: number, count: number): Promise<Buffer> {
    client.setID(unit);
    return (await client.readHoldingRegisters(address, count)).buffer;
  }

  it('has written down each answer that arrives, each device with a count of its own', async () => {
    const seen = [await read(1, 0, 22), await read(2, 0, 22), await read(1, 0, 22)];
    expect(seen.map((buffer) => buffer.readUInt32BE(0))).toEqual([1, 1, 2]);
    const given = givenAnswers(readFileSync(ledger, 'utf8'));
    const powerIndex = given.get('M-1')?.metrics.indexOf('active_power') ?? -1;
    expect(given.get('M-1')?.answers.map(({ values }) => values[powerIndex])).toEqual([
      seen[0]?.readDoubleBE(4),
      seen[2]?.readDoubleBE(4),
    ]);
    expect(given.get('M-2')?.answers).toHaveLength(1);
  });

  it('gives out nothing while a device is told to fail', async () => {
    fleet.faults.add({ device: 'M-1', kind: 'exception', fromMs: gridClock.nowMs(), toMs: Number.POSITIVE_INFINITY });
    await expect(read(1, 0, 22)).rejects.toMatchObject({ modbusCode: 4 });
    expect(givenAnswers(readFileSync(ledger, 'utf8')).get('M-1')?.answers).toEqual([]);
  });
});
