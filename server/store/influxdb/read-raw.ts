import { GOOD, qualityCodeOfReason } from '../../../edge/protocol/quality.ts';
import { checkRows } from '../buckets.ts';
import { ORIGINS, type RangeQuery, type SeriesRows } from '../telemetry-store.ts';
import type { InfluxConnection } from './connection.ts';
import { countOf, type FluxSource, onlyField, rawQualities, rawValues } from './flux.ts';
import { FluxCsvReader, type FluxRow } from './flux-csv.ts';
import type { GroupedSeries } from './groups.ts';
import { originCode } from './names.ts';

/** A stored point of one series. */
export interface RawPoint {
  readonly timeUs: number;
  readonly value: number;
  readonly quality: number;
  readonly origin: number;
}

export interface RawQuery {
  readonly fromMs: number;
  readonly toMs: number;
  readonly conflicts: boolean;
  /** More points are refused before they are read. */
  readonly maxRows: number;
}

const CONFLICT = ORIGINS.indexOf('conflict');

/** The points of each series of a group that count, one a time, in order of time. */
export async function readPoints(
  connection: InfluxConnection,
  grouped: GroupedSeries,
  query: RawQuery,
): Promise<Map<number, RawPoint[]>> {
  const source: FluxSource = { group: grouped.group, range: query, conflicts: query.conflicts };
  checkRows(await countPoints(connection, source), query.maxRows);
  const points = new Map<number, RawPoint[]>();
  const add = ({ device, origin, timeUs }: FluxRow, field: string, value: number, quality: number) => {
    const series = grouped.find(device, field);
    if (series === undefined) return;
    const own = points.get(series) ?? [];
    own.push({ timeUs, value, quality, origin: originCode(origin) });
    points.set(series, own);
  };
  const values = new FluxCsvReader((row) => add(row, row.field, row.value, GOOD), { field: onlyField(source) });
  const reasons = new FluxCsvReader(
    (row) => add(row, row.field.replace(/_quality$/, ''), Number.NaN, qualityCodeOfReason(row.text)),
    { readsText: true, field: onlyField(source, true) },
  );
  await Promise.all([
    values.readAll(connection.queryFlux(rawValues(source))),
    reasons.readAll(connection.queryFlux(rawQualities(source))),
  ]);
  for (const [series, own] of points) points.set(series, chosen(own));
  return points;
}

async function countPoints(connection: InfluxConnection, source: FluxSource): Promise<number> {
  let count = 0;
  await new FluxCsvReader(({ value }) => {
    count += value;
  }).readAll(connection.queryFlux(countOf(source)));
  return count;
}

/** One point a time: good ones first, then the better origin; conflicts stand beside. */
function chosen(points: RawPoint[]): RawPoint[] {
  const rank = ({ quality, origin }: RawPoint) => (quality === GOOD ? 0 : ORIGINS.length) + origin;
  points.sort((a, b) => a.timeUs - b.timeUs || rank(a) - rank(b));
  const lastUs = { conflict: Number.NaN, other: Number.NaN };
  return points.filter(({ timeUs, origin }) => {
    const kind = origin === CONFLICT ? 'conflict' : 'other';
    const isFirst = timeUs !== lastUs[kind];
    lastUs[kind] = timeUs;
    return isFirst;
  });
}

/** Points of one series as rows of an answer. */
export function rowsOf(series: number, points: readonly RawPoint[]): SeriesRows {
  return {
    series,
    timeMs: Float64Array.from(points, ({ timeUs }) => Math.floor(timeUs / 1000)),
    value: Float64Array.from(points, ({ value }) => value),
    quality: Uint8Array.from(points, ({ quality }) => quality),
    origin: Uint8Array.from(points, ({ origin }) => origin),
  };
}

export function rawQueryOf(query: RangeQuery): RawQuery {
  return {
    fromMs: query.fromMs,
    toMs: query.toMs,
    conflicts: query.includeConflicts === true,
    maxRows: query.maxRows,
  };
}
