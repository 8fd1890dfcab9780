import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gapBetween, intervalsIn, MAX_GAP_MS, partsOf } from '../../../../edge/modbus/load-profile-gaps.ts';

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const AT = Date.UTC(2026, 2, 1, 10, 0, 0, 300);

describe('the gap that a good read has ended', () => {
  test('there is none while every period is read, nor after one that came late', () => {
    expect(gapBetween(AT, AT + QUARTER, QUARTER)).toBeUndefined();
    expect(gapBetween(AT, AT + 1.5 * QUARTER, QUARTER)).toBeUndefined();
    expect(gapBetween(AT, AT - QUARTER, QUARTER)).toBeUndefined();
  });

  test('from the read before up to a minute before this one, which stands for its own boundary', () => {
    expect(gapBetween(AT, AT + 4 * QUARTER, QUARTER)).toEqual({ fromMs: AT, toMs: AT + 4 * QUARTER - MINUTE });
    const late = AT + 4 * QUARTER + 5 * MINUTE;
    const gap = gapBetween(AT, late, QUARTER);
    expect(gap && intervalsIn(gap, QUARTER, 0)).toBe(4);
  });

  test('of registers that are read every ten seconds, half a minute is one', () => {
    expect(gapBetween(AT, AT + 30_000, 10_000)).toEqual({ fromMs: AT, toMs: AT + 20_000 });
  });

  test('is never longer than a month', () => {
    const nowMs = AT + 100 * 86_400_000;
    expect(gapBetween(AT, nowMs, QUARTER)?.fromMs).toBe(nowMs - MAX_GAP_MS);
  });
});

test('intervals lie at multiples of their length in the time of the meter', () => {
  const day = { fromMs: Date.UTC(2026, 2, 1, 15), toMs: Date.UTC(2026, 2, 1, 17) };
  expect(intervalsIn(day, 86_400_000, 0)).toBe(0);
  expect(intervalsIn(day, 86_400_000, 8 * 3_600_000)).toBe(1);
});

test('parts cover a gap exactly once, oldest first, and none is too long', () => {
  fc.assert(
    fc.property(fc.nat(10 * 86_400_000), fc.integer({ min: 1, max: 200 }), (lengthMs, intervals) => {
      const gap = { fromMs: AT, toMs: AT + lengthMs };
      const parts = [...partsOf(gap, QUARTER, intervals)];
      const inParts = parts.reduce((sum, part) => sum + intervalsIn(part, QUARTER, 0), 0);
      expect(inParts).toBe(intervalsIn(gap, QUARTER, 0));
      for (const [index, part] of parts.entries()) {
        expect(part.fromMs).toBe(index === 0 ? gap.fromMs : parts[index - 1]?.toMs);
        expect(intervalsIn(part, QUARTER, 0)).toBeLessThanOrEqual(intervals);
      }
      if (lengthMs > 0) expect(parts.at(-1)?.toMs).toBe(gap.toMs);
    }),
  );
});
