import { type BucketGrid, BucketRows, bucketTimes, differences } from '../buckets.ts';
import type { Aggregate, RangeQuery, SeriesRows } from '../telemetry-store.ts';
import { type BucketSources, bucketSql, cellsSql } from './bucket-sql.ts';
import { visitChunks } from './columns.ts';
import { findNewest } from './newest.ts';
import type { PeriodFile } from './period-file.ts';
import { fitsCells, planBuckets } from './read-plan.ts';
import { type ReadScope, slicesOf } from './read-scope.ts';
import { pointsSql, type SeriesCondition, type Slice } from './source-sql.ts';

/** How far back a difference looks for the register's value before the first bucket. */
const LOOK_BACK_US = 35 * 86_400_000_000;

type SimpleAggregate = Exclude<Aggregate, 'difference'>;

/** Buckets of the series of a scope. */
export function readBuckets(scope: ReadScope, query: RangeQuery, grid: BucketGrid): Promise<SeriesRows[]> {
  const aggregate = query.aggregate ?? 'mean';
  return aggregate === 'difference' ? readDifferences(scope, query, grid) : readSimple(scope, query, grid, aggregate);
}

async function readDifferences(scope: ReadScope, query: RangeQuery, grid: BucketGrid): Promise<SeriesRows[]> {
  const fromUs = query.fromMs * 1000;
  const before = await findNewest(scope, { fromUs: fromUs - LOOK_BACK_US, toUs: fromUs, goodOnly: true });
  const last = await readSimple(scope, query, grid, 'last');
  const withoutBefore = scope.series.filter((series) => !before.has(series));
  const first = new Map(
    withoutBefore.length === 0
      ? []
      : (await readSimple(scope.narrowed(withoutBefore), query, grid, 'first')).map((rows) => [
          rows.series,
          rows.value,
        ]),
  );
  const moduli = new Map(query.series.map((series, index) => [series, query.rollover?.[index] ?? 0]));
  return last.map((rows) => ({
    ...rows,
    value: differences({
      last: rows.value,
      first: first.get(rows.series) ?? rows.value,
      before: before.get(rows.series)?.value ?? Number.NaN,
      modulus: moduli.get(rows.series) ?? 0,
    }),
  }));
}

async function readSimple(
  scope: ReadScope,
  query: RangeQuery,
  grid: BucketGrid,
  aggregate: SimpleAggregate,
): Promise<SeriesRows[]> {
  const rawFiles = scope.files(query.fromMs, query.toMs);
  const rollups = mayUseRollups(scope, query, grid) ? scope.files(query.fromMs, query.toMs, 'rollup') : [];
  const times = bucketTimes(grid);
  const buckets = new Map(scope.series.map((series) => [series, new BucketRows(series, grid, times)]));
  await scope.withFiles([...rawFiles, ...rollups], async () => {
    const sources = sourcesOf(scope, query, rawFiles, rollups, await scope.condition());
    if (sources.points === undefined && sources.cells === undefined) return;
    const sqlGrid = { startUs: grid.startMs * 1000, everyUs: grid.everyMs * 1000 };
    const result = await scope.connection.run(bucketSql(aggregate, sqlGrid, sources));
    const types = ['int32', 'int32', 'float64', 'float64', 'float64', 'uint8'] as const;
    visitChunks(result, types, ([series, bucket, value, good, total, quality], rows) => {
      for (let row = 0; row < rows; row++) {
        const target = buckets.get(series[row] ?? -1);
        target?.set(bucket[row] ?? 0, value[row] ?? Number.NaN, good[row] ?? 0, total[row] ?? 0, quality[row] ?? 0);
      }
    });
  });
  return [...buckets.values()];
}

function mayUseRollups({ fileClass }: ReadScope, query: RangeQuery, grid: BucketGrid): boolean {
  return fileClass === 'fast' && query.includeConflicts !== true && fitsCells(grid.everyMs, query.offsetMs ?? 0);
}

function sourcesOf(
  scope: ReadScope,
  query: RangeQuery,
  rawFiles: readonly PeriodFile[],
  rollups: readonly PeriodFile[],
  series: SeriesCondition,
): BucketSources {
  const { slices, cells } =
    rollups.length === 0
      ? { slices: slicesOf(rawFiles, query.fromMs * 1000, query.toMs * 1000), cells: [] }
      : planned(scope, query, rawFiles, rollups);
  const conflicts = query.includeConflicts === true;
  return {
    points: slices.length === 0 ? undefined : pointsSql(slices, { series, conflicts }),
    cells: cells.length === 0 ? undefined : cellsSql(cells, series),
  };
}

/** Slices of raw files and of roll-up files that together are the range, each part once. */
function planned(
  scope: ReadScope,
  query: RangeQuery,
  rawFiles: readonly PeriodFile[],
  rollups: readonly PeriodFile[],
): { slices: Slice[]; cells: Slice[] } {
  const asked = new Set(scope.series);
  const candidates = rawFiles
    .filter((file) => !file.isStray)
    .map((file) => ({
      file,
      fromMs: file.fromMs,
      toMs: file.toMs,
      rolledToMs: file.rolledToMs,
      isStale: file.dirty.touches(asked, query.fromMs, query.toMs),
    }));
  const plan = planBuckets({ fromMs: query.fromMs, toMs: query.toMs }, candidates);
  const strays = rawFiles.filter((file) => file.isStray && file.counts.late > 0);
  return {
    slices: [
      ...plan.raw.flatMap(({ file, span }) => slicesOf([file.file], span.fromMs * 1000, span.toMs * 1000)),
      ...slicesOf(strays, query.fromMs * 1000, query.toMs * 1000),
    ],
    cells: plan.rolled.flatMap(({ fromMs, toMs }) =>
      slicesOf(
        rollups.filter((file) => file.isStray || (file.fromMs < toMs && file.toMs > fromMs)),
        fromMs * 1000,
        toMs * 1000,
      ),
    ),
  };
}
