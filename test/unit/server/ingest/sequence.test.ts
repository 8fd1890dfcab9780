import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SequenceWindow } from '../../../../server/ingest/sequence.ts';

/** What a receiver handles when it offers these numbers and takes what becomes ready. */
function handled(window: SequenceWindow<number>, seqs: readonly number[]): number[] {
  const order: number[] = [];
  for (const seq of seqs) {
    if (window.offer(seq, seq) !== 'next') continue;
    order.push(seq);
    for (let ready = window.takeReady(); ready !== undefined; ready = window.takeReady()) order.push(ready);
  }
  return order;
}

function afterBirth(maxWaiting = 100): SequenceWindow<number> {
  const window = new SequenceWindow<number>(maxWaiting);
  window.begin(0);
  return window;
}

describe('the order of a node’s messages', () => {
  test('numbers that follow are handled as they come, also over 255 to 0', () => {
    const seqs = Array.from({ length: 600 }, (_, index) => (index + 1) % 256);
    expect(handled(afterBirth(), seqs)).toEqual(seqs);
  });

  test('one that comes early waits for the missing one', () => {
    const window = afterBirth();
    expect(handled(window, [1, 3, 4])).toEqual([1]);
    expect(window.waiting).toBe(2);
    expect(handled(window, [2])).toEqual([2, 3, 4]);
    expect(window.waiting).toBe(0);
  });

  test('one that was handled, or waits already, is a duplicate', () => {
    const window = afterBirth();
    expect(handled(window, [1, 3])).toEqual([1]);
    expect(window.offer(1, 1)).toBe('duplicate');
    expect(window.offer(3, 3)).toBe('duplicate');
  });

  test('giving up hands out what waits in order and goes on behind it', () => {
    const window = afterBirth();
    expect(handled(window, [254, 3, 5])).toEqual([]);
    expect(window.giveUp()).toEqual([3, 5]);
    expect(handled(window, [6])).toEqual([6]);
  });

  test('a birth begins anew and forgets what waited', () => {
    const window = afterBirth();
    handled(window, [5]);
    window.begin(0);
    expect(window.waiting).toBe(0);
    expect(handled(window, [1])).toEqual([1]);
  });

  test('more than the window holds is an overflow', () => {
    const window = afterBirth(3);
    expect(window.offer(4, 4)).toBe('waiting');
    expect(window.offer(5, 5)).toBe('overflow');
  });

  test('any shuffle inside the window, with duplicates, is put back into order', () => {
    const length = fc.integer({ min: 1, max: 400 });
    const swaps = fc.array(fc.tuple(fc.nat(399), fc.integer({ min: 1, max: 40 })), { maxLength: 30 });
    const repeats = fc.array(fc.nat(399), { maxLength: 10 });
    fc.assert(
      fc.property(length, swaps, repeats, (count, swapped, repeated) => {
        const inOrder = Array.from({ length: count }, (_, index) => (index + 1) % 256);
        const sent = inOrder.map((seq, index) => ({ seq, index }));
        for (const [from, distance] of swapped) {
          const to = from + distance;
          const [a, b] = [sent[from], sent[to]];
          if (a && b && Math.abs(a.index - to) < 60 && Math.abs(b.index - from) < 60) [sent[from], sent[to]] = [b, a];
        }
        for (const at of repeated) {
          const item = sent[at];
          if (item) sent.splice(at + 1, 0, item);
        }
        expect(
          handled(
            afterBirth(127),
            sent.map(({ seq }) => seq),
          ),
        ).toEqual(inOrder);
      }),
    );
  });
});
