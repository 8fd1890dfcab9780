import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Fifo } from '../../../../edge/modbus/fifo.ts';

test('gives what it took, in the same order, whatever the mixture', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 5000 }), (steps) => {
      const queue = new Fifo<number>();
      const reference: number[] = [];
      steps.forEach((push, i) => {
        if (push) {
          queue.push(i);
          reference.push(i);
        } else {
          expect(queue.shift()).toBe(reference.shift());
        }
        expect(queue.size).toBe(reference.length);
      });
    }),
    { numRuns: 30 },
  );
});

test('stays small when it is never empty', () => {
  const queue = new Fifo<number>();
  queue.push(-1);
  for (let i = 0; i < 10_000; i++) {
    queue.push(i);
    expect(queue.shift()).toBe(i - 1);
  }
  expect(queue.size).toBe(1);
});
