import { ORIGINS } from '../telemetry-store.ts';
import { timestamp } from './engine.ts';
import type { PeriodFile } from './period-file.ts';

/** A file and the part of its time that is wanted, in microseconds: [fromUs, toUs). */
export interface Slice {
  readonly file: PeriodFile;
  readonly fromUs: number;
  readonly toUs: number;
}

/** Which series: a condition on the column `series`. */
export type SeriesCondition = string;

/** More than this go through a temporary table, which joins faster than a long list compares. */
const MAX_LISTED = 8;

export function listedSeries(series: readonly number[]): SeriesCondition | undefined {
  return series.length <= MAX_LISTED ? `series IN (${series.join(',')})` : undefined;
}

/** The condition for series that stand in the connection's temporary table `wanted`. */
export const WANTED_SERIES: SeriesCondition = 'series IN (SELECT series FROM wanted)';

export interface PointsOptions {
  readonly series: SeriesCondition;
  readonly conflicts?: boolean;
}

const POINT = 'series, time, value, quality, origin';
const NO_POINTS =
  'SELECT NULL::INTEGER AS series, NULL::TIMESTAMP AS time, NULL::DOUBLE AS value, NULL::UTINYINT AS quality, NULL::UTINYINT AS origin WHERE false';

/**
 * A query for the points that count, one a (series, time): `series, time, value, quality, origin`. Of several points with
 * one key the good ones go before those that are not, then the better origin, then what was stored last.
 */
export function pointsSql(slices: readonly Slice[], options: PointsOptions): string {
  const main = union(
    slices.flatMap((slice) => slice.file.mainTables().map((table) => selectFrom(table, slice, options))),
  );
  const late = overlays(slices, options, 'late');
  const chosen = late === undefined ? (main ?? NO_POINTS) : withLate(main ?? NO_POINTS, late);
  const conflicts = options.conflicts === true ? overlays(slices, options, 'conflict') : undefined;
  return conflicts === undefined ? chosen : `${chosen} UNION ALL ${bestOf(conflicts)}`;
}

/** The most rows that `pointsSql` can give. */
export function mostRows(slices: readonly Slice[]): number {
  return slices.reduce((sum, { file }) => sum + file.rows, 0);
}

function overlays(slices: readonly Slice[], options: PointsOptions, table: 'late' | 'conflict'): string | undefined {
  return union(
    slices
      .filter(({ file }) => file.counts[table] > 0)
      .map((slice) => selectFrom(`${slice.file.alias}.${table}`, slice, options, ', rowid AS seq')),
  );
}

function selectFrom(table: string, slice: Slice, { series }: PointsOptions, more = ''): string {
  const time = `time >= ${timestamp(slice.fromUs)} AND time < ${timestamp(slice.toUs)}`;
  return `SELECT ${POINT}${more} FROM ${table} WHERE ${series} AND ${time}`;
}

function union(selects: readonly string[]): string | undefined {
  return selects.length === 0 ? undefined : selects.join(' UNION ALL ');
}

/** Lower goes first: good before not good, then by origin. */
const RANK = `((quality <> 0)::BIGINT * ${ORIGINS.length} + origin)`;

/** One row a key of rows that may repeat it; of equals the last stored. */
function bestOf(rows: string): string {
  const best = `arg_min({'value': value, 'quality': quality, 'origin': origin}, ${RANK} * 1099511627776 - seq)`;
  return `SELECT series, time, best.value AS value, best.quality AS quality, best.origin AS origin
    FROM (SELECT series, time, ${best} AS best FROM (${rows}) GROUP BY series, time)`;
}

/**
 * Main rows, replaced by late ones that go before them, and late ones that stand alone. The late rows are few: they are the
 * side that is held in memory, the main rows stream past.
 */
function withLate(main: string, late: string): string {
  const rank = (side: string) => `((${side}.quality <> 0)::BIGINT * ${ORIGINS.length} + ${side}.origin)`;
  const lateWins = `m.series IS NULL OR (l.series IS NOT NULL AND ${rank('l')} <= ${rank('m')})`;
  return `SELECT series, time, CASE WHEN late_wins THEN l_value ELSE m_value END AS value,
      CASE WHEN late_wins THEN l_quality ELSE m_quality END AS quality,
      CASE WHEN late_wins THEN l_origin ELSE m_origin END AS origin
    FROM (SELECT coalesce(m.series, l.series) AS series, coalesce(m.time, l.time) AS time, ${lateWins} AS late_wins,
        m.value AS m_value, m.quality AS m_quality, m.origin AS m_origin,
        l.value AS l_value, l.quality AS l_quality, l.origin AS l_origin
      FROM (${main}) AS m FULL OUTER JOIN (${bestOf(late)}) AS l ON m.series = l.series AND m.time = l.time)`;
}
