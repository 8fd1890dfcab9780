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

describe('of a load profile', () => {
  const loadProfile: NonNullable<ModelFile['loadProfile']> = {
    addressing: 'selected',
    functionCode: 3,
    clock: 300,
    select: { next: 200, channel: 201, time: 202, direction: 205, forward: 1 },
    channels: 8,
    information: { address: 210, quantity: 0, scaler: 3, interval: 4, dataType: 6, count: 7 },
    dataTypes: { signed64: 20, unsigned64: 21 },
    entries: { address: 220, entries: 15, registers: 8, time: 0, status: 3, value: 4 },
    status: { available: 0, doubtful: 5 },
    quantities: { energy_import: { obis: '1.0.1.8.0.255', unit: 'Wh' } },
  };
  const registers: Record<string, RegisterFile> = {
    energy_import: { address: 0, type: 'uint64', unit: 'kWh' },
    voltage_a: { address: 10, type: 'float32', unit: 'V' },
  };
  const import_ = { obis: '1.0.1.8.0.255', unit: 'Wh' };

  test('a sound one has no problems', () => {
    expect(problems(registers, { loadProfile })).toEqual([]);
  });

  test.each<[string, Partial<typeof loadProfile>, RegExp]>([
    ['a counter that the model has not', { quantities: { energy_export: import_ } }, /is not one of the registers/],
    ['what does not count', { quantities: { voltage_a: import_ } }, /is not a counter/],
    ['a unit that does not convert', { quantities: { energy_import: { ...import_, unit: 'V' } } }, /has the unit "V"/],
    [
      'an OBIS code beyond a byte',
      { quantities: { energy_import: { ...import_, obis: '1.0.1.8.0.256' } } },
      /at most 255/,
    ],
    ['a field beyond its window', { information: { ...loadProfile.information, dataType: 7 } }, /ends beyond the 7/],
    ['a window beyond one read', { entries: { ...loadProfile.entries, entries: 16 } }, /ends beyond the 125/],
    ['a register written for two things', { select: { ...loadProfile.select, next: 203 } }, /names a register twice/],
    ['a write to the clock', { clock: 205 }, /the meter's clock, which must not be written/],
    ['a write to a value', { select: { ...loadProfile.select, next: 10 } }, /names the register of voltage_a/],
  ])('%s', (_, parts, message) => {
    expect(problems(registers, { loadProfile: { ...loadProfile, ...parts } }).join('\n')).toMatch(message);
  });
});
