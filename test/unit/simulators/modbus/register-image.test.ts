// Bit patterns of IEEE 754 numbers are the standard's: 230.0 is 43 66 00 00, −0.5 is BF 00 00 00; two's complement −2 in
// 32 bits is FF FF FF FE.
import { describe, expect, it } from 'vitest';
import { loadModels, modelNamed } from '../../../../edge/profiles/load.ts';
import { RegisterImage } from '../../../../simulators/modbus/register-image.ts';
import { writeNumber } from '../../../../simulators/modbus/write-number.ts';

const SDM630 = modelNamed(loadModels(), 'eastron/sdm630');

function imageWith(values: Readonly<Record<string, number>>): RegisterImage {
  const image = new RegisterImage(SDM630, '12345678');
  image.update((metric) => values[metric]);
  return image;
}

describe('RegisterImage', () => {
  it('has a value where the maker put it, in the device unit', () => {
    const image = imageWith({ voltage_a: 230, active_power: 1.5 });
    expect(image.read(4, 0, 2)).toEqual({ registers: Buffer.from('43660000', 'hex') });
    // 1.5 kW stands as 1500 W at 0x0034: 44 BB 80 00.
    expect(image.read(4, 0x34, 2)).toEqual({ registers: Buffer.from('44bb8000', 'hex') });
  });

  it('never shows zero for what it does not measure', () => {
    expect(imageWith({}).read(4, 0, 2)).toEqual({ registers: Buffer.from('7fc00000', 'hex') });
  });

  it('refuses what the device refuses: other functions, unknown addresses, too many registers', () => {
    const image = imageWith({});
    expect(image.read(1, 0, 1)).toEqual({ exception: 1 });
    expect(image.read(4, 0x4000, 2)).toEqual({ exception: 2 });
    expect(image.read(4, 0, 81)).toEqual({ exception: 3 });
    expect(image.read(4, 0, 80)).toHaveProperty('registers');
  });

  it('serves the serial number in the identity register', () => {
    const answer = imageWith({}).read(3, 0xfc00, 2);
    expect(answer).toEqual({ registers: Buffer.from([0x00, 0xbc, 0x61, 0x4e]) });
  });

  it('serves a serial number of one letter a register', () => {
    const image = new RegisterImage(modelNamed(loadModels(), 'carlo-gavazzi/em340'), 'AB12345678');
    // The Modbus words of table 2.9-9 of its protocol: the letter in the low byte, seven of them.
    expect(image.read(4, 0x5000, 7)).toEqual({ registers: Buffer.from('0041004200310032003300340035', 'hex') });
  });
});

describe('a serial number within a block', () => {
  // Table A-11 of the PAC2200's manual: 27 registers from 64001, the serial number (16 characters) from 64012.
  const image = new RegisterImage(modelNamed(loadModels(), 'siemens/pac2200'), '10000042');

  it('is served with its block', () => {
    const answer = image.read(3, 64_001, 27);
    const bytes = 'registers' in answer ? answer.registers : Buffer.alloc(0);
    expect(bytes.subarray(22, 30).toString('latin1')).toBe('10000042');
    // The order number, 20 characters from 64002, begins with that of the model.
    expect(bytes.subarray(2, 9).toString('latin1')).toBe('7KM2200');
    expect(bytes.subarray(9, 22).every((byte) => byte === 0)).toBe(true);
  });

  it.each([
    [64_012, 8],
    [64_001, 26],
    [64_002, 26],
  ])('is refused in part: %i, %i registers', (address, count) => {
    expect(image.read(3, address, count)).toEqual({ exception: 2 });
  });
});

describe('writeNumber', () => {
  const written = (
    value: number,
    type: 'float32' | 'int32' | 'uint16' | 'int64',
    wordOrder: 'high-first' | 'low-first' = 'high-first',
    byteOrder: 'big' | 'little' = 'big',
  ) => {
    const count = { float32: 2, int32: 2, uint16: 1, int64: 4 }[type];
    const bytes = Buffer.alloc(count * 2);
    writeNumber(bytes, 0, { type, count, wordOrder, byteOrder }, value);
    return bytes.toString('hex');
  };

  it('writes both word orders and both byte orders', () => {
    expect(written(-0.5, 'float32')).toBe('bf000000');
    expect(written(-0.5, 'float32', 'low-first')).toBe('0000bf00');
    expect(written(-0.5, 'float32', 'high-first', 'little')).toBe('00bf0000');
    expect(written(-2, 'int32')).toBe('fffffffe');
    expect(written(1, 'int64', 'low-first')).toBe('0001000000000000');
  });

  it('rounds integers and stays at the end of the range instead of wrapping', () => {
    expect(written(1.6, 'uint16')).toBe('0002');
    expect(written(70_000, 'uint16')).toBe('ffff');
    expect(written(-1, 'uint16')).toBe('0000');
  });
});
