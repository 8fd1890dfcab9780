import fc from 'fast-check';
import { layoutNumber, type OutboxRecord, type StoredLayout } from '../../../../edge/outbox/record.ts';

const good = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

interface Draft {
  readonly gap: number;
  readonly layoutId: number;
  readonly timeMs: number;
  readonly clockGeneration: number;
  readonly cells: readonly (readonly [value: number, quality: number])[];
}

/** Number of metrics of a layout in these tests: fixed by its id, as in the dictionary. */
function widthOf(layoutId: number): number {
  return layoutId % 5;
}

const draft: fc.Arbitrary<Draft> = fc.integer({ min: 1, max: 1000 }).chain((layoutId) => {
  const cell = fc.tuple(good, fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 10 })));
  return fc.record({
    gap: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 2 ** 40 })),
    layoutId: fc.constant(layoutId),
    timeMs: fc.oneof(fc.integer({ min: 1.7e12, max: 1.9e12 }), fc.integer({ min: 0, max: 4e12 })),
    clockGeneration: fc.integer({ min: 1, max: 3 }),
    cells: fc.array(cell, { minLength: widthOf(layoutId), maxLength: widthOf(layoutId) }),
  });
});

/** Any records that an outbox may hold, ascending by number. */
export const recordLists: fc.Arbitrary<OutboxRecord[]> = fc
  .array(draft, { maxLength: 60, size: 'max' })
  .map((drafts) => {
    let n = 0;
    return drafts.map(({ gap, cells, ...rest }) => {
      n += gap;
      const values = Float64Array.from(cells, ([value, quality]) => (quality === 0 ? value : Number.NaN));
      return { ...rest, n, values, quality: Uint8Array.from(cells, ([, quality]) => quality) };
    });
  });

export const LAYOUT: StoredLayout = { device: 'M-1', pollClass: 'fast', metrics: ['voltage_a', 'current_a'] };
export const LAYOUT_ID = layoutNumber(LAYOUT);

/** A record of two metrics, for tests in which the values do not matter. */
export function plainRecord(n: number, overrides: Partial<OutboxRecord> = {}): OutboxRecord {
  return {
    n,
    layoutId: LAYOUT_ID,
    timeMs: 1_790_000_000_000 + n * 1000,
    clockGeneration: 1,
    values: Float64Array.of(230.5, n),
    quality: new Uint8Array(2),
    ...overrides,
  };
}
