import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  amend,
  BEGIN_MS,
  END_MS,
  joined,
  overlapIn,
  overlay,
  type Span,
  type Statement,
  spanAt,
} from '../../../../server/registry/history.ts';

const span = (fromMs: number, toMs: number, multiplier?: number): Span => ({
  fromMs,
  toMs,
  fields: multiplier === undefined ? {} : { multiplier },
});

test('a ratio from a day on is history, not an overwrite', () => {
  const known = [span(BEGIN_MS, END_MS, 40)];
  expect(overlay(known, [{ fromMs: 10, toMs: END_MS, fields: { multiplier: 60 } }])).toEqual([
    span(BEGIN_MS, 10, 40),
    span(10, END_MS, 60),
  ]);
});

test('what ends is no longer there, and what came after the statements is gone', () => {
  const known = [span(0, 10, 1), span(10, END_MS, 2)];
  expect(overlay(known, [{ fromMs: 0, toMs: 5, fields: { multiplier: 1 } }])).toEqual([span(0, 5, 1)]);
});

test('what a statement does not speak of stays as it is in each time, null takes it away', () => {
  const known = [
    { ...span(0, 10, 1), fields: { multiplier: 1, serial: 'x' } },
    { ...span(10, 20, 1), fields: { multiplier: 1, serial: 'y' } },
  ];
  expect(overlay(known, [{ fromMs: 0, toMs: 30, fields: { multiplier: 3 } }]).map(({ fields }) => fields)).toEqual([
    { multiplier: 3, serial: 'x' },
    { multiplier: 3, serial: 'y' },
    { multiplier: 3 },
  ]);
  expect(overlay(known, [{ fromMs: 0, toMs: 20, fields: { multiplier: 1, serial: null } }])).toEqual([span(0, 20, 1)]);
});

test('an amendment between two moments leaves what is before and after', () => {
  expect(amend([span(0, 30, 1)], { fromMs: 10, toMs: 20, fields: { multiplier: 2 } })).toEqual([
    span(0, 10, 1),
    span(10, 20, 2),
    span(20, 30, 1),
  ]);
});

const times = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 2, maxLength: 8 });
const values = fc.array(fc.option(fc.integer({ min: 1, max: 3 })), { minLength: 8, maxLength: 8 });
/** Spans that do not overlap; some touch, some leave a gap. */
const statements: fc.Arbitrary<Statement[]> = fc.tuple(times, values, fc.boolean()).map(([moments, fields, isOpen]) => {
  const sorted = moments.toSorted((a, b) => a - b);
  return sorted.slice(1).flatMap((toMs, index) => {
    if (index % 3 === 2) return [];
    const fromMs = sorted[index] ?? 0;
    const end = isOpen && index === sorted.length - 2 ? END_MS : toMs;
    return [{ fromMs, toMs: end, fields: { multiplier: fields[index] ?? null } }];
  });
});

test('rows never overlap, are in order and in their one form, whatever is said', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), statements), { maxLength: 6 }), (changes) => {
      let known: Span[] = [];
      for (const [isAmendment, said] of changes) {
        const [first] = said;
        known = isAmendment && first ? amend(known, first) : overlay(known, said);
        expect(overlapIn(known)).toBeUndefined();
        expect(known.every(({ fromMs, toMs }) => fromMs < toMs)).toBe(true);
        expect(joined(known)).toEqual(known);
      }
    }),
  );
});

test('at each moment: before the first statement what was known, after it what was said', () => {
  fc.assert(
    fc.property(statements, statements, (before, said) => {
      const known = overlay([], before);
      const after = overlay(known, said);
      const beginMs = said[0]?.fromMs ?? END_MS;
      for (let atMs = 0; atMs <= 21; atMs++) {
        const expected = atMs < beginMs ? spanAt(known, atMs)?.fields : wordAt(said, atMs);
        expect(spanAt(after, atMs)?.fields).toEqual(expected);
      }
      expect(overlay(after, said)).toEqual(after);
    }),
  );
});

function wordAt(said: readonly Statement[], atMs: number): object | undefined {
  const statement = said.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  if (!statement) return undefined;
  return statement.fields.multiplier === null ? {} : statement.fields;
}
