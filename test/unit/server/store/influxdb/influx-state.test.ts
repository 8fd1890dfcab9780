import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RangeSet } from '../../../../../edge/protocol/ranges.ts';
import { openState } from '../../../../../server/state/database.ts';
import { InfluxState } from '../../../../../server/store/influxdb/influx-state.ts';

const STREAM = { node: 'east/a', epoch: 'e' };

describe('the received ranges in the state file', () => {
  test('are those of a plain set, also when they are read again (property)', () => {
    const range = fc
      .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 8 }))
      .map(([from, length]) => [from, from + length] as const);
    fc.assert(
      fc.property(fc.array(fc.array(range, { maxLength: 4 }), { maxLength: 12 }), (commits) => {
        const database = openState(':memory:');
        const state = new InfluxState(database);
        const expected = new RangeSet();
        for (const ranges of commits) {
          state.saveReceived([{ stream: STREAM, ranges }], ranges.length);
          expected.addAll(ranges);
        }
        const wanted = expected.size === 0 ? [] : [{ stream: STREAM, ranges: expected.toArray() }];
        expect(state.received()).toEqual(wanted);
        const again = new InfluxState(database);
        expect(again.received()).toEqual(wanted);
        expect(again.points).toBe(commits.flat().length);
        const rows = database.prepare('SELECT from_n, to_n FROM received_range ORDER BY from_n').all();
        expect(rows.map(({ from_n: from, to_n: to }) => [from, to])).toEqual(expected.toArray());
        database.close();
      }),
      { numRuns: 60 },
    );
  });

  test('of a stream that is forgotten are gone', () => {
    const database = openState(':memory:');
    const state = new InfluxState(database);
    state.saveReceived(
      [
        { stream: STREAM, ranges: [[1, 5]] },
        { stream: { ...STREAM, epoch: 'f' }, ranges: [[1, 1]] },
      ],
      6,
    );
    state.forget(STREAM);
    expect(state.received()).toEqual([{ stream: { ...STREAM, epoch: 'f' }, ranges: [[1, 1]] }]);
    expect(new InfluxState(database).received()).toEqual(state.received());
    database.close();
  });
});

describe('the identity', () => {
  test('stays with the bucket it met first, also when another one stood in its place for a while', () => {
    const database = openState(':memory:');
    const state = new InfluxState(database);
    const id = state.identity();
    expect(new InfluxState(database).identity()).toBe(id);
    expect(state.identityWith('bucket-1')).toBe(id);
    state.remember('bucket-1', id);
    const other = state.identityWith('bucket-2');
    expect(other).not.toBe(id);
    state.remember('bucket-2', other);
    expect(state.identity()).toBe(other);
    expect(state.identityWith('bucket-2')).toBe(other);
    expect(state.identityWith('bucket-1')).toBe(id);
    database.close();
  });
});

test('series come back in the order of their numbers', () => {
  const database = openState(':memory:');
  const state = new InfluxState(database);
  const series = (number: number) =>
    ({ number, device: `D-${number}`, metric: 'x', kind: 'meter', pollClass: 'fast' }) as const;
  state.saveSeries([series(0), series(1)]);
  state.saveSeries([series(1), series(2)]);
  state.saveSeries([]);
  expect(new InfluxState(database).series().map(({ device }) => device)).toEqual(['D-0', 'D-1', 'D-2']);
  database.close();
});
