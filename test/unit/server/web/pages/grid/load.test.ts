import { expect, test } from 'vitest';
import { GOOD, qualityCode } from '../../../../../../edge/protocol/quality.ts';
import type { LineMeter } from '../../../../../../server/web/src/contract.ts';
import { translate } from '../../../../../../server/web/src/i18n/translate.ts';
import { PointTable } from '../../../../../../server/web/src/live/point-table.ts';
import { fitting } from '../../../../../../server/web/src/pages/grid/fitting.ts';
import { currentSum, type Load, type LoadFacts, loadOf } from '../../../../../../server/web/src/pages/grid/load.ts';
import { areaLoadText, shareOf } from '../../../../../../server/web/src/pages/grid/load-text.ts';
import { meterRows } from '../../../../../../server/web/src/pages/grid/meter-rows.ts';

const meter = (id: string, ratio = 1, phase: LineMeter['phase'] = 'a'): LineMeter => ({
  id,
  role: 'gateway',
  phase,
  ratio,
});
const SILENT = qualityCode('silent');

/** A table with the active power of devices: value, quality, stale. */
function tableOf(points: Readonly<Record<string, readonly [number, number, 0 | 1]>>): PointTable {
  const table = new PointTable();
  const ids = Object.keys(points);
  const column = (place: 0 | 1 | 2) => ids.map((id) => points[id]?.[place] ?? 0);
  table.apply({
    type: 'snapshot',
    id: 's1',
    frame: 1,
    more: false,
    series: ids.map((device, slot) => ({ slot, device, metric: 'active_power', unit: 'kW' })),
    points: {
      slot: ids.map((_, slot) => slot),
      value: column(0),
      baseMs: 1000,
      offsetMs: ids.map(() => 0),
      quality: column(1),
      stale: column(2).map((one) => (one === 1 ? 1 : 0)),
    },
  });
  return table;
}

const facts = (more: Partial<LoadFacts> = {}): LoadFacts => ({
  table: tableOf({ G: [5, GOOD, 0], H: [2, GOOD, 0], OLD: [3, GOOD, 1], MUTE: [Number.NaN, SILENT, 0] }),
  isLinkLost: false,
  isAgentLost: () => false,
  ...more,
});

test('a load is the sum of its meters, each times its ratio', () => {
  expect(loadOf([meter('G', 60), meter('H')], facts())).toEqual({ kind: 'fresh', kw: 302 });
});

test('one that is old makes it old, one that is missing makes it missing: a part is not the whole', () => {
  expect(loadOf([meter('G'), meter('OLD')], facts())).toEqual({ kind: 'stale', kw: 8 });
  expect(loadOf([meter('G'), meter('MUTE')], facts())).toEqual({ kind: 'missing' });
  expect(loadOf([meter('G'), meter('NOBODY')], facts())).toEqual({ kind: 'missing' });
  expect(loadOf([], facts())).toEqual({ kind: 'none' });
});

test('while the page or the agent is cut off nothing is current', () => {
  expect(loadOf([meter('G')], facts({ isLinkLost: true }))).toEqual({ kind: 'stale', kw: 5 });
  expect(loadOf([meter('G')], facts({ isAgentLost: (device) => device === 'G' }))).toEqual({ kind: 'stale', kw: 5 });
});

test('only what is current is summed', () => {
  const loads: Load[] = [
    { kind: 'fresh', kw: 1 },
    { kind: 'stale', kw: 10 },
    { kind: 'missing' },
    { kind: 'fresh', kw: -4 },
  ];
  expect(currentSum(loads)).toEqual({ kw: -3, count: 2 });
});

const AREA = {
  id: 'A',
  name: null,
  feeder: null,
  gateways: [],
  meterCount: 0,
  transformers: [{ id: 'T', ratedKva: 100, device: null }],
};

test.each<[Load, string, number | undefined]>([
  [{ kind: 'fresh', kw: 50 }, '50.00 kW of 100 kVA', 0.5],
  [{ kind: 'fresh', kw: 120 }, '▲ 120.00 kW of 100 kVA, above the rated power', 1.2],
  [{ kind: 'fresh', kw: -120 }, '▲ -120.00 kW of 100 kVA, above the rated power', 1.2],
  [{ kind: 'stale', kw: 120 }, '120.00 kW (old) of 100 kVA', undefined],
  [{ kind: 'missing' }, 'no reading', undefined],
  [{ kind: 'none' }, 'no gateway meter', undefined],
])('%j in words', (load, text, share) => {
  expect(areaLoadText(AREA, load, (key, parameters) => translate('en', key, parameters))).toBe(text);
  expect(shareOf(AREA, load)).toBe(share);
});

test('meters stand below the head of their phase, so many a row', () => {
  const meters = [meter('1'), meter('2'), meter('3'), meter('4', 1, null)];
  expect(meterRows(meters, 2)).toEqual([
    { phase: 'a', count: 3 },
    { meters: meters.slice(0, 2) },
    { meters: meters.slice(2, 3) },
    { phase: 'unknown', count: 1 },
    { meters: meters.slice(3) },
  ]);
});

test('a text that is too long for its place is cut, wide characters counted twice', () => {
  expect(fitting('abcdef', 60, 10)).toBe('abcdef');
  expect(fitting('abcdef', 50, 10)).toBe('abcd…');
  expect(fitting('台区一号', 60, 10)).toBe('台区…');
});
