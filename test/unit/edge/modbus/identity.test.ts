import { describe, expect, test } from 'vitest';
import { decodeIdentity } from '../../../../edge/modbus/identity.ts';
import type { IdentityRegister } from '../../../../edge/profiles/model.ts';

function decode(parts: Partial<IdentityRegister>, hex: string): string | undefined {
  const bytes = Buffer.from(hex.replace(/\s/g, ''), 'hex');
  const identity: IdentityRegister = {
    functionCode: 3,
    address: 0,
    count: bytes.length / 2,
    offset: 0,
    width: bytes.length / 2,
    type: 'uint32',
    wordOrder: 'high-first',
    byteOrder: 'big',
    ...parts,
  };
  return decodeIdentity(identity, bytes);
}

describe('numbers', () => {
  // 01CC57A6 is the serial number of the SDM120CT whose frames are in test/golden/profiles/sdm120.yaml.
  test.each([
    [{}, '01cc 57a6', '30168998'],
    [{ wordOrder: 'low-first' as const }, '57a6 01cc', '30168998'],
    [{ byteOrder: 'little' as const }, 'cc01 a657', '30168998'],
    [{ type: 'uint64' as const }, '0000 0001 0000 0000', '4294967296'],
    [{ type: 'uint16' as const }, '00ff', '255'],
  ])('%o', (parts, hex, expected) => expect(decode(parts, hex)).toBe(expected));

  test.each(['0000 0000', 'ffff ffff'])('%s means that none was set', (hex) => expect(decode({}, hex)).toBeUndefined());
});

describe('texts', () => {
  // "iEM3255" with trailing blanks: registers 49 … of the capture in test/golden/profiles/iem3155.yaml.
  test('blanks and zeros at the end are not part of it', () => {
    expect(decode({ type: 'ascii' }, '6945 4d33 3235 3520 2020')).toBe('iEM3255');
    expect(decode({ type: 'ascii' }, '4142 4300 ffff')).toBe('ABC');
  });

  test('bytes swapped within words', () =>
    expect(decode({ type: 'ascii', byteOrder: 'little' }, '4241 0043')).toBe('ABC'));

  // Carlo Gavazzi, EM300 series protocol, table 2.9-9: a letter in the low byte of each word, the high byte "not used".
  test('one character a register: the high byte, whatever it holds, is no part of it', () => {
    expect(decode({ type: 'ascii-low' }, '0041 0042 ff31 0020')).toBe('AB1');
    expect(decode({ type: 'ascii-low', wordOrder: 'low-first' }, '0041 0042 0000 0043')).toBe('AB');
  });

  // As Siemens has it: maker's number, order number, then the serial number; only the whole block can be read.
  test('a part of a longer block is all that counts', () => {
    expect(decode({ type: 'ascii', offset: 2, width: 2 }, '002a 374b 4c51 5631 0001')).toBe('LQV1');
    expect(decode({ offset: 1, width: 2 }, 'ffff 01cc 57a6 0001')).toBe('30168998');
    expect(decode({ offset: 1, width: 2, wordOrder: 'low-first' }, 'ffff 57a6 01cc 0001')).toBe('30168998');
  });

  test('what cannot be printed is no serial number', () => {
    expect(decode({ type: 'ascii' }, '0000 0000')).toBeUndefined();
    expect(decode({ type: 'ascii' }, 'fffe 4142')).toBeUndefined();
  });
});
