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
      /which uint16 cannot hold/,
    ],
    [
      'not-a-number of an integer',
      { voltage_a: { address: 0, type: 'uint16', unit: 'V', notAvailable: ['nan'] } },
      /which uint16 cannot hold/,
    ],
    [
      'a power factor in whole numbers',
      { power_factor: { address: 0, type: 'int16', unit: '' } },
      /has a step of 1; plausible is at most 0\.01 \(check/,
    ],
    [
      'a direction that cannot be told',
      { active_power: { address: 0, type: 'uint32', unit: 'W' } },
      /cannot be negative as uint32.*"sign: unsigned"/,
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

  test('a magnitude may be unsigned where the file says so', () => {
    const power: RegisterFile = { address: 0, type: 'uint32', unit: 'W', sign: 'unsigned' };
    expect(problems({ active_power: power })).toEqual([]);
  });

  test('a number wider than the device gives at once', () => {
    const limits = { maxRegistersPerRead: 1, minGapMs: 0, holes: [], readsAcrossGaps: true };
    expect(problems({ voltage_a: VOLTAGE }, { limits })).toEqual([
      'registers.voltage_a takes 2 registers, more than the device gives at once (maxRegistersPerRead 1)',
    ]);
  });

  test('a pattern of the whole model that is too wide for its type', () => {
    expect(problems({ voltage_a: VOLTAGE }, { notAvailable: { int16: ['0x80000000'], float32: ['nan'] } })).toEqual([
      'notAvailable.int16 has the not-available value 0x80000000, which int16 cannot hold',
    ]);
  });

  test('no overlap between function codes', () => {
    expect(problems({ voltage_a: VOLTAGE, voltage_b: { ...VOLTAGE, functionCode: 3 } })).toEqual([]);
  });
});

describe('of the serial number', () => {
  const limits = { maxRegistersPerRead: 60, minGapMs: 0, holes: [{ from: 200, to: 209 }], readsAcrossGaps: true };
  const text = { functionCode: 3, address: 112, type: 'ascii', count: 8 } as const;

  test('sound ones have no problems', () => {
    expect(problems({ voltage_a: VOLTAGE }, { limits, identity: text })).toEqual([]);
    expect(
      problems({ voltage_a: VOLTAGE }, { limits, identity: { ...text, block: { address: 101, count: 27 } } }),
    ).toEqual([]);
    expect(problems({ voltage_a: VOLTAGE }, { identity: { functionCode: 4, address: 9, type: 'uint32' } })).toEqual([]);
  });

  test('the register with the type lies in its block, and is read as the device lets it', () => {
    const type = { ...text, values: ['7KM'] };
    const told = (block: { address: number; count: number }) =>
      problems({ voltage_a: VOLTAGE }, { limits, typeRegister: { ...type, block } });
    expect(told({ address: 101, count: 27 })).toEqual([]);
    expect(told({ address: 113, count: 27 })).toEqual([expect.stringContaining('outside its block (113 to 139)')]);
    expect(told({ address: 101, count: 61 })).toEqual([expect.stringContaining('is read with 61 registers')]);
  });

  test.each<[string, NonNullable<ModelFile['identity']>, string]>([
    ['a text without its length', { functionCode: 3, address: 1, type: 'ascii-low' }, 'needs its "count"'],
    ['a number with one', { functionCode: 3, address: 1, type: 'uint32', count: 4 }, 'which only a text has'],
    ['beyond the last address', { ...text, address: 65_530 }, 'ends at address 65537'],
    ['a block beyond it', { ...text, address: 65_500, block: { address: 65_500, count: 50 } }, 'ends at address 65549'],
    [
      'outside its block',
      { ...text, block: { address: 101, count: 18 } },
      'lies at 112 to 119, outside its block (101 to 118)',
    ],
    ['before its block', { ...text, block: { address: 113, count: 27 } }, 'outside its block (113 to 139)'],
    ['more than one read', { ...text, block: { address: 101, count: 61 } }, 'is read with 61 registers'],
    ['across a hole', { ...text, address: 193 }, 'is read across a hole (200 to 209)'],
  ])('%s', (_, identity, message) => {
    expect(problems({ voltage_a: VOLTAGE }, { limits, identity })).toEqual([expect.stringContaining(message)]);
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
