import { expect, it } from 'vitest';
import { joinTombstones, tombstonesOf } from '../../../../edge/outbox/tombstones.ts';
import type { Tombstone } from '../../../../edge/protocol/delivery.ts';

function tombstone(from: number, to: number, overrides: Partial<Tombstone> = {}): Tombstone {
  const base = { epoch: 'e', reason: 'outbox_full' as const, devices: ['M-1'], fromMs: from, toMs: to };
  return { ...base, range: [from, to], records: to - from + 1, ...overrides };
}

it('one for each unbroken range, with all of what is known', () => {
  const made = tombstonesOf({
    epoch: 'e',
    ranges: [
      [1, 2],
      [9, 9],
    ],
    reason: 'too_old',
    devices: ['b', 'a'],
    fromMs: 1,
    toMs: 2,
  });
  expect(made.map(({ range, records, devices }) => [range, records, devices])).toEqual([
    [[1, 2], 2, ['a', 'b']],
    [[9, 9], 1, ['a', 'b']],
  ]);
});

it('neighbours of one reason join', () => {
  expect(joinTombstones(tombstone(1, 5), tombstone(6, 9, { devices: ['M-2'] }))).toEqual(
    tombstone(1, 9, { devices: ['M-1', 'M-2'] }),
  );
});

it('others do not', () => {
  expect(joinTombstones(tombstone(1, 5), tombstone(7, 9))).toBeUndefined();
  expect(joinTombstones(tombstone(1, 5), tombstone(6, 9, { reason: 'too_old' }))).toBeUndefined();
  expect(joinTombstones(tombstone(1, 5), tombstone(6, 9, { epoch: 'f' }))).toBeUndefined();
});

it('more devices than a message lists are no list: any may be meant', () => {
  const many = Array.from({ length: 1001 }, (_, index) => `M-${index}`);
  const [made] = tombstonesOf({ epoch: 'e', ranges: [[1, 1]], reason: 'too_old', devices: many, fromMs: 1, toMs: 2 });
  expect(made?.devices).toEqual([]);
  const half = tombstone(1, 5, { devices: many.slice(0, 600) });
  expect(joinTombstones(half, tombstone(6, 9, { devices: many.slice(500) }))?.devices).toEqual([]);
  expect(joinTombstones(half, tombstone(6, 9, { devices: [] }))?.devices).toEqual([]);
});
