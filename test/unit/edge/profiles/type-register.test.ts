import { describe, expect, test } from 'vitest';
import { isType, lintTypeRegister, resolveTypeRegister, typeIn } from '../../../../edge/profiles/type-register.ts';

const code = { functionCode: 3, address: 0xfc02, type: 'uint16', values: [0x0070] } as const;
const text = { functionCode: 3, address: 49, type: 'ascii', count: 6, values: ['iEM3155'] } as const;

describe('the register that says what model it is', () => {
  test('takes one register for a code, and those of its text', () => {
    expect(resolveTypeRegister({ ...code, values: [...code.values] }).count).toBe(1);
    expect(resolveTypeRegister({ ...text, values: [...text.values] }).count).toBe(6);
  });

  test('a code is that code, and no other', () => {
    const register = resolveTypeRegister({ ...code, values: [...code.values] });
    expect(typeIn(register, [0x0070])).toBe(0x70);
    expect([isType(register, 0x70), isType(register, 0x20), isType(register, '112')]).toEqual([true, false, false]);
  });

  test('a text may have more around it; what is no letter is left out', () => {
    const register = resolveTypeRegister({ ...text, values: [...text.values] });
    // "iEM3155 A\0\0\0" in ASCII.
    const said = typeIn(register, [0x6945, 0x4d33, 0x3135, 0x3520, 0x4100, 0x0000]);
    expect(said).toBe('iEM3155 A');
    expect([isType(register, said), isType(register, 'iEM3255')]).toEqual([true, false]);
  });

  test('one that is part of a block is read with it, and only its own words count', () => {
    const block = { address: 64_001, count: 27 };
    const register = resolveTypeRegister({
      ...text,
      address: 64_002,
      count: 4,
      block,
      values: ['7KM2200', '7KM2201'],
    });
    expect(register).toMatchObject({ ...block, offset: 1, width: 4 });
    // The maker's number 42, "7KM2200-" and the rest of the order number.
    const said = typeIn(register, [42, 0x374b, 0x4d32, 0x3230, 0x302d, 0x3245, 0x4134]);
    expect(said).toBe('7KM2200-');
    expect(isType(register, said)).toBe(true);
  });

  test('values of the other kind are told with their place', () => {
    expect(lintTypeRegister(undefined)).toEqual([]);
    expect(lintTypeRegister({ ...code, values: [0x70, 'SDM'] })).toEqual([
      { path: ['typeRegister', 'values', '1'], message: 'must be a number' },
    ]);
    expect(lintTypeRegister({ ...text, values: [7] })[0]?.message).toBe('must be a text');
  });
});
