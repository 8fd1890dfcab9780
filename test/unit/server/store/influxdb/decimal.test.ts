import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_NUMBER_BYTES, writeNumber } from '../../../../../server/store/influxdb/decimal.ts';

function textOf(value: number): string {
  const bytes = Buffer.alloc(MAX_NUMBER_BYTES + 2, '#');
  const end = writeNumber(bytes, 1, value);
  expect([bytes[0], bytes[MAX_NUMBER_BYTES + 1]]).toEqual([0x23, 0x23]);
  return bytes.toString('latin1', 1, end);
}

/** The sign of a zero is not kept. */
function isReadAsItself(value: number): void {
  expect(Number(textOf(value))).toBe(value + 0);
}

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('a number in a line', () => {
  test('is read as the same number', () => {
    fc.assert(fc.property(finite, isReadAsItself));
  });

  test('is the same number when it came as a 32-bit float', () => {
    const float = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(fc.property(float, isReadAsItself), { numRuns: 5000 });
    const ofMeters = fc.double({ min: 0.01, max: 2e7, noNaN: true }).map(Math.fround);
    fc.assert(fc.property(ofMeters, isReadAsItself), { numRuns: 5000 });
  });

  test('with few decimals is as short as it was said', () => {
    const said = fc.record({
      digits: fc.integer({ min: -999_999_999, max: 999_999_999 }),
      places: fc.integer({ min: 0, max: 6 }),
    });
    fc.assert(
      fc.property(said, ({ digits, places }) => {
        const value = digits / 10 ** places;
        expect(textOf(value)).toBe(String(value));
      }),
      { numRuns: 5000 },
    );
  });

  test.each([
    [0, '0'],
    [-0, '0'],
    [230.5, '230.5'],
    [-0.25, '-0.25'],
    [0.000001, '0.000001'],
    [1e-7, '1e-7'],
    [99_999_999.999, '99999999.999'],
    [999_999_999_999_999, '999999999999999'],
    [2 ** 53, '9007199254740992'],
    [1e21, '1e+21'],
    [Number.MAX_VALUE, '1.7976931348623157e+308'],
    [-Number.MIN_VALUE, '-5e-324'],
    [Math.fround(230.1), '230.10000610351562'],
    [Math.fround(1.1), '1.1000000238418579'],
    [Math.fround(16_777_215), '16777215'],
    [8_388_607.5, '8388607.5'],
  ])('%d is %s', (value, text) => {
    expect(textOf(value)).toBe(text);
  });
});
