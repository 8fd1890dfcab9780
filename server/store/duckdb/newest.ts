import type { DuckDBConnection } from '@duckdb/node-api';
import { visitChunks } from './columns.ts';
import type { ReadScope } from './read-scope.ts';
import { pointsSql, type Slice } from './source-sql.ts';

/** The newest point of a series. */
export interface NewestPoint {
  readonly timeUs: number;
  readonly value: number;
  readonly quality: number;
}

const HOUR_US = 3_600_000_000;
/** How far back the search goes in one step; each step is tried only for what the ones before did not find. */
const STEPS_US = [HOUR_US, 24 * HOUR_US, 7 * 24 * HOUR_US];

/** The steps back from `toUs` to `fromUs`, newest first. */
export function searchSteps(fromUs: number, toUs: number): { fromUs: number; toUs: number }[] {
  const borders = [...STEPS_US.map((stepUs) => toUs - stepUs).filter((border) => border > fromUs), fromUs];
  return borders.map((border, index) => ({ fromUs: border, toUs: borders[index - 1] ?? toUs }));
}

export interface NewestQuery {
  readonly fromUs: number;
  readonly toUs: number;
  /** Points that are not good are passed over. */
  readonly goodOnly: boolean;
}

/** The newest point in [fromUs, toUs) of each series that has one. */
export async function findNewest(scope: ReadScope, query: NewestQuery): Promise<Map<number, NewestPoint>> {
  const newest = new Map<number, NewestPoint>();
  let missing = scope;
  for (const step of searchSteps(query.fromUs, query.toUs)) {
    if (missing.series.length === 0) break;
    const found = await missing.withSlices(step.fromUs, step.toUs, async (slices) =>
      newestIn(missing.connection, slices, await missing.condition(), query.goodOnly),
    );
    if (found.size === 0) continue;
    for (const [series, point] of found) newest.set(series, point);
    missing = missing.narrowed(missing.series.filter((series) => !newest.has(series)));
  }
  return newest;
}

async function newestIn(
  connection: DuckDBConnection,
  slices: readonly Slice[],
  series: string,
  goodOnly: boolean,
): Promise<Map<number, NewestPoint>> {
  const newest = new Map<number, NewestPoint>();
  if (slices.length === 0) return newest;
  const good = goodOnly ? 'WHERE value IS NOT NULL' : '';
  // One struct, because arg_max would pass over the NULL of a value that is not good.
  const result = await connection.run(`SELECT series, p.time, p.value, p.quality FROM (
    SELECT series, arg_max({'time': time, 'value': value, 'quality': quality}, time) AS p
    FROM (${pointsSql(slices, { series })}) ${good} GROUP BY series)`);
  visitChunks(result, ['int32', 'micros', 'float64', 'uint8'], ([numbers, times, values, qualities], rows) => {
    for (let row = 0; row < rows; row++) {
      newest.set(numbers[row] ?? -1, {
        timeUs: times[row] ?? 0,
        value: values[row] ?? Number.NaN,
        quality: qualities[row] ?? 0,
      });
    }
  });
  return newest;
}
