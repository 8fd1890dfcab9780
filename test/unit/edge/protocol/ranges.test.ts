import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RangeSet } from '../../../../edge/protocol/ranges.ts';

const MAX = 60;

type Step = { readonly op: 'add' | 'remove'; readonly from: number; readonly to: number };

const steps = fc.array(
  fc
    .tuple(fc.constantFrom('add' as const, 'remove' as const), fc.integer({ min: 0, max: MAX }), fc.nat({ max: 12 }))
    .map(([op, from, length]): Step => ({ op, from, to: from + length })),
  { maxLength: 40, size: 'max' },
);

/** The same steps on a plain set of numbers: what a range set has to agree with. */
function plainSet(list: readonly Step[]): Set<number> {
  const numbers = new Set<number>();
  for (const { op, from, to } of list) {
    for (let n = from; n <= to; n++) op === 'add' ? numbers.add(n) : numbers.delete(n);
  }
  return numbers;
}

function rangeSet(list: readonly Step[]): RangeSet {
  const ranges = new RangeSet();
  for (const { op, from, to } of list) ranges[op](from, to);
  return ranges;
}

function numbersOf(ranges: Iterable<readonly [number, number]>): number[] {
  return [...ranges].flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index));
}

describe('RangeSet', () => {
  it('holds the numbers that a plain set holds after any adds and removes', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const expected = [...plainSet(list)].sort((a, b) => a - b);
        const ranges = rangeSet(list);
        expect(numbersOf(ranges.toArray())).toEqual(expected);
        expect(ranges.count).toBe(expected.length);
        expect(ranges.min).toBe(expected[0]);
        expect(ranges.max).toBe(expected.at(-1));
        for (let n = 0; n <= MAX + 13; n++) expect(ranges.has(n)).toBe(expected.includes(n));
      }),
    );
  });

  it('keeps its ranges sorted, disjoint and not adjacent', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const ranges = rangeSet(list).toArray();
        for (const [index, [from, to]] of ranges.entries()) {
          expect(from).toBeLessThanOrEqual(to);
          const next = ranges[index + 1];
          if (next) expect(to + 1).toBeLessThan(next[0]);
        }
      }),
    );
  });

  it('says what is missing, how many are in, and whether all are in, of any window', () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: MAX }), fc.nat({ max: 20 }), (list, from, length) => {
        const to = from + length;
        const numbers = plainSet(list);
        const ranges = rangeSet(list);
        const window = Array.from({ length: length + 1 }, (_, index) => from + index);
        expect(numbersOf(ranges.missingIn(from, to))).toEqual(window.filter((n) => !numbers.has(n)));
        expect(ranges.countIn(from, to)).toBe(window.filter((n) => numbers.has(n)).length);
        expect(ranges.covers(from, to)).toBe(window.every((n) => numbers.has(n)));
        expect(ranges.missingIn(from, to, 1)).toEqual(ranges.missingIn(from, to).slice(0, 1));
      }),
    );
  });

  it('refuses a range that runs downwards', () => {
    expect(() => new RangeSet().add(2, 1)).toThrow(RangeError);
    expect(() => new RangeSet().remove(2, 1)).toThrow(RangeError);
    expect(() => new RangeSet().add(Number.NaN)).toThrow(RangeError);
  });
});
