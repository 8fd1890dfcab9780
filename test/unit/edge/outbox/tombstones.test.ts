import { expect, it } from 'vitest';
import { joinTombstones, tombstoneOf } from '../../../../edge/outbox/tombstones.ts';
import type { Tombstone } from '../../../../edge/protocol/delivery.ts';
import type { Losses } from '../../../../edge/protocol/losses.ts';

function tombstone(from: number, to: number, overrides: Partial<Tombstone> = {}): Tombstone {
  const base = { epoch: 'e', reason: 'outbox_full' as const, devices: ['M-1'], fromMs: from, toMs: to };
  return { ...base, range: [from, to], records: to - from + 1, ...overrides };
}

const LOSSES = {
  groups: [{ metrics: ['u', 'i'], devices: [['M-1', 3]] }],
  otherRecords: 0,
  otherValues: 0,
} satisfies Losses;

it('has all of what is known of its range', () => {
  const known = { epoch: 'e', reason: 'too_old' as const, devices: ['b', 'a'], fromMs: 1, toMs: 2 };
  const made = { ...known, range: [7, 9], devices: ['a', 'b'], records: 3 };
  expect(tombstoneOf({ ...known, range: [7, 9], losses: LOSSES })).toEqual({ ...made, losses: LOSSES });
  expect(tombstoneOf({ ...known, range: [7, 9], losses: undefined })).toEqual(made);
});

it('neighbours of one reason join', () => {
  expect(joinTombstones(tombstone(1, 5), tombstone(6, 9, { devices: ['M-2'] }))).toEqual(
    tombstone(1, 9, { devices: ['M-1', 'M-2'] }),
  );
});

it('neighbours add what they lost; one that knows nothing of it takes nothing away', () => {
  const other = {
    groups: [
      {
        metrics: ['u', 'i'],
        devices: [
          ['M-2', 1],
          ['M-1', 2],
        ],
      },
    ],
    otherRecords: 1,
    otherValues: 2,
  } satisfies Losses;
  expect(joinTombstones(tombstone(1, 5, { losses: LOSSES }), tombstone(6, 9, { losses: other }))?.losses).toEqual({
    groups: [
      {
        metrics: ['u', 'i'],
        devices: [
          ['M-1', 5],
          ['M-2', 1],
        ],
      },
    ],
    otherRecords: 1,
    otherValues: 2,
  });
  expect(joinTombstones(tombstone(1, 5, { losses: LOSSES }), tombstone(6, 9))?.losses).toEqual(LOSSES);
  expect(joinTombstones(tombstone(1, 5), tombstone(6, 9, { losses: LOSSES }))?.losses).toEqual(LOSSES);
});

it('others do not', () => {
  expect(joinTombstones(tombstone(1, 5), tombstone(7, 9))).toBeUndefined();
  expect(joinTombstones(tombstone(1, 5), tombstone(6, 9, { reason: 'too_old' }))).toBeUndefined();
  expect(joinTombstones(tombstone(1, 5), tombstone(6, 9, { epoch: 'f' }))).toBeUndefined();
});

it('more devices than a message lists are no list: any may be meant', () => {
  const many = Array.from({ length: 1001 }, (_, index) => `M-${index}`);
  const known = { epoch: 'e', reason: 'too_old' as const, fromMs: 1, toMs: 2, losses: undefined };
  expect(tombstoneOf({ ...known, range: [1, 1], devices: many }).devices).toEqual([]);
  const half = tombstone(1, 5, { devices: many.slice(0, 600) });
  expect(joinTombstones(half, tombstone(6, 9, { devices: many.slice(500) }))?.devices).toEqual([]);
  expect(joinTombstones(half, tombstone(6, 9, { devices: [] }))?.devices).toEqual([]);
});
