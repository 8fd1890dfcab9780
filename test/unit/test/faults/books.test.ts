import { describe, expect, it } from 'vitest';
import { BookKeeper, leftWaiting, recordsIn } from '../../../faults/compare/books.ts';

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
