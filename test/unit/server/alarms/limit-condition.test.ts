import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LimitCondition, type LimitSettings } from '../../../../server/alarms/limit-condition.ts';

const HIGH: LimitSettings = {
  direction: 'high',
  levels: [
    { limit: 100, severity: 'medium' },
    { limit: 110, severity: 'critical' },
  ],
  deadband: 2,
  onDelayMs: 5_000,
  offDelayMs: 10_000,
};

function feed(condition: LimitCondition, samples: readonly (readonly [value: number, seconds: number])[]): number[] {
  return samples.map(([value, seconds]) => {
    condition.sample(value, seconds * 1000);
    return condition.level;
  });
}

test('bad quality stands still: the time until the next good sample does not count', () => {
  const condition = new LimitCondition(HIGH);
  expect(
    feed(condition, [
      [101, 0],
      [101, 4],
    ]),
  ).toEqual([0, 0]);
  condition.freeze();
  expect(
    feed(condition, [
      [101, 100],
      [101, 100.9],
      [101, 101],
    ]),
  ).toEqual([0, 0, 1]);
  condition.freeze();
  expect(
    feed(condition, [
      [90, 500],
      [90, 509],
    ]),
  ).toEqual([1, 1]);
  condition.freeze();
  expect(
    feed(condition, [
      [90, 900],
      [90, 901],
    ]),
  ).toEqual([1, 0]);
});

test('a late sample changes nothing', () => {
  const condition = new LimitCondition(HIGH);
  expect(
    feed(condition, [
      [101, 0],
      [50, -1],
      [50, 0],
      [101, 5],
    ]),
  ).toEqual([0, 0, 0, 1]);
  expect(
    feed(condition, [
      [90, 6],
      [101, 6],
      [101, 5.5],
      [90, 16],
    ]),
  ).toEqual([1, 1, 1, 0]);
});

test('no time passes without a sample: one value, however old, does not trip', () => {
  const condition = new LimitCondition(HIGH);
  expect(feed(condition, [[200, 0]])).toEqual([0]);
  expect(feed(condition, [[90, 3600]])).toEqual([0]);
});

test('without delays one sample is enough', () => {
  const condition = new LimitCondition({ ...HIGH, onDelayMs: 0, offDelayMs: 0 });
  expect(
    feed(condition, [
      [100, 0],
      [98.1, 1],
      [98, 2],
      [115, 3],
    ]),
  ).toEqual([1, 1, 0, 2]);
});

test('severity rises and falls by level, each with its own delay and deadband', () => {
  const condition = new LimitCondition(HIGH);
  const samples = [
    [101, 0],
    [101, 5],
    [111, 6],
    [111, 11],
    [109, 12],
    [108, 13],
    [108, 23],
    [90, 24],
    [90, 34],
  ] as const;
  expect(feed(condition, samples)).toEqual([0, 1, 1, 2, 2, 2, 1, 1, 0]);
});

test('a low limit is the mirror image', () => {
  const low: LimitSettings = { ...HIGH, direction: 'low', levels: [{ limit: 198, severity: 'medium' }] };
  const condition = new LimitCondition(low);
  expect(
    feed(condition, [
      [198, 0],
      [197, 5],
      [199.9, 6],
      [199.9, 60],
      [200, 61],
      [200, 71],
    ]),
  ).toEqual([0, 1, 1, 1, 1, 0]);
});

test('goes on from the level that was there before a restart', () => {
  const condition = new LimitCondition(HIGH, 1);
  expect(condition.level).toBe(1);
  expect(
    feed(condition, [
      [101, 0],
      [90, 1],
      [90, 11],
    ]),
  ).toEqual([1, 1, 0]);
});

interface Sample {
  readonly afterMs: number;
  /** Undefined: bad quality. */
  readonly value: number | undefined;
}
const sample: fc.Arbitrary<Sample> = fc.record({
  afterMs: fc.integer({ min: -2_000, max: 6_000 }),
  value: fc.option(fc.integer({ min: 95, max: 103 }), { nil: undefined }),
});

/** The rule said once more, as a search through the whole history at each sample. */
function expectedLevels(
  samples: readonly { timeMs: number; value: number | undefined }[],
  settings: LimitSettings,
): number[] {
  const limit = settings.levels[0]?.limit ?? 0;
  let tripped = false;
  let run: { timeMs: number; counts: boolean }[] = [];
  let newestMs = Number.NEGATIVE_INFINITY;
  let isAfterBad = true;
  return samples.map(({ timeMs, value }) => {
    if (value === undefined) isAfterBad = true;
    if (value === undefined || timeMs <= newestMs) return tripped ? 1 : 0;
    newestMs = timeMs;
    run = (tripped ? value <= limit - settings.deadband : value >= limit)
      ? [...run, { timeMs, counts: !isAfterBad }]
      : [];
    isAfterBad = false;
    const heldMs = run.reduce((sum, each, index) => {
      const previous = run[index - 1];
      return previous && each.counts ? sum + each.timeMs - previous.timeMs : sum;
    }, 0);
    if (run.length > 0 && heldMs >= (tripped ? settings.offDelayMs : settings.onDelayMs)) {
      tripped = !tripped;
      run = [];
    }
    return tripped ? 1 : 0;
  });
}

test('agrees with the rule read from the whole history, for any samples', () => {
  const settings: LimitSettings = { ...HIGH, levels: [{ limit: 100, severity: 'high' }] };
  fc.assert(
    fc.property(fc.array(sample, { maxLength: 80 }), (steps) => {
      let timeMs = 0;
      const samples = steps.map(({ afterMs, value }) => {
        timeMs += afterMs;
        return { timeMs, value };
      });
      const condition = new LimitCondition(settings);
      const levels = samples.map((each) => {
        if (each.value === undefined) condition.freeze();
        else condition.sample(each.value, each.timeMs);
        return condition.level;
      });
      expect(levels).toEqual(expectedLevels(samples, settings));
    }),
    { numRuns: 500 },
  );
});

test('the worse level never holds without the milder one', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 90, max: 120 }), fc.integer({ min: 1, max: 8 })), { maxLength: 100 }),
      (steps) => {
        const both = new LimitCondition(HIGH);
        const mild = new LimitCondition({ ...HIGH, levels: HIGH.levels.slice(0, 1) });
        let timeMs = 0;
        for (const [value, seconds] of steps) {
          timeMs += seconds * 1000;
          both.sample(value, timeMs);
          mild.sample(value, timeMs);
          expect(both.level > 0).toBe(mild.level > 0);
        }
      },
    ),
  );
});
