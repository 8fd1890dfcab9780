import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GOOD } from '../../../../../edge/protocol/quality.ts';
import { DuckDbService } from '../../../../../server/store/duckdb/service.ts';
import { ORIGINS } from '../../../../../server/store/telemetry-store.ts';
import { request, type TestPoint } from '../../../../contract/store/batch.ts';

const MIDNIGHT = Date.UTC(2026, 2, 10);
const QUARTER = 900_000;
const DAY = 96 * QUARTER;
const SERIES = [0, 1, 2];

type Step =
  | { readonly do: 'commit'; readonly points: readonly TestPoint[] }
  | { readonly do: 'tick'; readonly atMs: number }
  | { readonly do: 'restart' };

/** Few times and few series, so that keys and cells are met again and again. */
const point: fc.Arbitrary<TestPoint> = fc
  .record({
    series: fc.constantFrom(...SERIES),
    slot: fc.integer({ min: -3, max: 25 }),
    value: fc.option(fc.integer({ min: -100, max: 100 }), { nil: undefined, freq: 6 }),
    origin: fc.constantFrom(...ORIGINS.slice(0, 3)),
  })
  .map(({ series, slot, value, origin }) => {
    const base = { series, timeMs: MIDNIGHT + slot * (QUARTER / 3), origin };
    return value === undefined ? { ...base, quality: 'silent' } : { ...base, value };
  });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.array(point, { minLength: 1, maxLength: 40 }).map((points) => ({ do: 'commit' as const, points })),
  },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(6 * QUARTER, 20 * QUARTER, DAY + QUARTER, 3 * DAY)
      .map((ms) => ({ do: 'tick' as const, atMs: MIDNIGHT + ms })),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
);

/** The points that count, by the words of the contract: a time, good before missing, better origin, then stored last. */
function effective(stored: readonly TestPoint[], series: number): { timeMs: number; value: number; origin: number }[] {
  const rank = (one: TestPoint) =>
    (one.value === undefined ? ORIGINS.length : 0) + ORIGINS.indexOf(one.origin ?? 'live');
  const best = new Map<number, TestPoint>();
  for (const one of stored.filter((candidate) => candidate.series === series)) {
    const known = best.get(one.timeMs);
    if (!known || rank(one) <= rank(known)) best.set(one.timeMs, one);
  }
  return [...best.values()]
    .sort((a, b) => a.timeMs - b.timeMs)
    .map(({ timeMs, value = Number.NaN, origin = 'live' }) => ({ timeMs, value, origin: ORIGINS.indexOf(origin) }));
}

test('whatever is committed, sorted, rolled up and restarted: reads are those of a plain list (property)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), async (steps) => {
      const folder = mkdtempSync(join(tmpdir(), 'gridwarden-service-'));
      const open = () =>
        DuckDbService.open(
          {
            folder,
            memoryLimitBytes: 64 << 20,
            threads: 1,
            retention: { fastMs: 30 * DAY, registersMs: 3650 * DAY },
            nowMs: MIDNIGHT,
            sortRows: 60,
          },
          () => undefined,
        );
      let service = await open();
      const newSeries = SERIES.map(
        (number) => ({ number, device: `D-${number}`, metric: 'x', kind: 'meter', pollClass: 'fast' }) as const,
      );
      const stored: TestPoint[] = [];
      try {
        for (const one of steps) {
          if (one.do === 'commit') {
            stored.push(...one.points);
            await service.commit({ ...request(one.points), newSeries, nowMs: MIDNIGHT });
          } else if (one.do === 'tick') {
            await service.tick(one.atMs);
          } else {
            await service.close();
            service = await open();
          }
          await compare(service, stored);
        }
      } finally {
        await service.close();
        rmSync(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: 20 },
  );
}, 120_000);

async function compare(service: DuckDbService, stored: readonly TestPoint[]): Promise<void> {
  const range = { series: SERIES, fromMs: MIDNIGHT - QUARTER, toMs: MIDNIGHT + DAY, maxRows: 1e6 };
  const raw = await service.read(range);
  const hours = await service.read({ ...range, everyMs: 4 * QUARTER, aggregate: 'max' });
  for (const [index, series] of SERIES.entries()) {
    const expected = effective(stored, series);
    const rows = raw[index];
    expect(
      Array.from(rows?.timeMs ?? [], (timeMs, row) => ({
        timeMs,
        value: rows?.value[row],
        origin: rows?.origin?.[row],
      })),
    ).toEqual(expected);
    const buckets = Array.from(hours[index]?.timeMs ?? [], (timeMs) => {
      const inside = expected.filter(
        (one) => one.timeMs >= Math.max(timeMs, range.fromMs) && one.timeMs < timeMs + 4 * QUARTER,
      );
      const good = inside.filter(({ value }) => !Number.isNaN(value)).map(({ value }) => value);
      return {
        max: good.length === 0 ? Number.NaN : Math.max(...good),
        good: good.length,
        coverage: inside.length === 0 ? Number.NaN : good.length / inside.length,
      };
    });
    const found = Array.from(hours[index]?.timeMs ?? [], (_, bucket) => ({
      max: hours[index]?.value[bucket],
      good: hours[index]?.count?.[bucket],
      coverage: hours[index]?.coverage?.[bucket],
    }));
    expect(found).toEqual(buckets);
    expect([...(hours[index]?.quality ?? [])].filter((quality) => quality === GOOD)).toHaveLength(
      buckets.filter(({ good }) => good > 0).length,
    );
  }
}
