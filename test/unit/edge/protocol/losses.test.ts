import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Losses,
  LossTally,
  lostRecords,
  lostValues,
  MAX_LOSS_DEVICES,
  MAX_LOSS_GROUPS,
  MAX_LOSS_METRICS,
  parseLosses,
} from '../../../../edge/protocol/losses.ts';

interface Dropped {
  readonly device: string;
  readonly metrics: readonly string[];
  readonly records: number;
}

const SETS = [['voltage_a', 'current_a'], ['energy_import'], ['voltage_a'], []] as const;
const drops: fc.Arbitrary<Dropped[]> = fc.array(
  fc.record({
    device: fc.constantFrom('M-1', 'M-2', 'M-3', 'T-1'),
    metrics: fc.constantFrom(...SETS),
    records: fc.integer({ min: 0, max: 1000 }),
  }),
);

function tallied(list: readonly Dropped[]): Losses | undefined {
  const tally = new LossTally();
  for (const { device, metrics, records } of list) tally.add(device, metrics, records);
  return tally.finish();
}

/** Values by device and metric, as anybody would count them. */
function byHand(list: readonly Dropped[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { device, metrics, records } of list) {
    for (const metric of metrics) {
      if (records > 0) counts.set(`${device} ${metric}`, (counts.get(`${device} ${metric}`) ?? 0) + records);
    }
  }
  return counts;
}

function named(losses: Losses | undefined): Map<string, number> {
  const groups = losses?.groups ?? [];
  return byHand(
    groups.flatMap(({ metrics, devices }) => devices.map(([device, records]) => ({ device, metrics, records }))),
  );
}

/** So many devices of one metric, and more metrics or sets of them where asked for. */
function many(count: number, metricsOf: (index: number) => string[]): Dropped[] {
  return Array.from({ length: count }, (_, index) => ({ device: `M-${index}`, metrics: metricsOf(index), records: 2 }));
}

describe('what was dropped', () => {
  it('is counted by device and metric, each value once, and comes back from its text', () => {
    fc.assert(
      fc.property(drops, (list) => {
        const losses = tallied(list);
        expect(named(losses)).toEqual(byHand(list));
        if (!losses) return;
        expect(lostRecords(losses)).toBe(list.reduce((sum, { records }) => sum + records, 0));
        expect(lostValues(losses)).toBe(list.reduce((sum, { records, metrics }) => sum + records * metrics.length, 0));
        expect(parseLosses(JSON.stringify(losses))).toEqual(losses);
      }),
    );
  });

  it('told again together with more, tells the more when what was told is taken away', () => {
    fc.assert(
      fc.property(drops, drops, (first, second) => {
        const told = tallied(first);
        const all = new LossTally(told);
        for (const { device, metrics, records } of second) all.add(device, metrics, records);
        if (told) all.subtract(told);
        expect(named(all.finish())).toEqual(byHand(second));
      }),
    );
  });

  it('is nothing when nothing is left', () => {
    const losses = tallied([{ device: 'M-1', metrics: ['voltage_a'], records: 3 }]);
    const tally = new LossTally(losses);
    if (losses) tally.subtract({ ...losses, otherRecords: 5, otherValues: 5 });
    expect(tally.finish()).toBeUndefined();
    expect(tallied([])).toBeUndefined();
  });

  it.each([
    ['devices', many(MAX_LOSS_DEVICES + 3, () => ['voltage_a'])],
    ['sets of metrics', many(MAX_LOSS_GROUPS + 3, (index) => [`metric_${index}`])],
    ['names', many(13, (index) => Array.from({ length: MAX_LOSS_METRICS / 10 }, (_, at) => `metric_${index}_${at}`))],
  ])('beyond so many %s it is counted, and what came first keeps its name', (_what, list) => {
    const losses = tallied(list);
    const rest = list.slice(-3);
    expect(named(losses)).toEqual(byHand(list.slice(0, -3)));
    expect(losses).toMatchObject({ otherRecords: 6, otherValues: 6 * (rest[0]?.metrics.length ?? 0) });
    expect(parseLosses(JSON.stringify(losses))).toEqual(losses);
    expect(JSON.stringify(losses).length).toBeLessThan(64 * 1024);
  });

  it.each(['', 'null', '[]', '{"groups":[]}', '{"groups":[[]],"otherRecords":0,"otherValues":0}'])(
    '%s is none',
    (text) => expect(parseLosses(text)).toBeUndefined(),
  );
});
