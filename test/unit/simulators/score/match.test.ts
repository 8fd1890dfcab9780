import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ScoredLabel } from '../../../../simulators/score/labels-file.ts';
import { type Expectation, type Judgement, matchLabels } from '../../../../simulators/score/match.ts';

const HOUR = 3_600_000;
const EXPECTED = new Map<string, Expectation>([
  ['silent', { finds: ['value_stale'], afterEndMs: HOUR, harmless: false }],
  ['meterSlow', { finds: ['reads_low'], afterEndMs: 24 * HOUR, harmless: false }],
  ['overload', { finds: ['oil_temperature_high'], afterEndMs: HOUR, harmless: false }],
  ['rollover', { finds: [], afterEndMs: HOUR, harmless: true }],
]);

function label(kind: string, over: Partial<ScoredLabel> = {}): ScoredLabel {
  const place = { device: 'M-1', area: 'A-1', size: undefined, unit: undefined };
  return { kind, ...place, fromMs: 10 * HOUR, toMs: 20 * HOUR, ...over };
}

function said(code: string, fromMs: number | undefined, over: Partial<Judgement> = {}): Judgement {
  const toMs = fromMs === undefined ? Number.POSITIVE_INFINITY : fromMs + HOUR;
  return { source: 'alert', code, subject: 'M-1', fromMs, toMs, size: undefined, ...over };
}

function outcome(labels: ScoredLabel[], judgements: Judgement[]) {
  const { faults, falseOnes } = matchLabels(labels, judgements, EXPECTED);
  return { outcomes: faults.map((fault) => fault.outcome), said: falseOnes.length, faults };
}

describe('a fault', () => {
  test('is found by a word of its kind, at its place, in its time', () => {
    const { outcomes, said: falseOnes, faults } = outcome([label('silent')], [said('value_stale', 11 * HOUR)]);
    expect({ outcomes, falseOnes }).toEqual({ outcomes: ['found'], falseOnes: 0 });
    expect(faults[0]?.delayMs).toBe(HOUR);
  });

  test.each([
    ['before it', 5 * HOUR],
    ['too long after it', 22 * HOUR],
  ])('is missed by what was said %s, which is false', (_when, fromMs) => {
    expect(outcome([label('silent')], [said('value_stale', fromMs)])).toMatchObject({ outcomes: ['missed'], said: 1 });
  });

  test('is found within the allowance after its end, and by what was in force when it began', () => {
    expect(outcome([label('silent')], [said('value_stale', 20.5 * HOUR)]).outcomes).toEqual(['found']);
    expect(outcome([label('silent')], [said('value_stale', 9.5 * HOUR)]).faults[0]?.delayMs).toBe(0);
  });

  test('of one device is not found by what is said of another', () => {
    const other = said('value_stale', 11 * HOUR, { subject: 'M-2' });
    expect(outcome([label('silent')], [other])).toMatchObject({ outcomes: ['missed'], said: 1 });
  });

  test('that is told as another kind is of the wrong kind, and not said without a fault', () => {
    expect(outcome([label('silent')], [said('voltage_low', 11 * HOUR)])).toMatchObject({
      outcomes: ['wrong_kind'],
      said: 0,
    });
  });

  test('is found by what is said of its area, but not of the wrong kind by it', () => {
    const area = { subject: 'A-1' };
    const overload = label('overload', { device: 'T-1' });
    expect(outcome([overload], [said('oil_temperature_high', 11 * HOUR, area)]).outcomes).toEqual(['found']);
    expect(outcome([overload], [said('voltage_low', 11 * HOUR, area)])).toMatchObject({
      outcomes: ['missed'],
      said: 1,
    });
  });

  test('is found by what has no time; then nobody knows how long it took', () => {
    const { faults } = outcome([label('meterSlow')], [said('reads_low', undefined)]);
    expect(faults[0]).toMatchObject({ outcome: 'found', delayMs: undefined });
  });

  test('is told with the error of its size', () => {
    const slow = label('meterSlow', { size: -10, unit: '%' });
    expect(outcome([slow], [said('reads_low', 11 * HOUR, { size: -8.5 })]).faults[0]?.sizeError).toBeCloseTo(1.5);
  });

  test('counts from the first word that was right', () => {
    const words = [said('value_stale', 15 * HOUR), said('voltage_low', 10.5 * HOUR), said('value_stale', 12 * HOUR)];
    expect(outcome([label('silent')], words).faults[0]?.delayMs).toBe(2 * HOUR);
  });
});

test('what is said of something harmless is false', () => {
  expect(outcome([label('rollover')], [said('reads_low', 11 * HOUR)])).toMatchObject({
    outcomes: ['left_alone'],
    said: 1,
  });
  expect(outcome([label('rollover')], [])).toMatchObject({ outcomes: ['left_alone'], said: 0 });
});

test('each fault has one outcome, and each word that is not false belongs to one', () => {
  const place = fc.constantFrom('M-1', 'M-2', 'A-1');
  const time = fc.integer({ min: 0, max: 40 }).map((hours) => hours * HOUR);
  const kind = fc.constantFrom('silent', 'meterSlow', 'overload', 'rollover');
  const code = fc.constantFrom('value_stale', 'reads_low', 'oil_temperature_high', 'voltage_low');
  const labels = fc.array(fc.tuple(kind, place, time, time));
  const words = fc.array(fc.tuple(code, place, time));
  fc.assert(
    fc.property(labels, words, (truth, spoken) => {
      const faults = truth.map(([of, device, a, b]) =>
        label(of, { device, fromMs: Math.min(a, b), toMs: Math.max(a, b) }),
      );
      const judgements = spoken.map(([word, subject, at]) => said(word, at, { subject }));
      const match = matchLabels(faults, judgements, EXPECTED);
      expect(match.faults).toHaveLength(faults.length);
      const used = new Set(match.faults.flatMap(({ by, outcome: is }) => (by && is !== 'left_alone' ? [by] : [])));
      for (const word of match.falseOnes) expect(used.has(word)).toBe(false);
      for (const { outcome: is, by } of match.faults)
        expect(is === 'missed').toBe(by === undefined && is !== 'left_alone');
    }),
  );
});
