import type { DuckDBConnection } from '@duckdb/node-api';
import { checkRows } from '../buckets.ts';
import type { RangeQuery, SeriesRows } from '../telemetry-store.ts';
import { visitChunks } from './columns.ts';
import { rowsOf } from './engine.ts';
import type { ReadScope } from './read-scope.ts';
import { mostRows, pointsSql } from './source-sql.ts';

/** Raw points of the series of a scope, in order of time. */
export function readRaw(scope: ReadScope, query: RangeQuery): Promise<SeriesRows[]> {
  return scope.withSlices(query.fromMs * 1000, query.toMs * 1000, async (slices) => {
    if (slices.length === 0) return scope.series.map(noRows);
    const series = await scope.condition();
    const points = pointsSql(slices, { series, conflicts: query.includeConflicts === true });
    if (mostRows(slices) > query.maxRows) checkRows(await countOf(scope.connection, points), query.maxRows);
    return collect(scope, points);
  });
}

async function countOf(connection: DuckDBConnection, points: string): Promise<number> {
  const [row] = await rowsOf(connection, `SELECT count(*)::DOUBLE FROM (${points})`);
  return Number(row?.[0] ?? 0);
}

async function collect({ connection, series }: ReadScope, points: string): Promise<SeriesRows[]> {
  const builders = new Map(series.map((one) => [one, new RowsBuilder(one)]));
  const result = await connection.run(
    `SELECT series, time, value, quality, origin FROM (${points}) ORDER BY series, time, origin`,
  );
  const types = ['int32', 'micros', 'float64', 'uint8', 'uint8'] as const;
  visitChunks(result, types, ([numbers, times, values, qualities, origins], rows) => {
    for (let row = 0; row < rows; row++) {
      const builder = builders.get(numbers[row] ?? -1);
      builder?.add(times[row] ?? 0, values[row] ?? Number.NaN, qualities[row] ?? 0, origins[row] ?? 0);
    }
  });
  return [...builders.values()].map((builder) => builder.build());
}

/** The raw rows of a series that has none. */
export function noRows(series: number): SeriesRows {
  return new RowsBuilder(series).build();
}

/** Rows of one series, collected in order. */
class RowsBuilder {
  readonly #series: number;
  readonly #timeMs: number[] = [];
  readonly #value: number[] = [];
  readonly #quality: number[] = [];
  readonly #origin: number[] = [];

  constructor(series: number) {
    this.#series = series;
  }

  add(timeUs: number, value: number, quality: number, origin: number): void {
    this.#timeMs.push(Math.floor(timeUs / 1000));
    this.#value.push(value);
    this.#quality.push(quality);
    this.#origin.push(origin);
  }

  build(): SeriesRows {
    return {
      series: this.#series,
      timeMs: Float64Array.from(this.#timeMs),
      value: Float64Array.from(this.#value),
      quality: Uint8Array.from(this.#quality),
      origin: Uint8Array.from(this.#origin),
    };
  }
}
