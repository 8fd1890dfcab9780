import { expect, it } from 'vitest';
import type { OutboxRecord } from '../../../../edge/outbox/record.ts';
import { oldestWaitingMs } from '../../../../edge/status/oldest-waiting.ts';

type Blocks = Readonly<Record<string, readonly (readonly [n: number, timeMs: number])[][]>>;

/** An outbox of blocks by epoch, read one block at a time, and the numbers that wait in each. */
function world(blocks: Blocks, waiting: Readonly<Record<string, readonly number[]>>, running: string) {
  const outbox = {
    epoch: running,
    async read(epoch: string, from: number, _: number, each: (records: readonly OutboxRecord[]) => void) {
      const left = (blocks[epoch] ?? []).filter((block) => block.some(([n]) => n >= from));
      const records = (left[0] ?? []).map(([n, timeMs]) => ({ n, timeMs }) as OutboxRecord);
      each(records);
      return left.length > 1 ? (left[1]?.[0]?.[0] ?? 0) - 1 : Number.MAX_SAFE_INTEGER;
    },
  };
  const numbersOf = (epoch: string) => waiting[epoch] ?? [];
  const delivery = {
    waiting: Object.values(waiting).flat().length,
    first: numbersOf(running)[0] ?? 1,
    isWaiting: (epoch: string, n: number) => numbersOf(epoch).includes(n),
    earlierEpochs: () =>
      Object.keys(blocks)
        .filter((epoch) => epoch !== running)
        .map((epoch) => ({ epoch, lastN: 9, waiting: numbersOf(epoch).length })),
  };
  return oldestWaitingMs(delivery, outbox);
}

it('is of the earliest epoch in which something waits, and of a record that does', async () => {
  const blocks = {
    old: [[[1, 100]]],
    before: [
      [
        [1, 200],
        [2, 210],
      ],
      [[3, 220]],
    ],
    now: [[[1, 300]]],
  } as const;
  const mutable = structuredClone(blocks) as unknown as Blocks;
  expect(await world(mutable, { before: [2, 3], now: [1] }, 'now')).toBe(210);
  expect(await world(mutable, { before: [3], now: [1] }, 'now')).toBe(220);
  expect(await world(mutable, { now: [1] }, 'now')).toBe(300);
  expect(await world(mutable, {}, 'now')).toBeUndefined();
});
