import { describe, expect, test } from 'vitest';
import { qualityCode } from '../../../../../edge/protocol/quality.ts';
import type { AgentRow } from '../../../../../server/web/src/contract.ts';
import { type ConditionInput, conditionsOf, isNothingCurrent } from '../../../../../server/web/src/live/conditions.ts';
import { groupMetrics, metricName } from '../../../../../server/web/src/live/metric-groups.ts';
import { NEVER_SEEN } from '../../../../../server/web/src/live/point-table.ts';
import { type ReadingFacts, readingState } from '../../../../../server/web/src/live/reading-state.ts';

const GOOD_READING: ReadingFacts = {
  value: 1,
  hasText: false,
  quality: 0,
  isStale: false,
  isLinkLost: false,
  isAgentLost: false,
};

describe('a value', () => {
  test.each<[string, Partial<ReadingFacts>, object]>([
    ['good and current', {}, { kind: 'fresh' }],
    ['old for the server', { isStale: true }, { kind: 'stale', why: 'device' }],
    ['of a lost agent', { isStale: true, isAgentLost: true }, { kind: 'stale', why: 'agent' }],
    ['while the link is lost', { isLinkLost: true, isAgentLost: true }, { kind: 'stale', why: 'link' }],
    [
      'missing',
      { value: Number.NaN, quality: qualityCode('silent') },
      { kind: 'missing', quality: 'silent', isOld: false },
    ],
    [
      'missing, and that is old',
      { value: Number.NaN, quality: qualityCode('exception'), isStale: true },
      { kind: 'missing', quality: 'exception', isOld: true },
    ],
    [
      'a number of bad quality',
      { value: 5, quality: qualityCode('bad') },
      { kind: 'missing', quality: 'bad', isOld: false },
    ],
    ['good but no number', { value: Number.NaN }, { kind: 'missing', quality: 'bad', isOld: false }],
    ['a text', { value: Number.NaN, hasText: true }, { kind: 'fresh' }],
    ['never seen', { value: Number.NaN, quality: NEVER_SEEN, isStale: true }, { kind: 'never' }],
    ['of a quality that is not known here', { quality: 200 }, { kind: 'missing', quality: 'bad', isOld: false }],
  ])('%s', (_, facts, expected) => {
    expect(readingState({ ...GOOD_READING, ...facts })).toEqual(expected);
  });
});

function agent(id: string, fields: Partial<AgentRow> = {}): AgentRow {
  return { id, presence: 'online', sinceMs: 0, lastSeenMs: 0, devices: 10, ...fields };
}

const ALL_WELL: ConditionInput = {
  link: { phase: 'live', lastGoodMs: 50, attempts: 0 },
  agents: [agent('a')],
  broker: { ok: true, reason: '' },
  brokerGoodMs: 40,
  store: { ok: true, reason: '' },
  storeGoodMs: 40,
  refusal: undefined,
};

describe('what is said to be wrong', () => {
  test('nothing while all is well, and nothing yet while connecting or interrupted', () => {
    expect(conditionsOf(ALL_WELL)).toEqual([]);
    for (const phase of ['connecting', 'interrupted'] as const)
      expect(conditionsOf({ ...ALL_WELL, link: { phase, lastGoodMs: 50, attempts: 1 } })).toEqual([]);
  });

  test('only the link when it is lost: the rest is not known', () => {
    const input = { ...ALL_WELL, agents: [agent('a', { presence: 'offline' })], broker: { ok: false, reason: 'x' } };
    const found = conditionsOf({ ...input, link: { phase: 'lost', lastGoodMs: 50, attempts: 3 } });
    expect(found).toEqual([{ kind: 'link', lastGoodMs: 50 }]);
    expect(isNothingCurrent(found)).toBe(true);
  });

  test('the broker before the agents before the store', () => {
    const found = conditionsOf({
      ...ALL_WELL,
      agents: [agent('a', { presence: 'stale', lastSeenMs: 7 }), agent('b', { presence: 'offline', lastSeenMs: 5 })],
      broker: { ok: false, reason: 'refused' },
      store: { ok: false, reason: 'down' },
      refusal: { code: 'OVERLOADED', message: 'later' },
    });
    expect(found.map(({ kind }) => kind)).toEqual(['broker', 'agents', 'store', 'refused']);
    expect(found[1]).toMatchObject({ lastGoodMs: 5 });
    expect(isNothingCurrent(found)).toBe(true);
  });

  test('a lost agent or store leaves the rest current', () => {
    const found = conditionsOf({ ...ALL_WELL, agents: [agent('a', { presence: 'offline' })] });
    expect(isNothingCurrent(found)).toBe(false);
  });
});

describe('the groups of a device’s table', () => {
  const metric = (name: string, unit: string) => ({ metric: name, unit });

  test('follow the catalogue; what it does not know comes last, by name', () => {
    const groups = groupMetrics([
      metric('voltage_b', 'V'),
      metric('zeta', ''),
      metric('alpha', 'V'),
      metric('voltage_a', 'V'),
      metric('voltage_thd_a', '%'),
      metric('demand_active', 'kW'),
      metric('power_factor', ''),
      metric('active_power', 'kW'),
      metric('oil_moisture_saturation', '%'),
      metric('dissolved_hydrogen', 'ppm'),
    ]);
    expect(groups.map(({ group, metrics }) => [group, metrics.map((one) => one.metric)])).toEqual([
      ['power', ['active_power', 'power_factor']],
      ['voltage', ['voltage_a', 'voltage_b', 'voltage_thd_a', 'alpha']],
      ['demand', ['demand_active']],
      ['gas', ['dissolved_hydrogen', 'oil_moisture_saturation']],
      ['other', ['zeta']],
    ]);
  });

  test('a metric has a name for people where the catalogue has one', () => {
    expect(metricName('voltage_a', 'zh')).toBe('A相电压');
    expect(metricName('Pump/Speed', 'zh')).toBe('Pump/Speed');
  });
});
