import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DirtySet } from '../../../../server/live/dirty-set.ts';

test('holds each marked item once and gives it up when taken', () => {
  const dirty = new DirtySet();
  for (const item of [5, 1000, 5, 31, 32]) dirty.mark(item);
  expect(dirty.size).toBe(4);
  expect(dirty.take(10)).toEqual([5, 31, 32, 1000]);
  expect(dirty.size).toBe(0);
  expect(dirty.take(10)).toEqual([]);
});

test('an item that is marked all the time does not keep the others waiting', () => {
  const dirty = new DirtySet();
  for (let item = 0; item < 100; item++) dirty.mark(item);
  const taken = new Set<number>();
  for (let round = 0; round < 100; round++) {
    dirty.mark(0);
    for (const item of dirty.take(1)) taken.add(item);
  }
  expect(taken.size).toBeGreaterThanOrEqual(99);
});

test('an item of the word in which the last take ended is taken before the first is taken again', () => {
  const dirty = new DirtySet();
  for (const item of [0, 1, 40]) dirty.mark(item);
  expect(dirty.take(1)).toEqual([0]);
  expect(dirty.take(1)).toEqual([1]);
  dirty.mark(0);
  expect(dirty.take(1)).toEqual([40]);
  expect(dirty.take(1)).toEqual([0]);
});

test('a copy goes its own way', () => {
  const dirty = new DirtySet();
  dirty.mark(7);
  const copy = dirty.clone();
  expect(dirty.take(1)).toEqual([7]);
  copy.mark(70_000);
  expect(copy.take(5)).toEqual([7, 70_000]);
  expect(dirty.size).toBe(0);
});

type Step = { kind: 'mark'; item: number } | { kind: 'unmark'; item: number } | { kind: 'take'; limit: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('mark' as const), item: fc.nat(300) }),
  fc.record({ kind: fc.constant('unmark' as const), item: fc.nat(300) }),
  fc.record({ kind: fc.constant('take' as const), limit: fc.integer({ min: 1, max: 20 }) }),
);

test('behaves like a set, whatever the order of marks and takes', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const dirty = new DirtySet();
      const model = new Set<number>();
      for (const action of steps) {
        if (action.kind === 'mark') {
          dirty.mark(action.item);
          model.add(action.item);
        } else if (action.kind === 'unmark') {
          dirty.unmark(action.item);
          model.delete(action.item);
        } else if (action.kind === 'take') {
          const taken = dirty.take(action.limit);
          expect(taken.length).toBe(Math.min(action.limit, model.size));
          expect(new Set(taken).size).toBe(taken.length);
          for (const item of taken) expect(model.delete(item)).toBe(true);
        }
        expect(dirty.size).toBe(model.size);
      }
      expect(dirty.take(1000).sort((a, b) => a - b)).toEqual([...model].sort((a, b) => a - b));
    }),
  );
});
