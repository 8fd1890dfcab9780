import { describe, expect, test } from 'vitest';
import { lintModelFile } from '../../../../edge/profiles/lint.ts';
import type { ModelFile, RegisterFile } from '../../../../edge/profiles/schema.ts';

function model(registers: Record<string, RegisterFile>, parts: Partial<ModelFile> = {}): ModelFile {
  return {
    maker: 'Acme',
    product: 'X1',
    kind: 'meter',
    source: { document: 'a map', version: '1', page: '1', checked: 'maker' },
    functionCode: 4,
    wordOrder: 'high-first',
    sign: 'import-positive',
    limits: { maxRegistersPerRead: 125, minGapMs: 0, holes: [], readsAcrossGaps: true },
    registers,
    ...parts,
  };
}

function problems(registers: Record<string, RegisterFile>, parts?: Partial<ModelFile>): string[] {
  return lintModelFile(model(registers, parts)).map(({ path, message }) => `${path.join('.')} ${message}`);
}

const VOLTAGE: RegisterFile = { address: 0, type: 'float32', unit: 'V' };

test('a sound model has no problems', () => {
  expect(problems({ voltage_a: VOLTAGE, active_power: { address: 2, type: 'int32', unit: 'W' } })).toEqual([]);
});

describe('what it finds', () => {
  test.each<[string, Record<string, RegisterFile>, RegExp]>([
    [
      'a name that is no metric',
      { voltage_x: VOLTAGE },
      /registers\.voltage_x is not a metric .* did you mean "voltage_/,
    ],
    [
      'a unit that does not convert',
      { voltage_a: { ...VOLTAGE, unit: 'A' } },
      /has the unit "A".*allowed: "V", "mV", "kV"/,
    ],
    ['no type at all', { voltage_a: { address: 0, unit: 'V' } }, /has no type/],
    ['an end beyond the last address', { voltage_a: { ...VOLTAGE, address: 65_535 } }, /ends at address 65536/],
    ['a scale off by a thousand', { voltage_a: { address: 0, type: 'uint16', unit: 'kV' } }, /has a step of 1000 V/],
    ['a scale that cannot reach', { voltage_a: { address: 0, type: 'uint16', unit: 'mV' } }, /reaches only 65\.5/],
    ['a counter of 16 bits', { energy_import: { address: 0, type: 'uint16', unit: 'kWh' } }, /counter of 16 bits/],
    ['digits of what does not count', { voltage_a: { ...VOLTAGE, counterDigits: 6 } }, /is not a counter/],
    [
      'a pattern too wide',
      { voltage_a: { address: 0, type: 'uint16', unit: 'V', notAvailable: ['0x80000000'] } },
      /a uint16 cannot hold/,
    ],
    [
      'not-a-number of an integer',
      { voltage_a: { address: 0, type: 'uint16', unit: 'V', notAvailable: ['nan'] } },
      /a uint16 cannot hold/,
    ],
    [
      'an overlap',
      { voltage_a: VOLTAGE, voltage_b: { ...VOLTAGE, address: 1 } },
      /registers\.voltage_b overlaps voltage_a/,
    ],
  ])('%s', (_, registers, message) => expect(problems(registers).join('\n')).toMatch(message));

  test('a power without a sign convention', () => {
    const { sign: _, ...open } = model({ active_power: { address: 0, type: 'int32', unit: 'W' } });
    expect(lintModelFile(open).map(({ message }) => message)).toEqual([expect.stringMatching(/give "sign"/)]);
  });

  test('a hole that covers a register, and one that runs backwards', () => {
    const limits = { maxRegistersPerRead: 125, minGapMs: 0, readsAcrossGaps: true };
    expect(problems({ voltage_a: VOLTAGE }, { limits: { ...limits, holes: [{ from: 1, to: 5 }] } })).toEqual([
      'limits.holes.0 covers the register voltage_a',
    ]);
    expect(problems({ voltage_a: VOLTAGE }, { limits: { ...limits, holes: [{ from: 9, to: 5 }] } })).toEqual([
      'limits.holes.0 runs from 9 down to 5',
    ]);
    expect(
      problems({ voltage_a: VOLTAGE }, { limits: { ...limits, holes: [{ functionCode: 3, from: 0, to: 5 }] } }),
    ).toEqual([]);
  });

  test('no overlap between function codes', () => {
    expect(problems({ voltage_a: VOLTAGE, voltage_b: { ...VOLTAGE, functionCode: 3 } })).toEqual([]);
  });
});
