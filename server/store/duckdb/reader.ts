import { BucketRows, bucketGrid, bucketTimes, checkRows } from '../buckets.ts';
import type { LatestRow, RangeQuery, SeriesRows } from '../telemetry-store.ts';
import type { FileSet } from './file-set.ts';
import { findNewest } from './newest.ts';
import type { FileClass } from './period.ts';
import { readBuckets } from './read-buckets.ts';
import { noRows, readRaw } from './read-raw.ts';
import { ReadScope } from './read-scope.ts';
import type { ReaderPool } from './reader-pool.ts';
import type { SeriesState } from './series-state.ts';

export interface ReaderParts {
  readonly files: FileSet;
  readonly series: SeriesState;
  readonly pool: ReaderPool;
}

/** Answers queries from the period files. Series of different classes lie in different files and are read apart. */
export class StoreReader {
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /** @throws GridwardenError RANGE_TOO_LARGE, REQUEST_INVALID, OVERLOADED */
  async read(query: RangeQuery): Promise<SeriesRows[]> {
    const grid = query.everyMs === undefined ? undefined : bucketGrid(query, query.everyMs);
    const parts = await this.#eachClass(query.series, (scope) =>
      grid ? readBuckets(scope, query, grid) : readRaw(scope, query),
    );
    const rows = new Map(parts.flat().map((one) => [one.series, one]));
    if (!grid) checkRows(rowCount(parts.flat()), query.maxRows);
    const times = grid ? bucketTimes(grid) : undefined;
    // A series that nothing was stored of is not known here, and has an answer all the same.
    const empty = (series: number) => (grid && times ? new BucketRows(series, grid, times) : noRows(series));
    return query.series.map((series) => rows.get(series) ?? empty(series));
  }

  async latest(series: readonly number[], fromMs: number, toMs: number): Promise<LatestRow[]> {
    const parts = await this.#eachClass(series, (scope) =>
      findNewest(scope, { fromUs: fromMs * 1000, toUs: toMs * 1000, goodOnly: false }),
    );
    const newest = new Map(parts.flatMap((part) => [...part]));
    return series.flatMap((one) => {
      const point = newest.get(one);
      return point
        ? [{ series: one, timeMs: Math.floor(point.timeUs / 1000), value: point.value, quality: point.quality }]
        : [];
    });
  }

  #eachClass<T>(series: readonly number[], work: (scope: ReadScope) => Promise<T>): Promise<T[]> {
    const { files, pool } = this.#parts;
    const known = [...new Set(series)].filter((one) => one >= 0 && one < this.#parts.series.size);
    const byClass = Map.groupBy(known, (one): FileClass => this.#parts.series.classOf(one));
    return Promise.all(
      [...byClass].map(([fileClass, own]) =>
        pool.with((connection) => work(new ReadScope(connection, files, fileClass, own))),
      ),
    );
  }
}

function rowCount(rows: readonly SeriesRows[]): number {
  return rows.reduce((sum, { timeMs }) => sum + timeMs.length, 0);
}
