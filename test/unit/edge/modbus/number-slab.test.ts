import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newNumbers } from '../../../../edge/modbus/number-slab.ts';

it('arrays are zeros of the length asked for, and none shares a number with another', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 1500 }), { maxLength: 40 }), (counts) => {
      const arrays = counts.map((count) => newNumbers(count));
      expect(arrays.map((numbers) => numbers.length)).toEqual(counts);
      expect(arrays.every((numbers) => numbers.every((number) => number === 0))).toBe(true);
      for (const [index, numbers] of arrays.entries()) numbers.fill(index + 1);
      expect(arrays.every((numbers, index) => numbers.every((number) => number === index + 1))).toBe(true);
    }),
  );
});
