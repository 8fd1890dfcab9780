import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { loadEdgeConfig } from '../../../edge/load-config.ts';
import { FOREIGN_SERVERS, type ForeignModbusServer } from '../../parts/modbus-servers.ts';
import type { RegisterImage } from '../../parts/register-image.ts';
import { describeWithPart } from '../../parts/require.ts';
import { edge } from './edge-command.ts';

/**
 * A meter that the repository does not know: floats with the low word first in holding registers from 4096 on, in the
 * order of `VALUES`, power in watts. 230.4 V × 8 A × 0.95 and so on, so that the values fit together.
 */
const VALUES = {
  voltage_a: 230.4,
  voltage_b: 231.2,
  voltage_c: 229.6,
  current_a: 8,
  current_b: 6.5,
  current_c: 7.25,
  active_power_a: 1751,
  active_power_b: 1427.7,
  active_power_c: 1581.4,
  active_power: 4760.1,
  power_factor: 0.95,
  frequency: 50.02,
  energy_import: 81_234.5,
} as const;
const FIRST = 4096;
const UNIT = 17;

function words(value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return [bytes.readUInt16BE(2), bytes.readUInt16BE(0)];
}

const image: RegisterImage = {
  units: [{ unit: UNIT, holding: [{ address: FIRST, registers: Object.values(VALUES).flatMap(words) }] }],
};

const UNITS: Readonly<Record<string, string>> = { v: 'V', c: 'A', a: 'W', f: 'Hz', e: 'kWh' };

function modelFile(
  changes: { readonly wordOrder?: string; readonly registers?: Readonly<Record<string, object>> } = {},
): string {
  const registers = Object.fromEntries(
    Object.keys(VALUES).map((metric, i) => {
      const unit = metric === 'power_factor' ? '' : UNITS[metric.charAt(0)];
      return [metric, { address: FIRST + 2 * i, unit, ...changes.registers?.[metric] }];
    }),
  );
  return stringify({
    maker: 'Workshop',
    product: 'Unknown 3',
    kind: 'meter',
    source: { document: 'Register list on the door of the cabinet', version: '1', page: '1', checked: 'community' },
    functionCode: 3,
    type: 'float32',
    wordOrder: changes.wordOrder ?? 'low-first',
    sign: 'import-positive',
    registers,
  });
}

for (const { name, lookup, start } of FOREIGN_SERVERS) {
  describeWithPart(name, lookup, () => {
    let server: ForeignModbusServer;
    let where: string[];
    let folder: string;

    beforeAll(async () => {
      server = await start(image);
      where = ['--host', server.host, '--port', String(server.port)];
      folder = mkdtempSync(join(tmpdir(), 'gridwarden-unknown-'));
      mkdirSync(join(folder, 'models/workshop'), { recursive: true });
    });
    afterAll(async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    const tryModel = (text: string, ...flags: string[]) => {
      const file = join(folder, 'models/workshop/unknown3.yaml');
      writeFileSync(file, text);
      return edge(['check', '--profile', file, ...where, '--unit', String(UNIT), ...flags]);
    };

    test('is found, and honestly not recognised', async () => {
      const scan = await edge(['scan', ...where, '--units', '16-18', '--pause', '0ms']);
      expect(scan.code).toBe(0);
      expect(scan.stdout).toMatch(/^ +17 {2}unknown/m);
      expect(scan.stdout).toContain('write a model file');
      const init = await edge(['init', ...where, '--unit', String(UNIT)], { cwd: folder });
      expect([init.code, init.stderr]).toEqual([
        1,
        expect.stringMatching(/No model fits\. Look at its\s+registers with "read"/),
      ]);
    });

    test('shows its registers in every type and order', async () => {
      const args = ['read', ...where, '--unit', String(UNIT), '--fc', '3', '--address', '0x1000', '--count', '4'];
      const read = await edge(args);
      expect(read.code).toBe(0);
      // 230.4 is 43 66 66 66 (IEEE 754).
      expect(read.stdout).toMatch(/^ +4096 {2}0x1000 {2}6666 +26214 +26214/m);
      expect(read.stdout).toMatch(/^0x1000 +float32 +\S+ +230\.4 /m);
      const json = await edge([...args, '--json']);
      expect(JSON.parse(json.stdout)).toMatchObject({ command: 'read', words: [0x6666, 0x4366, 0x3333, 0x4367] });
      const refused = await edge(['read', ...where, '--unit', String(UNIT), '--fc', '4', '--address', '0']);
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('exception 2, illegal data address')]);
    });

    test('fits the model that was written for it', async () => {
      const { code, stdout } = await tryModel(modelFile());
      expect(stdout).toMatch(/^voltage_a +3 {2}0x1000 {3}float32 {2}6666 4366 +230\.4 {2}V$/m);
      expect(stdout).toContain('Nothing looks wrong.');
      expect(code).toBe(0);
    });

    test.each<[string, Parameters<typeof modelFile>[0], string, RegExp]>([
      [
        'words swapped',
        { wordOrder: 'high-first' },
        'words_swapped',
        /suspicion, words swapped: 12 of 13 numbers are absurd/,
      ],
      [
        'kW for W',
        { registers: Object.fromEntries(['a', 'b', 'c'].map((phase) => [`active_power_${phase}`, { unit: 'kW' }])) },
        'unit',
        /suspicion, unit: power 1000 times too large|suspicion, phase sum/,
      ],
      [
        'a current off by ten',
        { registers: { current_a: { scale: 0.1 }, current_b: { scale: 0.1 }, current_c: { scale: 0.1 } } },
        'scale',
        /10 times too large for voltage and current/,
      ],
      [
        'the total at the wrong address',
        { registers: { active_power: { address: FIRST + 12 }, active_power_a: { address: FIRST + 18 } } },
        'phase_sum',
        /the total reads 1\.751/,
      ],
      [
        'a wrong sign',
        { registers: { active_power_b: { sign: 'export-positive' } } },
        'ct_reversed',
        /phase B runs against the others/,
      ],
      [
        'a frequency in the wrong unit',
        { registers: { frequency: { scale: 0.1 } } },
        'scale',
        /10 times too small: frequency reads 5\.002 Hz, plausible is 50\.02/,
      ],
      [
        'a register that is not there',
        { registers: { frequency: { address: 6000 } } },
        'refused',
        /it refuses frequency \(registers 3:6000-6001\)/,
      ],
    ])('%s is suspected', async (_, changes, code, words) => {
      const text = modelFile(changes);
      const shown = await tryModel(text);
      expect([shown.code, shown.stdout.replace(/\s+/g, ' ')]).toEqual([1, expect.stringMatching(words)]);
      const { findings } = JSON.parse((await tryModel(text, '--json')).stdout) as { findings: { code: string }[] };
      expect(findings.map((finding) => finding.code)).toContain(code);
    });

    test('a model file that is wrong is refused with path and line', async () => {
      const { code, stderr } = await tryModel(modelFile().replace('unit: Hz', 'unit: kHz'));
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/unknown3\.yaml:\d+: registers\.frequency: has the unit "kHz"/),
      ]);
    });

    test('is recognised by the model of one’s own, and configured with it', async () => {
      writeFileSync(join(folder, 'models/workshop/unknown3.yaml'), modelFile());
      const own = ['--profiles', 'models', '--out', 'own.yaml', '--force', '--seconds', '0'];
      const init = await edge(['init', ...where, '--unit', String(UNIT), ...own], { cwd: folder });
      expect(init.stderr).toContain('unit 17 is Workshop Unknown 3 (workshop/unknown3');
      expect(init.code).toBe(0);
      expect(loadEdgeConfig(join(folder, 'own.yaml')).config.profiles).toEqual([join(folder, 'models')]);
      const check = await edge(['check', '--config', 'own.yaml'], { cwd: folder });
      expect(check.stdout).toContain('1 of 1 devices answered, nothing is wrong');
      expect(check.code).toBe(0);
    });
  });
}
