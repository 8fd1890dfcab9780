import { expect, it } from 'vitest';
import type { StoredTombstone } from '../../../../edge/outbox/outbox-tables.ts';
import { Reports } from '../../../../edge/outbox/reports.ts';
import type { DeliveryAck } from '../../../../edge/protocol/delivery.ts';

function tombstone(id: number, from: number, to: number): StoredTombstone {
  return {
    id,
    epoch: 'e',
    range: [from, to],
    reason: 'outbox_full',
    devices: [],
    fromMs: 0,
    toMs: 0,
    records: to - from + 1,
  };
}

function ack(done: [number, number][], epoch = 'e'): DeliveryAck {
  return { host: 'h', epoch, done, received: 0, credit: 0 };
}

it('tells a tombstone at once and again, ever more rarely, until the host has it', () => {
  const reports = new Reports();
  expect(reports.tombstone(tombstone(1, 5, 9))).toBe(5);
  const told: number[] = [];
  for (let nowMs = 0; nowMs <= 300_000; nowMs += 1000)
    if (reports.due(nowMs, 10).tombstones.length > 0) told.push(nowMs);
  expect(told).toEqual([0, 30_000, 90_000, 210_000]);
  expect(reports.acknowledge(ack([[5, 8]])).tombstones).toEqual([]);
  expect(reports.acknowledge(ack([[1, 100]], 'other')).tombstones).toEqual([]);
  expect(reports.acknowledge(ack([[1, 9]])).tombstones).toEqual([1]);
  expect([reports.count, reports.owesTombstoneOf('e')]).toEqual([0, false]);
});

it('one that grew is told at once, whole, and counts what it explains more', () => {
  const reports = new Reports();
  reports.tombstone(tombstone(1, 1, 10));
  reports.due(0, 10);
  expect(reports.tombstone(tombstone(1, 1, 25))).toBe(15);
  expect(reports.due(1, 10).tombstones.map(({ range }) => range)).toEqual([[1, 25]]);
});

it('after a birth everything is told again', () => {
  const reports = new Reports();
  reports.tombstone(tombstone(1, 1, 1));
  reports.close({ epoch: 'old', lastN: 3 });
  reports.due(0, 10);
  expect(reports.due(1000, 10)).toEqual({ tombstones: [], closes: [] });
  reports.born();
  const due = reports.due(2000, 10);
  expect([due.tombstones.length, due.closes]).toEqual([1, [{ epoch: 'old', lastN: 3 }]]);
});

it('a close is confirmed by an acknowledgement of its epoch that comes after it was told', () => {
  const reports = new Reports();
  reports.close({ epoch: 'e', lastN: 3 });
  expect(reports.acknowledge(ack([[1, 3]])).epochs).toEqual([]);
  reports.due(0, 10);
  expect(reports.acknowledge(ack([[1, 3]], 'other')).epochs).toEqual([]);
  expect(reports.acknowledge(ack([[1, 3]])).epochs).toEqual(['e']);
});

it('a close that a host never confirms is let go after five tellings', () => {
  const reports = new Reports();
  reports.close({ epoch: 'e', lastN: 3 });
  for (let nowMs = 0, told = 0; told < 5; nowMs += 1000) {
    told += reports.due(nowMs, 10).closes.length;
    if (told < 5) expect(reports.acknowledge(ack([], 'other')).epochs).toEqual([]);
  }
  expect(reports.acknowledge(ack([], 'other')).epochs).toEqual(['e']);
});

it('tells no more at once than it is asked for', () => {
  const reports = new Reports();
  for (let id = 1; id <= 10; id++) reports.tombstone(tombstone(id, id * 2, id * 2));
  expect(reports.due(0, 4).tombstones.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  expect(reports.due(0, 100).tombstones).toHaveLength(6);
});
