import { describe, expect, it } from 'vitest';
import { BookKeeper, leftWaiting, recordsIn } from '../../../faults/compare/books.ts';
import type { Excuses } from '../../../faults/compare/excuse.ts';
import { miscounted } from '../../../faults/compare/miscounts.ts';
import { NO_EXCUSES } from './three-answers.ts';

function figures(taken: number, stored: number, waiting = 0, explained = 0) {
  return { taken, stored, waiting, explained };
}

describe('the books of the server', () => {
  it('are right while they balance and nothing stored goes away', () => {
    const keeper = new BookKeeper();
    for (const one of [figures(0, 0), figures(10, 4, 5, 1), figures(8, 8), figures(12, 9, 3)])
      keeper.look('edge-1', one);
    keeper.look('edge-2', figures(1, 1));
    expect(keeper.wrong).toEqual([]);
  });

  it('are wrong when they do not balance', () => {
    const keeper = new BookKeeper();
    keeper.look('edge-1', figures(10, 4, 5));
    keeper.look('edge-1', figures(10, 12, -2));
    expect(keeper.wrong).toHaveLength(2);
  });

  it('are wrong when fewer records are stored than before', () => {
    const keeper = new BookKeeper();
    keeper.look('edge-1', figures(10, 10));
    keeper.look('edge-1', figures(10, 9, 1));
    expect(keeper.wrong).toEqual(['edge-1: 10 records were stored, and later only 9']);
  });

  it('name an edge whose records wait at the end', () => {
    const reports = new Map([
      ['edge-1', { delivery: figures(3, 3) }],
      ['edge-2', { delivery: figures(3, 2, 1) }],
    ]);
    expect(leftWaiting(reports)).toEqual(['edge-2: 3 taken, 2 stored, 1 waiting and 0 explained']);
  });
});

describe('records in rows', () => {
  it('are told apart by device, time and origin', () => {
    const row = (device: string, timeMs: number, origin = 'live') => ({
      device,
      metric: 'voltage_a',
      timeMs,
      value: 1,
      origin,
    });
    const rows = [
      row('A', 1),
      { ...row('A', 1), metric: 'current_a' },
      row('A', 2),
      row('B', 1),
      row('A', 1, 'conflict'),
    ];
    expect(recordsIn(rows, (device) => device)).toEqual(
      new Map([
        ['A', 3],
        ['B', 1],
      ]),
    );
  });
});

describe("the server's count of what is stored", () => {
  const at = (timeMs: number, value: number) => ({ device: 'A', metric: 'voltage_a', timeMs, value, origin: 'live' });
  const rows = [at(1, 1.5), at(2, 2.5), at(3, 3.5)];
  const torn = (left: readonly string[]) => ({
    edge: 'edge-1',
    atMs: 5,
    held: new Set(['A 2 fast', 'A 3 fast', 'A 4 fast']),
    left: new Set(left),
  });

  function wrong(stored: number, more: Partial<Excuses> = {}, isApart = true) {
    return miscounted(rows, { ...NO_EXCUSES, ...more }, new Map([['edge-1', { delivery: { stored } }]]), isApart);
  }

  it('is the number of records there', () => {
    expect(wrong(3)).toEqual([]);
    expect(wrong(2)).toHaveLength(1);
    expect(wrong(4)).toHaveLength(1);
  });

  it('may be more by what was set aside', () => {
    const rejected = new Set(['A voltage_a 4']);
    expect(wrong(4, { rejected })).toEqual([]);
    expect(wrong(5, { rejected })).toHaveLength(1);
  });

  it('may be less by what is there and went with an outbox, where the store does not keep the ranges', () => {
    expect(wrong(1, { deaths: [torn([])] })).toEqual([]);
    expect(wrong(0, { deaths: [torn([])] })).toHaveLength(1);
    expect(wrong(1, { deaths: [torn(['A 3 fast'])] })).toHaveLength(1);
    expect(wrong(1, { deaths: [torn([])] }, false)).toHaveLength(1);
  });
});
