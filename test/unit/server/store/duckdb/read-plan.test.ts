import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CELL_MS } from '../../../../../server/store/duckdb/dirty-cells.ts';
import { fitsCells, planBuckets, type RawFile } from '../../../../../server/store/duckdb/read-plan.ts';

const file = (fromMs: number, toMs: number, rolledToMs: number, isStale = false): RawFile => ({
  fromMs,
  toMs,
  rolledToMs,
  isStale,
});
const C = CELL_MS;

describe('the plan of a bucket query', () => {
  test('takes whole cells from roll-ups, the edges and what is not rolled up from points', () => {
    const today = file(0, 96 * C, 10 * C);
    expect(planBuckets({ fromMs: C / 2, toMs: 20 * C }, [today])).toEqual({
      raw: [
        { file: today, span: { fromMs: C / 2, toMs: C } },
        { file: today, span: { fromMs: 10 * C, toMs: 20 * C } },
      ],
      rolled: [{ fromMs: C, toMs: 10 * C }],
    });
  });

  test('takes a file with a stale cell from points as a whole', () => {
    const stale = file(0, 96 * C, 96 * C, true);
    const other = file(96 * C, 192 * C, 192 * C);
    expect(planBuckets({ fromMs: 0, toMs: 192 * C }, [stale, other])).toEqual({
      raw: [{ file: stale, span: { fromMs: 0, toMs: 96 * C } }],
      rolled: [{ fromMs: 96 * C, toMs: 192 * C }],
    });
  });

  test('takes time without a file from roll-ups', () => {
    const today = file(96 * C, 192 * C, 96 * C);
    expect(planBuckets({ fromMs: -100 * C, toMs: 300 * C }, [today])).toEqual({
      raw: [{ file: today, span: { fromMs: 96 * C, toMs: 192 * C } }],
      rolled: [
        { fromMs: -100 * C, toMs: 96 * C },
        { fromMs: 192 * C, toMs: 300 * C },
      ],
    });
  });

  test('reads each moment of the files once (property)', () => {
    const files = fc.array(
      fc.record({ days: fc.constantFrom(0, 1), rolled: fc.integer({ min: 0, max: 96 }), isStale: fc.boolean() }),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(
        files,
        fc.integer({ min: 0, max: 400 * 4 }),
        fc.integer({ min: 1, max: 400 * 4 }),
        (shapes, start, length) => {
          const made: RawFile[] = [];
          let nextMs = 0;
          for (const { days, rolled, isStale } of shapes) {
            nextMs += days * 96 * C;
            made.push(file(nextMs, nextMs + 96 * C, nextMs + rolled * C, isStale));
            nextMs += 96 * C;
          }
          const range = { fromMs: (start * C) / 4, toMs: ((start + length) * C) / 4 };
          const plan = planBuckets(range, made);
          const spans = [...plan.raw.map(({ span }) => span), ...plan.rolled].sort((a, b) => a.fromMs - b.fromMs);
          for (const [index, span] of spans.entries()) {
            expect(span.fromMs).toBeGreaterThanOrEqual(range.fromMs);
            expect(span.toMs).toBeLessThanOrEqual(range.toMs);
            if (index > 0) expect(span.fromMs).toBeGreaterThanOrEqual(spans[index - 1]?.toMs ?? 0);
          }
          for (const span of plan.rolled) expect([span.fromMs % C, span.toMs % C]).toEqual([0, 0]);
          // Every moment that a raw file has is covered, by the file itself or by cells that are rolled up and fresh.
          for (const one of made) {
            for (let at = Math.max(one.fromMs, range.fromMs); at < Math.min(one.toMs, range.toMs); at += C / 4) {
              const covering = spans.filter(({ fromMs, toMs }) => at >= fromMs && at < toMs);
              expect(covering).toHaveLength(1);
              const isRolled = plan.rolled.some(({ fromMs, toMs }) => at >= fromMs && at < toMs);
              if (isRolled) expect(!one.isStale && at < one.rolledToMs).toBe(true);
            }
          }
        },
      ),
    );
  });

  test('is possible when buckets consist of whole cells', () => {
    expect([fitsCells(C, 0), fitsCells(4 * C, -8 * C), fitsCells(C / 3, 0), fitsCells(C, 60_000)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
