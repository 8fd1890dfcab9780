import { describe, expect, test } from 'vitest';
import { LINE_STYLES } from '../../../../../server/web/src/charts/line-styles.ts';
import { byUnit, defaultMetrics, historyQuestions, MAX_CHARTED } from '../../../../../server/web/src/charts/plan.ts';
import {
  DEFAULT_RANGE,
  everyOf,
  isOpen,
  PRESET_NAMES,
  PRESETS,
  parseRange,
  rangeQuery,
  widthMs,
  windowOf,
} from '../../../../../server/web/src/charts/range.ts';

const HOUR = 3_600_000;

describe('ranges', () => {
  test('of a preset move with the time, custom ones stand', () => {
    expect(windowOf({ kind: 'preset', preset: '1h' }, 10 * HOUR)).toEqual({ fromMs: 9 * HOUR, toMs: 10 * HOUR });
    expect(windowOf({ kind: 'custom', fromMs: 1, toMs: 2 }, 10 * HOUR)).toEqual({ fromMs: 1, toMs: 2 });
    expect(isOpen({ kind: 'custom', fromMs: 1, toMs: 2 }, 3)).toBe(false);
    expect(isOpen({ kind: 'custom', fromMs: 1, toMs: 5 }, 3)).toBe(true);
  });

  test.each(PRESET_NAMES)('%s has at most 1 000 points a line at one reading a second', (preset) => {
    const { spanMs, every } = PRESETS[preset];
    expect(spanMs / (every === undefined ? 1000 : widthMs(every))).toBeLessThanOrEqual(1000);
  });

  test.each([
    [10 * 60_000, undefined],
    [HOUR, '10s'],
    [24 * HOUR, '5m'],
    [365 * 24 * HOUR, '1d'],
    [3650 * 24 * HOUR, '7d'],
  ])('a custom range of %i ms is asked for by %s', (spanMs, every) => {
    expect(everyOf({ kind: 'custom', fromMs: 0, toMs: spanMs })).toBe(every);
  });

  test('find back through the address', () => {
    const custom = { kind: 'custom', fromMs: Date.UTC(2026, 0), toMs: Date.UTC(2026, 1) } as const;
    for (const range of [custom, { kind: 'preset', preset: '7d' } as const]) {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(rangeQuery(range))) if (value !== undefined) query.set(name, value);
      expect(parseRange(query)).toEqual(range);
    }
  });

  test.each([
    '',
    'range=2h',
    'from=2026-02-01&to=2026-01-01',
    'from=yesterday&to=today',
    'from=1900-01-01&to=2026-01-01',
  ])('%j names none: the default', (text) => {
    expect(parseRange(new URLSearchParams(text))).toEqual(DEFAULT_RANGE);
  });
});

describe('the questions of a chart', () => {
  test('readings as taken are one question', () => {
    expect(historyQuestions(['active_power', 'energy_import'], undefined)).toEqual([
      { metrics: ['active_power', 'energy_import'], every: undefined, shown: 'last' },
    ]);
  });

  test('what has a mean is asked for its extremes, too; registers for their last value', () => {
    const questions = historyQuestions(['active_power', 'energy_import', 'Pump/Speed'], '5m');
    expect(questions.map(({ metrics, shown }) => [shown, metrics])).toEqual([
      ['mean', ['active_power', 'Pump/Speed']],
      ['min', ['active_power', 'Pump/Speed']],
      ['max', ['active_power', 'Pump/Speed']],
      ['last', ['energy_import']],
    ]);
  });

  test('nothing chosen is no question', () => {
    expect(historyQuestions([], '5m')).toEqual([]);
  });
});

test('a page shows at first what says most', () => {
  expect(defaultMetrics(['voltage_a', 'active_power', 'frequency'])).toEqual(['active_power', 'voltage_a']);
  expect(defaultMetrics(['temperature_1', 'temperature_2'])).toEqual(['temperature_1']);
  expect(defaultMetrics([])).toEqual([]);
});

test('each unit has its chart', () => {
  const unitOf = (metric: string) => (metric.startsWith('v') ? 'V' : 'kW');
  expect([...byUnit(['p', 'va', 'q', 'vb'], unitOf)]).toEqual([
    ['kW', ['p', 'q']],
    ['V', ['va', 'vb']],
  ]);
});

test('no two lines of a page look the same, even without colour', () => {
  expect(LINE_STYLES).toHaveLength(MAX_CHARTED);
  expect(new Set(LINE_STYLES.map(({ dash }) => dash.join(' '))).size).toBe(MAX_CHARTED);
});
