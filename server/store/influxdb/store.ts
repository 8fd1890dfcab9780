import type { GridClock, ProcessClock, Timer } from '../../../edge/platform/clock.ts';
import { messageOf } from '../../../edge/platform/errors.ts';
import type { Logger } from '../../../edge/platform/log.ts';
import { BucketRows, bucketGrid, bucketTimes, checkRows } from '../buckets.ts';
import { Mutex } from '../mutex.ts';
import { refusals } from '../refusals.ts';
import { type RejectLog, rejectEntries } from '../reject-log.ts';
import type { Retention } from '../retention.ts';
import { SeriesDictionary } from '../series-dictionary.ts';
import type { BackupOrder, StoreBackup } from '../store-backup.ts';
import type { StoreMetrics } from '../store-metrics.ts';
import type {
  CommitRequest,
  CommitResult,
  LatestRow,
  RangeQuery,
  ReceivedRanges,
  RecordStream,
  RejectedPoint,
  Series,
  SeriesRows,
  StoreHealth,
  StoreStatistics,
  TelemetryStore,
} from '../telemetry-store.ts';
import { backupInflux } from './backup.ts';
import type { InfluxConnection } from './connection.ts';
import { type GroupedSeries, groupSeries } from './groups.ts';
import type { InfluxState } from './influx-state.ts';
import { LineWriter } from './line-writer.ts';
import type { InfluxLink } from './link.ts';
import { findNewest } from './newest.ts';
import { readBuckets } from './read-buckets.ts';
import { rawQueryOf, readPoints, rowsOf } from './read-raw.ts';
import { type BucketIndex, SeriesNames } from './series-names.ts';
import { applyBucketRetention, GrowthMeter } from './upkeep.ts';

const STATISTICS_MS = 60_000;

export interface InfluxStoreParts {
  readonly connection: InfluxConnection;
  readonly link: InfluxLink;
  readonly state: InfluxState;
  readonly rejects: RejectLog;
  /** The bucket, and the one for what is kept longer. */
  readonly buckets: readonly [string] | readonly [string, string];
  readonly retention: Retention;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly logger: Logger;
  readonly metrics: StoreMetrics;
}

/** The telemetry store in InfluxDB 2. The received ranges are in the state file, saved after the server has confirmed the rows. */
export class InfluxStore implements TelemetryStore {
  readonly id: string;
  readonly #parts: InfluxStoreParts;
  readonly #series: SeriesDictionary;
  readonly #names: SeriesNames;
  readonly #writer: LineWriter;
  readonly #growth: GrowthMeter;
  /** The writer has one buffer. */
  readonly #commits = new Mutex();
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(parts: InfluxStoreParts) {
    this.#parts = parts;
    this.id = parts.state.identity();
    this.#series = new SeriesDictionary(parts.state.series());
    this.#names = new SeriesNames(parts.buckets.length > 1);
    this.#writer = new LineWriter(parts.connection);
    this.#growth = new GrowthMeter(parts.gridClock);
    this.#scheduleStatistics();
  }

  seriesOf(series: Series): number {
    return this.#series.numberOf(series);
  }

  series(number: number): Series | undefined {
    return this.#series.at(number);
  }

  seriesOfDevice(device: string): readonly number[] {
    return this.#series.ofDevice(device);
  }

  commit(request: CommitRequest): Promise<CommitResult> {
    return this.#commits.run(() => this.#commit(request));
  }

  async #commit(request: CommitRequest): Promise<CommitResult> {
    const { link, state, rejects, gridClock, processClock, metrics } = this.#parts;
    const startedMs = processClock.nowMs();
    this.#saveSeries();
    const refused = refusals(request.points, this.#series.size);
    const rejected = [...refused, ...(await this.#write(request, refused))].sort((a, b) => a.index - b.index);
    // Stored or set aside, both durably, before the ranges say that the records are settled.
    rejects.write(
      rejectEntries(request, rejected, (number) => this.series(number)),
      gridClock.nowMs(),
    );
    const stored = request.points.length - rejected.length;
    state.saveReceived(request.streams, stored);
    link.succeeded();
    this.#growth.add(stored);
    metrics.committed(stored, rejected.length, (processClock.nowMs() - startedMs) / 1000);
    return { rejected };
  }

  async received(): Promise<readonly ReceivedRanges[]> {
    return this.#parts.state.received();
  }

  async forget(stream: RecordStream): Promise<void> {
    this.#parts.state.forget(stream);
  }

  async latest(series: readonly number[], fromMs: number, toMs: number): Promise<readonly LatestRow[]> {
    const query = { fromMs, toMs, goodOnly: false };
    const found = await this.#eachGroup(series, (grouped) => findNewest(this.#parts.connection, grouped, query));
    return series.flatMap((one) => {
      const point = found.get(one);
      if (!point) return [];
      return [{ series: one, timeMs: Math.floor(point.timeUs / 1000), value: point.value, quality: point.quality }];
    });
  }

  async read(query: RangeQuery): Promise<readonly SeriesRows[]> {
    const { connection } = this.#parts;
    if (query.everyMs === undefined) {
      const points = await this.#eachGroup(query.series, (grouped) =>
        readPoints(connection, grouped, rawQueryOf(query)),
      );
      const rows = query.series.map((series) => rowsOf(series, points.get(series) ?? []));
      checkRows(
        rows.reduce((sum, { timeMs }) => sum + timeMs.length, 0),
        query.maxRows,
      );
      return rows;
    }
    const grid = bucketGrid(query, query.everyMs);
    const found = await this.#eachGroup(query.series, (grouped) => readBuckets(connection, grouped, query, grid));
    const times = bucketTimes(grid);
    return query.series.map((series) => found.get(series) ?? new BucketRows(series, grid, times));
  }

  async applyRetention(): Promise<readonly string[]> {
    const { connection, link, retention, logger } = this.#parts;
    await link.refresh();
    return applyBucketRetention(connection, link.buckets, retention, logger);
  }

  health(): Promise<StoreHealth> {
    return this.#parts.link.health();
  }

  async statistics(): Promise<StoreStatistics> {
    const { connection, link, state, metrics } = this.#parts;
    const totals = { points: state.points, series: this.#series.size };
    const statistics = await this.#growth.statistics(connection, link.buckets, totals);
    metrics.statistics = statistics;
    return statistics;
  }

  backup(order: BackupOrder): Promise<StoreBackup> {
    return backupInflux(this.#parts.rejects.folder, order);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#parts.connection.close();
  }

  /** The series must be known at the next start before any point of theirs is stored. */
  #saveSeries(): void {
    const size = this.#series.size;
    this.#parts.state.saveSeries(this.#series.unsaved());
    this.#series.saved(size);
    this.#names.learn(size, (number) => this.series(number));
  }

  async #write(request: CommitRequest, refused: readonly RejectedPoint[]): Promise<RejectedPoint[]> {
    const { link, buckets, metrics } = this.#parts;
    const isRefused = new Set(refused.map(({ index }) => index));
    const skip = (index: number) => isRefused.size > 0 && isRefused.has(index);
    const rejected: RejectedPoint[] = [];
    let current: string = buckets[0];
    try {
      await link.ready();
      for (const [index, bucket] of buckets.entries()) {
        current = bucket;
        const source = { points: request.points, names: this.#names, bucket: index as BucketIndex, skip };
        rejected.push(...(await this.#writer.write(bucket, source)));
      }
    } catch (error) {
      const failure = link.failed(error, current);
      metrics.failed(failure.code);
      throw failure;
    }
    return rejected;
  }

  async #eachGroup<T>(
    series: readonly number[],
    work: (grouped: GroupedSeries) => Promise<ReadonlyMap<number, T>>,
  ): Promise<Map<number, T>> {
    const { link, buckets } = this.#parts;
    const [bucket, longBucket = bucket] = buckets;
    const groups = groupSeries(
      series,
      (number) => this.series(number),
      ({ pollClass }) => (pollClass === 'registers' ? longBucket : bucket),
    );
    const found = new Map<number, T>();
    try {
      await link.ready();
      for (const grouped of groups) for (const [one, rows] of await work(grouped)) found.set(one, rows);
    } catch (error) {
      throw link.failed(error);
    }
    return found;
  }

  #scheduleStatistics(): void {
    this.#timer = this.#parts.processClock.setTimer(STATISTICS_MS, () => {
      void this.statistics()
        .catch((error: unknown) => this.#parts.logger.debug(messageOf(error)))
        .finally(() => {
          if (!this.#isClosed) this.#scheduleStatistics();
        });
    });
  }
}
