import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from '../../../../edge/modbus/heap.ts';

interface Item {
  key: number;
}

function heapOf(items: readonly Item[]): Heap<Item> {
  const heap = new Heap<Item>((one, other) => one.key < other.key);
  for (const item of items) heap.push(item);
  return heap;
}

function drained(heap: Heap<Item>): number[] {
  return Array.from({ length: heap.size }, () => heap.shift()?.key ?? Number.NaN);
}

const keys = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 60 });
const rising = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

test('gives what it took, the least first', () => {
  fc.assert(
    fc.property(keys, (some) => {
      expect(drained(heapOf(some.map((key) => ({ key }))))).toEqual(rising(some));
    }),
  );
  expect(heapOf([]).shift()).toBeUndefined();
});

test('the first may move back', () => {
  const moves = fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 30 });
  fc.assert(
    fc.property(keys, moves, (some, by) => {
      const items = some.map((key) => ({ key }));
      const heap = heapOf(items);
      for (const distance of by) {
        if (heap.first) heap.first.key += distance;
        heap.firstMoved();
        expect(heap.first?.key ?? Infinity).toBe(Math.min(...items.map(({ key }) => key)));
      }
      expect(drained(heap)).toEqual(rising(items.map(({ key }) => key)));
    }),
  );
});

test('rebuilt, after all keys have changed, it keeps what it is told to', () => {
  fc.assert(
    fc.property(keys, (some) => {
      const items = some.map((key) => ({ key }));
      const heap = heapOf(items);
      for (const item of items) item.key = 50 - item.key;
      heap.rebuild(({ key }) => key % 3 > 0);
      expect(drained(heap)).toEqual(rising(some.map((key) => 50 - key).filter((key) => key % 3 > 0)));
    }),
  );
});
