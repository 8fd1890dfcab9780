import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import modbusSerial from 'modbus-serial';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemGridClock } from '../../../edge/platform/clock.ts';
import { loadConfig } from '../../../edge/platform/config.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { loadModels } from '../../../edge/profiles/load.ts';
import { FleetConfigSchema } from '../../../simulators/config.ts';
import { startFleet } from '../../../simulators/fleet.ts';

const ROOT = join(import.meta.dirname, '../../..');

const SOUND = `maker: Acme
product: X1
kind: meter
source: { document: Acme X1 map, version: '1', page: '7', checked: community }
functionCode: 3
wordOrder: low-first
identity: { functionCode: 3, address: 102, type: ascii, count: 4, block: { address: 100, count: 8 } }
registers:
  voltage_a: { address: 0, type: uint16, unit: V, scale: 0.1 }
  energy_import: { address: 4, type: uint32, unit: Wh, scale: 10 }
`;

const EDGE = `group: east
node: agent-1
broker: { urls: [mqtt://127.0.0.1:1883] }
outbox: { path: data/outbox.sqlite }
profiles: [./my-models]
buses:
  - id: gw1
    transport: tcp
    host: 127.0.0.1
    port: 1502
    devices:
      - { id: M-1, model: acme/x1, unit: 1, every: 1s }
`;

const FLEET = `profiles: [./my-models]
gateways:
  - listen: 127.0.0.1:0
    devices:
      - { id: M-1, model: acme/x1, unit: 1 }
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-own-'));
  write({ 'edge.yaml': EDGE, 'fleet.yaml': FLEET });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** Checks a configuration as a person does; what is said on both streams. */
function check(main: string, file: string): Promise<{ readonly code: number; readonly said: string }> {
  const args = [join(ROOT, main), '--config', join(folder, file), '--check-config'];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, said: `${stdout}${stderr}` });
    });
  });
}

const PROGRAMS = [
  ['edge/main.ts', 'edge.yaml'],
  ['simulators/main.ts', 'fleet.yaml'],
] as const;

describe.each(PROGRAMS)('%s with models of one’s own', (main, config) => {
  test('takes them, relative to its configuration', async () => {
    write({ 'my-models/acme/x1.yaml': SOUND });
    expect(await check(main, config)).toEqual({ code: 0, said: `${join(folder, config)} is valid\n` });
  });

  test('names file, line, path and what is allowed, of all files at once', async () => {
    write({
      'my-models/acme/x1.yaml': SOUND.replace('unit: V,', 'unit: kW,').replace('count: 8', 'count: 3'),
      'my-models/acme/x2.yaml': SOUND.replace('kind: meter', 'kind: metre'),
    });
    const { code, said } = await check(main, config);
    const at = (file: string, line: number) => `${join(folder, 'my-models/acme', file)}:${line}: `;
    expect(code).toBe(2);
    expect(said).toContain(`${at('x1.yaml', 7)}identity: lies at 102 to 105, outside its block (100 to 102)`);
    expect(said).toContain(`${at('x1.yaml', 9)}registers.voltage_a: has the unit "kW", which does not convert to "V"`);
    expect(said).toContain(`${at('x2.yaml', 3)}kind: must be one of "meter", "transformer", "device"`);
  });

  test('says where a model would have to lie', async () => {
    write({ 'my-models/x1.yaml': SOUND });
    const { code, said } = await check(main, config);
    expect(code).toBe(2);
    expect(said).toContain(
      `${join(folder, 'my-models')}: holds no device model: a model lies at <maker>/<product>.yaml`,
    );
  });
});

test.each(PROGRAMS)('%s says which built-in model is replaced', async (main, config) => {
  write({ 'my-models/acme/x1.yaml': SOUND, 'my-models/eastron/sdm630.yaml': SOUND });
  const own = join(folder, 'my-models/eastron/sdm630.yaml');
  expect((await check(main, config)).said).toContain(`eastron/sdm630 is ${own}, not the built-in model`);
});

test('the simulator serves the registers of the same file', async () => {
  write({ 'my-models/acme/x1.yaml': SOUND });
  const { value: config } = loadConfig(FleetConfigSchema, { file: join(folder, 'fleet.yaml') });
  const models = loadModels(config.profiles);
  const fleet = await startFleet(config, { models, gridClock: systemGridClock(), logger: silentLogger() });
  const client = new modbusSerial.default();
  try {
    await client.connectTCP('127.0.0.1', { port: fleet.ports[0] ?? 0 });
    client.setID(1);
    const [voltage = 0] = (await client.readHoldingRegisters(0, 1)).data;
    expect(voltage).toBeGreaterThan(2000);
    expect(voltage).toBeLessThan(2600);
    // The serial number as text, in the middle of its block and nowhere alone.
    expect((await client.readHoldingRegisters(100, 8)).buffer.toString('latin1')).toMatch(/^\0{4}[0-9]{8}\0{4}$/);
    await expect(client.readHoldingRegisters(102, 4)).rejects.toThrow(/exception 2/);
  } finally {
    await new Promise<void>((resolve) => client.close(() => resolve()));
    await fleet.stop();
  }
});
