import { GOOD, qualityCode } from '../../../edge/protocol/quality.ts';
import { type BucketGrid, BucketRows, bucketTimes, differences } from '../buckets.ts';
import type { Aggregate, RangeQuery, SeriesRows } from '../telemetry-store.ts';
import type { InfluxConnection } from './connection.ts';
import { type FluxSource, onlyField, windows } from './flux.ts';
import { FluxCsvReader, type FluxRow } from './flux-csv.ts';
import type { GroupedSeries } from './groups.ts';
import { originCode } from './names.ts';
import { findNewest } from './newest.ts';
import { type RawPoint, readPoints } from './read-raw.ts';

/** How far back a difference looks for the register's value before the first bucket. */
const LOOK_BACK_MS = 35 * 86_400_000;
/** Points that are read one by one where origins meet. */
const MAX_MIXED_POINTS = 2_000_000;

type SimpleAggregate = Exclude<Aggregate, 'difference'>;

/** Buckets of the series of a group. */
export function readBuckets(
  connection: InfluxConnection,
  grouped: GroupedSeries,
  query: RangeQuery,
  grid: BucketGrid,
): Promise<Map<number, SeriesRows>> {
  const aggregate = query.aggregate ?? 'mean';
  return aggregate === 'difference'
    ? readDifferences(connection, grouped, query, grid)
    : readSimple(connection, grouped, query, grid, aggregate);
}

async function readDifferences(
  connection: InfluxConnection,
  grouped: GroupedSeries,
  query: RangeQuery,
  grid: BucketGrid,
): Promise<Map<number, SeriesRows>> {
  const [before, last, first] = await Promise.all([
    findNewest(connection, grouped, { fromMs: query.fromMs - LOOK_BACK_MS, toMs: query.fromMs, goodOnly: true }),
    readSimple(connection, grouped, query, grid, 'last'),
    readSimple(connection, grouped, query, grid, 'first'),
  ]);
  const moduli = new Map(query.series.map((series, index) => [series, query.rollover?.[index] ?? 0]));
  return new Map(
    [...last].map(([series, rows]) => {
      const value = differences({
        last: rows.value,
        first: first.get(series)?.value ?? rows.value,
        before: before.get(series)?.value ?? Number.NaN,
        modulus: moduli.get(series) ?? 0,
      });
      return [series, { ...rows, value }];
    }),
  );
}

/**
 * Value, number of good and number of missing points a window, each by a Flux query of its own: the server computes the three
 * beside each other, and together they take hardly longer than one. A sum would be shorter to write and to read than a mean, but
 * points that come between the two queries would be in one and not in the other. Where points of several origins meet in a
 * bucket, its points are read one by one, because only then it shows which of them stand for the same time.
 */
async function readSimple(
  connection: InfluxConnection,
  grouped: GroupedSeries,
  query: RangeQuery,
  grid: BucketGrid,
  aggregate: SimpleAggregate,
): Promise<Map<number, SeriesRows>> {
  const collector = new BucketCollector(grouped, grid);
  const source: FluxSource = { group: grouped.group, range: query, conflicts: query.includeConflicts === true };
  const window = { everyMs: grid.everyMs, offsetMs: query.offsetMs ?? 0 };
  const run = (text: string, visit: (row: FluxRow) => void, ofQuality = false) =>
    new FluxCsvReader(visit, { field: onlyField(source, ofQuality) }).readAll(connection.queryFlux(text));
  await Promise.all([
    run(windows(source, window, 'count'), (row) => collector.addGood(row)),
    run(windows(source, window, 'count', true), (row) => collector.addMissing(row), true),
    aggregate === 'count'
      ? Promise.resolve()
      : run(windows(source, window, aggregate), (row) => collector.addValue(row)),
  ]);
  for (const [series, part] of collector.mixedRanges()) {
    const [device, field] = part.names;
    const one: GroupedSeries = {
      group: { ...grouped.group, devices: [device], fields: [field] },
      find: (d, f) => grouped.find(d, f),
    };
    const range = {
      fromMs: Math.max(query.fromMs, grid.startMs + part.first * grid.everyMs),
      toMs: Math.min(query.toMs, grid.startMs + (part.last + 1) * grid.everyMs),
      conflicts: source.conflicts,
      maxRows: MAX_MIXED_POINTS,
    };
    collector.replace(series, (await readPoints(connection, one, range)).get(series) ?? [], aggregate);
  }
  return collector.finish(aggregate);
}

interface MixedRange {
  first: number;
  last: number;
  readonly names: readonly [device: string, field: string];
}

interface OpenBuckets {
  readonly rows: BucketRows;
  readonly missing: Float64Array;
  /** Origins seen a bucket, one bit each. */
  readonly origins: Uint8Array;
  mixed: MixedRange | undefined;
}

/** Collects the three answers into buckets of series. */
class BucketCollector {
  readonly #grouped: GroupedSeries;
  readonly #grid: BucketGrid;
  readonly #times: Float64Array;
  readonly #open = new Map<number, OpenBuckets>();
  /** The series of the last row; rows of one follow each other, with the same texts. */
  #device = '';
  #field = '';
  #current: OpenBuckets | undefined;

  constructor(grouped: GroupedSeries, grid: BucketGrid) {
    this.#grouped = grouped;
    this.#grid = grid;
    this.#times = bucketTimes(grid);
  }

  addGood(row: FluxRow): void {
    this.#at(row, row.field, (open, bucket) => {
      open.rows.count[bucket] = (open.rows.count[bucket] ?? 0) + row.value;
    });
  }

  addMissing(row: FluxRow): void {
    this.#at(row, row.field.replace(/_quality$/, ''), (open, bucket) => {
      open.missing[bucket] = (open.missing[bucket] ?? 0) + row.value;
    });
  }

  addValue(row: FluxRow): void {
    this.#at(row, row.field, (open, bucket) => {
      open.rows.value[bucket] = row.value;
    });
  }

  mixedRanges(): [number, MixedRange][] {
    return [...this.#open].flatMap(([series, { mixed }]) => (mixed ? [[series, mixed]] : []));
  }

  /** Computes the mixed buckets of a series from its points. */
  replace(series: number, points: readonly RawPoint[], aggregate: SimpleAggregate): void {
    const open = this.#open.get(series);
    if (!open?.mixed) return;
    const { startMs, everyMs } = this.#grid;
    const byBucket = Map.groupBy(points, ({ timeUs }) => Math.floor((timeUs / 1000 - startMs) / everyMs));
    for (let bucket = open.mixed.first; bucket <= open.mixed.last; bucket++) {
      const own = byBucket.get(bucket) ?? [];
      const good = own.filter(({ quality }) => quality === GOOD).map(({ value }) => value);
      open.rows.value[bucket] = aggregated(aggregate, good);
      open.rows.count[bucket] = good.length;
      open.missing[bucket] = own.length - good.length;
    }
  }

  finish(aggregate: SimpleAggregate): Map<number, BucketRows> {
    const bad = qualityCode('bad');
    for (const { rows, missing } of this.#open.values()) {
      for (let bucket = 0; bucket < this.#grid.count; bucket++) {
        const good = rows.count[bucket] ?? 0;
        const total = good + (missing[bucket] ?? 0);
        if (total === 0) continue;
        const value = aggregate === 'count' ? good : (rows.value[bucket] ?? Number.NaN);
        rows.set(bucket, value, good, total, bad);
      }
    }
    return new Map([...this.#open].map(([series, { rows }]) => [series, rows]));
  }

  #at(row: FluxRow, field: string, work: (open: OpenBuckets, bucket: number) => void): void {
    if (row.device !== this.#device || field !== this.#field) this.#turnTo(row.device, field);
    const open = this.#current;
    if (!open) return;
    const bucket = Math.floor((row.timeUs / 1000 - this.#grid.startMs) / this.#grid.everyMs);
    const bit = 1 << originCode(row.origin);
    const seen = (open.origins[bucket] ?? 0) | bit;
    open.origins[bucket] = seen;
    if ((seen & (seen - 1)) !== 0) this.#noteMixed(open, bucket, row.device, field);
    work(open, bucket);
  }

  #noteMixed(open: OpenBuckets, bucket: number, device: string, field: string): void {
    open.mixed ??= { first: bucket, last: bucket, names: [device, field] };
    open.mixed.first = Math.min(open.mixed.first, bucket);
    open.mixed.last = Math.max(open.mixed.last, bucket);
  }

  #turnTo(device: string, field: string): void {
    const series = this.#grouped.find(device, field);
    this.#device = device;
    this.#field = field;
    this.#current = series === undefined ? undefined : this.#openFor(series);
  }

  #openFor(series: number): OpenBuckets {
    let open = this.#open.get(series);
    if (!open) {
      const { count } = this.#grid;
      open = {
        rows: new BucketRows(series, this.#grid, this.#times),
        missing: new Float64Array(count),
        origins: new Uint8Array(count),
        mixed: undefined,
      };
      this.#open.set(series, open);
    }
    return open;
  }
}

function aggregated(aggregate: SimpleAggregate, good: readonly number[]): number {
  if (aggregate === 'count') return good.length;
  if (good.length === 0) return Number.NaN;
  switch (aggregate) {
    case 'mean':
      return good.reduce((sum, value) => sum + value, 0) / good.length;
    case 'min':
      return good.reduce((least, value) => Math.min(least, value));
    case 'max':
      return good.reduce((most, value) => Math.max(most, value));
    case 'first':
      return good[0] ?? Number.NaN;
    case 'last':
      return good.at(-1) ?? Number.NaN;
  }
}
