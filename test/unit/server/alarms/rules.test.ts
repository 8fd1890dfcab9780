import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { codeOf, messageOf } from '../../../../edge/platform/errors.ts';
import { loadRules, settingsFor } from '../../../../server/alarms/rules.ts';
import type { LimitRule } from '../../../../server/alarms/rules-schema.ts';

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'rules.yaml');
  writeFileSync(file, text);
  return file;
}

/** The problems of a rules file, without the path of the file. */
function problemsOf(text: string): string[] {
  const file = fileOf(text);
  try {
    loadRules(file);
  } catch (error) {
    expect(codeOf(error)).toBe('CONFIG_INVALID');
    return messageOf(error)
      .split('\n')
      .map((line) => line.replace(`${file}:`, ''));
  }
  return [];
}

const RULE = `
limits:
  - id: current_high
    metrics: [current_a, current_b]
    high: 100
    severity: medium
    deadband: 5
    text: { en: '{metric} {value}', zh: '{metric} {value}' }
`;

const METER = { id: 'M-1', kind: 'meter', model: 'eastron/sdm630' } as const;

function ruleOf(text: string): LimitRule {
  const rule = loadRules(fileOf(text)).limits.find(({ id }) => id === 'current_high');
  if (!rule) throw new Error('no rule');
  return rule;
}

test('the built-in rules are valid, and each limit names its source', () => {
  const { limits } = loadRules(undefined);
  expect(limits.map(({ id }) => id)).toContain('oil_temperature_high');
  for (const { id, source } of limits) expect(source ?? '', id).toMatch(/\w/);
});

test('a rules file adds to the built-in limits, replaces by id, and disables', () => {
  const rules = loadRules(
    fileOf(`${RULE}
  - id: voltage_high
    metrics: [voltage_a]
    high: 264
    severity: high
    deadband: 1
    text: { en: x, zh: x }
disable: [voltage_low]
communicationLoss: { onDelay: 5m }
history: { maxAge: 30d }
`),
  );
  const ids = rules.limits.map(({ id }) => id);
  expect(ids).toContain('current_high');
  expect(ids).toContain('oil_temperature_high');
  expect(ids).not.toContain('voltage_low');
  expect(rules.limits.filter(({ id }) => id === 'voltage_high').map(({ high }) => high)).toEqual([264]);
  expect(rules.communicationLoss).toMatchObject({ onDelay: '5m', severity: 'high' });
  expect(rules.history).toEqual({ maxAge: '30d', maxEvents: 1_000_000 });
});

test('without the built-in limits only those of the file hold', () => {
  expect(loadRules(fileOf(`builtIn: false\n${RULE}`)).limits.map(({ id }) => id)).toEqual(['current_high']);
  expect(loadRules(fileOf('builtIn: false')).limits).toEqual([]);
  expect(loadRules(fileOf('')).limits.length).toBeGreaterThan(0);
});

test('the nearest override holds: a device before its model before its kind', () => {
  const rule = ruleOf(`${RULE}
    onDelay: 1m
    overrides:
      - { kinds: [meter], limit: 90 }
      - { models: [eastron/sdm630], limit: 80, onDelay: 5s }
      - { devices: [M-1], limit: 70, severity: critical, deadband: 1 }
      - { devices: [M-9], off: true }
`);
  const limitOf = (device: Parameters<typeof settingsFor>[1]) => settingsFor(rule, device)?.levels[0]?.limit;
  expect(settingsFor(rule, METER)).toEqual({
    direction: 'high',
    levels: [{ limit: 70, severity: 'critical' }],
    deadband: 1,
    onDelayMs: 60_000,
    offDelayMs: 0,
  });
  expect(settingsFor(rule, { ...METER, id: 'M-2' })).toMatchObject({ onDelayMs: 5_000, levels: [{ limit: 80 }] });
  expect(limitOf({ ...METER, id: 'M-2', model: undefined })).toBe(90);
  expect(limitOf({ id: 'T-1', kind: 'transformer', model: undefined })).toBe(100);
  expect(limitOf({ ...METER, id: 'M-9' })).toBeUndefined();
});

test('a rule for some devices, models or kinds does not hold for others', () => {
  const rule = ruleOf(`${RULE}    kinds: [transformer]\n    models: [acme/t1]\n`);
  expect(settingsFor(rule, METER)).toBeUndefined();
  expect(settingsFor(rule, { id: 'T-1', kind: 'transformer', model: 'acme/t2' })).toBeUndefined();
  expect(settingsFor(rule, { id: 'T-1', kind: 'transformer', model: 'acme/t1' })).toBeDefined();
});

test.each<[string, string, string[]]>([
  [
    'a metric that is not in the catalogue',
    RULE.replace('current_b', 'curent_b'),
    [
      '4: limits.0.metrics.1: "curent_b" is not a metric of the catalogue, did you mean "current_b" or "current_a" or "current_c"?',
    ],
  ],
  ['neither high nor low', RULE.replace('    high: 100\n', ''), ['3: limits.0: needs one of "high" and "low"']],
  [
    'both high and low',
    RULE.replace('    high: 100\n', '    high: 100\n    low: 1\n'),
    ['3: limits.0: needs one of "high" and "low"'],
  ],
  [
    'a severity that does not exist',
    RULE.replace('severity: medium', 'severity: urgent'),
    ['6: limits.0.severity: must be one of "critical", "high", "medium", "low"'],
  ],
  [
    'a key that does not exist',
    RULE.replace('deadband: 5', 'deadbnad: 5'),
    [
      '3: limits.0: the key "deadband" is missing: of type number (minimum 0)',
      '7: limits.0.deadbnad: is not a known key, did you mean "deadband"?',
    ],
  ],
  [
    'a duration without a unit',
    `${RULE}    onDelay: 5\n`,
    ['9: limits.0.onDelay: must be a duration such as 500ms, 1s, 15m, 8h or 30d'],
  ],
  [
    'a name in a text that means nothing',
    RULE.replace("en: '{metric} {value}'", "en: '{metrik} {value}'"),
    [
      '8: limits.0.text.en: "{metrik}" means nothing here, did you mean "metric"?; allowed are {subject}, {metric}, {value}, {limit}, {unit}',
    ],
  ],
  [
    'a further limit that is not beyond the first',
    `${RULE}    escalation: [{ limit: 90, severity: high }]\n`,
    ['9: limits.0.escalation.0: must lie beyond 100 and be more severe than medium'],
  ],
  [
    'an override that passes the further limit',
    `${RULE}    escalation: [{ limit: 120, severity: high }]\n    overrides:\n      - { devices: [M-1], limit: 130 }\n`,
    ['11: limits.0.overrides.0.escalation.0: must lie beyond 130 and be more severe than medium'],
  ],
  [
    'an override for nobody',
    `${RULE}    overrides:\n      - { limit: 130 }\n`,
    ['10: limits.0.overrides.0: needs one of "devices", "models" and "kinds"'],
  ],
  [
    'a built-in limit that does not exist',
    'disable: [voltage_hihg]',
    ['1: disable.0: "voltage_hihg" is not a built-in limit, did you mean "voltage_high" or "voltage_low"?'],
  ],
  [
    'two rules of one id',
    `${RULE}${RULE.replace('\nlimits:\n', '')}`,
    ['9: limits.1.id: "current_high" is the id of limits.0, too'],
  ],
])('says where and what is wrong: %s', (_, text, problems) => {
  expect(problemsOf(text)).toEqual(problems);
});
