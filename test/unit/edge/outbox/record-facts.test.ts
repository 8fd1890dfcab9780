import { expect, it } from 'vitest';
import type { StoredLayout } from '../../../../edge/outbox/record.ts';
import { FactsOfRanges, lossesOf } from '../../../../edge/outbox/record-facts.ts';
import { plainRecord } from './records.ts';

const LAYOUTS = new Map<number, StoredLayout>([
  [1, { device: 'M-1', pollClass: 'fast', metrics: ['voltage_a', 'current_a'] }],
  [2, { device: 'M-2', pollClass: 'fast', metrics: ['voltage_a', 'current_a'] }],
  [3, { device: 'M-1', pollClass: 'registers', metrics: ['energy_import'] }],
]);

it('each range has its own devices, times and values, from however many runs of records', () => {
  const facts = new FactsOfRanges(
    [
      [7, 9],
      [1, 3],
    ],
    LAYOUTS,
  );
  facts.take([plainRecord(1, { layoutId: 2 }), plainRecord(3, { layoutId: 1 }), plainRecord(8, { layoutId: 3 })]);
  facts.take([plainRecord(2, { layoutId: 1 }), plainRecord(4, { layoutId: 2 })]);
  expect(facts.finish()).toEqual([
    {
      range: [1, 3],
      devices: ['M-1', 'M-2'],
      fromMs: plainRecord(1).timeMs,
      toMs: plainRecord(3).timeMs,
      counts: new Map([
        [2, 1],
        [1, 2],
      ]),
    },
    {
      range: [7, 9],
      devices: ['M-1'],
      fromMs: plainRecord(8).timeMs,
      toMs: plainRecord(8).timeMs,
      counts: new Map([[3, 1]]),
    },
  ]);
});

it('a record of an unknown layout tells nothing', () => {
  const facts = new FactsOfRanges([[1, 1]], LAYOUTS);
  facts.take([plainRecord(1, { layoutId: 9 })]);
  expect(facts.finish()).toEqual([
    { range: [1, 1], devices: [], fromMs: undefined, toMs: undefined, counts: new Map() },
  ]);
});

it('devices that are read by the same metrics stand together', () => {
  const counts = new Map([
    [1, 4],
    [3, 1],
    [2, 5],
    [9, 1],
  ]);
  expect(lossesOf(counts, LAYOUTS)).toEqual({
    groups: [
      {
        metrics: ['voltage_a', 'current_a'],
        devices: [
          ['M-1', 4],
          ['M-2', 5],
        ],
      },
      { metrics: ['energy_import'], devices: [['M-1', 1]] },
    ],
    otherRecords: 0,
    otherValues: 0,
  });
  expect(lossesOf(new Map([[9, 1]]), LAYOUTS)).toBeUndefined();
});
