import type { Aggregate } from '../telemetry-store.ts';
import { timestamp } from './engine.ts';
import type { Slice } from './source-sql.ts';

/** Buckets by number: `(time − startUs) / everyUs`. */
export interface SqlGrid {
  readonly startUs: number;
  readonly everyUs: number;
}

/**
 * How an aggregate is computed: part by part from raw points and from roll-up cells, then over the parts. `key` orders the
 * parts where first and last matter. `value` is NULL where a point is not good, and aggregates skip NULL.
 */
interface Recipe {
  readonly fromPoints: string;
  readonly fromCells: string;
  readonly keyFromPoints?: string;
  readonly keyFromCells?: string;
  readonly combined: string;
}

const FIRST: Recipe = {
  fromPoints: 'arg_min(value, time)',
  fromCells: 'arg_min(first, time)',
  keyFromPoints: 'min(time) FILTER (value IS NOT NULL)',
  keyFromCells: 'min(time) FILTER (good > 0)',
  combined: 'arg_min(part, key)',
};
const LAST: Recipe = {
  fromPoints: 'arg_max(value, time)',
  fromCells: 'arg_max(last, time)',
  keyFromPoints: 'max(time) FILTER (value IS NOT NULL)',
  keyFromCells: 'max(time) FILTER (good > 0)',
  combined: 'arg_max(part, key)',
};
const RECIPES: Readonly<Record<Exclude<Aggregate, 'difference'>, Recipe>> = {
  mean: { fromPoints: 'sum(value)', fromCells: 'sum(sum)', combined: 'sum(part) / nullif(sum(good), 0)' },
  min: { fromPoints: 'min(value)', fromCells: 'min(min)', combined: 'min(part)' },
  max: { fromPoints: 'max(value)', fromCells: 'max(max)', combined: 'max(part)' },
  count: { fromPoints: 'count(value)', fromCells: 'sum(good)', combined: 'sum(part)' },
  first: FIRST,
  last: LAST,
};

export interface BucketSources {
  /** A query for points (`pointsSql`), when any part is read from raw points. */
  readonly points: string | undefined;
  /** A query for cells (`cellsSql`), when any part is read from roll-ups. */
  readonly cells: string | undefined;
}

/**
 * A query for one aggregate a bucket: `series, bucket INTEGER, value, good, total DOUBLE, quality UTINYINT`; buckets
 * without any point are left out.
 */
export function bucketSql(aggregate: Exclude<Aggregate, 'difference'>, grid: SqlGrid, sources: BucketSources): string {
  const recipe = RECIPES[aggregate];
  const bucket = `((epoch_us(time) - ${grid.startUs}) // ${grid.everyUs})::INTEGER AS bucket`;
  const parts: string[] = [];
  if (sources.points !== undefined) {
    parts.push(`SELECT series, ${bucket}, ${recipe.fromPoints} AS part, ${recipe.keyFromPoints ?? 'NULL'} AS key,
      count(value) AS good, count(*) AS total, max(quality) AS quality FROM (${sources.points}) GROUP BY ALL`);
  }
  if (sources.cells !== undefined) {
    parts.push(`SELECT series, ${bucket}, ${recipe.fromCells} AS part, ${recipe.keyFromCells ?? 'NULL'} AS key,
      sum(good) AS good, sum(total) AS total, max(quality) AS quality FROM (${sources.cells}) GROUP BY ALL`);
  }
  return `SELECT series, bucket, (${recipe.combined})::DOUBLE AS value, sum(good)::DOUBLE AS good,
    sum(total)::DOUBLE AS total, max(quality)::UTINYINT AS quality
    FROM (${parts.join(' UNION ALL ')}) GROUP BY series, bucket`;
}

const CELL = 'series, time, good, total, sum, min, max, first, last, quality';

/** A query for the roll-up cells of the slices. */
export function cellsSql(slices: readonly Slice[], series: string): string {
  return slices
    .flatMap(({ file, fromUs, toUs }) =>
      ['cells', 'recent_cells'].map(
        (table) =>
          `SELECT ${CELL} FROM ${file.alias}.${table} WHERE ${series} AND time >= ${timestamp(fromUs)} AND time < ${timestamp(toUs)}`,
      ),
    )
    .join(' UNION ALL ');
}

/** A query that rolls points up into cells of `cellUs`, in the columns of the table. */
export function rollupSql(points: string, cellUs: number): string {
  return `SELECT series, make_timestamp(epoch_us(time) // ${cellUs} * ${cellUs}) AS cell, count(value), count(*), sum(value), min(value),
    max(value), arg_min(value, time), arg_max(value, time), CASE WHEN count(value) > 0 THEN 0 ELSE max(quality) END
    FROM (${points}) GROUP BY series, cell`;
}
