// Numbers: IEEE 754 (230.2 is 43 66 33 33 in 32 bits, 1.5 is 3F F8 00 … in 64), two's complement.
import { describe, expect, test } from 'vitest';
import { asciiOf, type Interpretation, interpretations } from '../../../../edge/commissioning/raw-words.ts';
import { numberText, rawWordsText } from '../../../../edge/commissioning/raw-words-text.ts';

function value(words: readonly number[], wanted: Partial<Interpretation>): number | null | undefined {
  const order = { wordOrder: 'high-first', byteOrder: 'big', address: 100, ...wanted };
  return interpretations(100, words).find((one) =>
    Object.entries(order).every(([key, part]) => one[key as keyof Interpretation] === part),
  )?.value;
}

describe('words as numbers', () => {
  test.each<[readonly number[], Partial<Interpretation>, number | null]>([
    [[0xfffe], { type: 'uint16' }, 65_534],
    [[0xfffe], { type: 'int16' }, -2],
    [[0x08fe], { type: 'uint16', byteOrder: 'little' }, 0xfe08],
    [[0x0001, 0x86a0], { type: 'uint32' }, 100_000],
    [[0x86a0, 0x0001], { type: 'uint32', wordOrder: 'low-first' }, 100_000],
    [[0x0100, 0xa086], { type: 'int32', byteOrder: 'little' }, 100_000],
    [[0xa086, 0x0100], { type: 'int32', wordOrder: 'low-first', byteOrder: 'little' }, 100_000],
    [[0xffff, 0xfffe], { type: 'int32' }, -2],
    [[0x3ff8, 0, 0, 0], { type: 'float64' }, 1.5],
    [[0, 0, 0, 0x3ff8], { type: 'float64', wordOrder: 'low-first' }, 1.5],
    [[0, 0, 0x1234, 0x5678], { type: 'uint64' }, 0x12345678],
    [[0xffff, 0xffff, 0xffff, 0xfffe], { type: 'int64' }, -2],
    [[0x7fc0, 0], { type: 'float32' }, null],
  ])('%j is %j: %s', (words, wanted, expected) => expect(value(words, wanted)).toBe(expected));

  test('a float of 32 bits, in either order, from any address', () => {
    expect(value([0x4366, 0x3333], { type: 'float32' })).toBeCloseTo(230.2, 4);
    expect(value([0, 0x3333, 0x4366], { type: 'float32', wordOrder: 'low-first', address: 101 })).toBeCloseTo(230.2, 4);
  });

  test('every type from every address that has room for it', () => {
    const of = (type: string) => interpretations(0, [1, 2, 3, 4, 5]).filter((one) => one.type === type).length;
    expect([of('uint16'), of('float32'), of('int64')]).toEqual([5 * 2, 4 * 4, 2 * 4]);
  });
});

test('words as text, unprintable bytes as dots', () => {
  expect(asciiOf([0x6945, 0x4d33, 0x0041])).toBe('iEM3.A');
  expect(asciiOf([0x4569, 0x334d], 'little')).toBe('iEM3');
});

test('the tables stay within 120 columns', () => {
  const lines = rawWordsText(65_000, [0x8000, 0xffff, 0xfffe, 0x7fff, 0x1234]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  expect(lines.join('\n')).toMatch(/65000 {2}0xfde8 {2}8000 +32768 +-32768/);
});

test.each([
  [230.19999694824219, 'float32', '230.2'],
  [4.2e-8, 'float32', '4.2000e-8'],
  [0, 'float32', '0'],
  [100_000, 'uint32', '100000'],
  [2 ** 63, 'uint64', '9.223372e+18'],
  [null, 'float64', 'no number'],
] as const)('%s as %s reads %s', (number, type, text) => expect(numberText(number, type)).toBe(text));
