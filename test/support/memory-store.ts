import { mkdirSync } from 'node:fs';
import { RangeSet } from '../../edge/protocol/ranges.ts';
import type { BackupOrder, StoreBackup } from '../../server/store/store-backup.ts';
import type {
  CommitRequest,
  CommitResult,
  LatestRow,
  ReceivedRanges,
  RecordStream,
  RejectedPoint,
  Series,
  SeriesRows,
  StoreHealth,
  StoreStatistics,
  TelemetryStore,
} from '../../server/store/telemetry-store.ts';

/** A stored point as a test looks at it. */
export interface StoredPoint {
  readonly device: string;
  readonly metric: string;
  readonly timeUs: number;
  readonly value: number;
  readonly quality: number;
  readonly origin: number;
  readonly epoch: string | undefined;
  readonly n: number;
}

/**
 * A telemetry store that keeps everything in memory: commits whole batches with their ranges, and can be told to fail,
 * to wait or to reject. For tests of what stands in front of a store.
 */
export class MemoryStore implements TelemetryStore {
  readonly id = 'memory';
  readonly #series: Series[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #ranges = new Map<string, { stream: RecordStream; set: RangeSet }>();
  readonly points = new Map<string, StoredPoint>();
  /** Points handed over, repetitions included. */
  handedOver = 0;
  commits = 0;
  /** Each commit fails with this while it is set. */
  failure: Error | undefined;
  /** Each commit waits for this. */
  gate: Promise<void> = Promise.resolve();
  reject: (point: StoredPoint) => string | undefined = () => undefined;
  /** Without it the points are only counted: for measurements. */
  readonly keepsPoints: boolean;

  constructor(keepsPoints = true) {
    this.keepsPoints = keepsPoints;
  }

  seriesOf(series: Series): number {
    const key = `${series.device}\0${series.metric}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#series.length);
    return this.#series.push(series) - 1;
  }

  series(number: number): Series | undefined {
    return this.#series[number];
  }

  seriesOfDevice(device: string): readonly number[] {
    return this.#series.flatMap((series, number) => (series.device === device ? [number] : []));
  }

  async commit(request: CommitRequest): Promise<CommitResult> {
    await this.gate;
    if (this.failure) throw this.failure;
    this.commits += 1;
    this.handedOver += request.points.length;
    const rejected = this.keepsPoints ? this.#keep(request) : [];
    for (const { stream, ranges } of request.streams) this.#rangesOf(stream).addAll(ranges);
    return { rejected };
  }

  async received(): Promise<readonly ReceivedRanges[]> {
    return [...this.#ranges.values()].map(({ stream, set }) => ({ stream, ranges: set.toArray() }));
  }

  async forget(stream: RecordStream): Promise<void> {
    this.#ranges.delete(`${stream.node}\0${stream.epoch}`);
  }

  async latest(series: readonly number[], fromMs: number, toMs: number): Promise<readonly LatestRow[]> {
    const newest = new Map<number, LatestRow>();
    for (const point of this.points.values()) {
      const number = this.#numbers.get(`${point.device}\0${point.metric}`) ?? -1;
      const timeMs = Math.floor(point.timeUs / 1000);
      if (!series.includes(number) || timeMs < fromMs || timeMs >= toMs) continue;
      if (timeMs >= (newest.get(number)?.timeMs ?? 0)) {
        newest.set(number, { series: number, timeMs, value: point.value, quality: point.quality });
      }
    }
    return [...newest.values()];
  }

  async read(): Promise<readonly SeriesRows[]> {
    throw new Error('the memory store answers no range queries');
  }

  async applyRetention(): Promise<readonly string[]> {
    return [];
  }

  async health(): Promise<StoreHealth> {
    return { ok: this.failure === undefined, reason: this.failure?.message ?? 'in memory' };
  }

  async statistics(): Promise<StoreStatistics> {
    return { bytes: 0, points: this.points.size, series: this.#series.length, bytesPerDay: 0 };
  }

  async backup({ folder, atRest }: BackupOrder): Promise<StoreBackup> {
    mkdirSync(folder);
    await atRest();
    return { kind: 'influxdb', schemas: {}, files: [] };
  }

  async close(): Promise<void> {}

  /** The stored points of one metric, by time. */
  of(device: string, metric: string): StoredPoint[] {
    return [...this.points.values()]
      .filter((point) => point.device === device && point.metric === metric)
      .sort((a, b) => a.timeUs - b.timeUs);
  }

  rangesOf(node: string, epoch: string): (readonly [number, number])[] {
    return this.#ranges.get(`${node}\0${epoch}`)?.set.toArray() ?? [];
  }

  #keep({ points, streams }: CommitRequest): RejectedPoint[] {
    const rejected: RejectedPoint[] = [];
    for (let index = 0; index < points.length; index++) {
      const series = this.#series[points.series[index] ?? -1];
      if (!series) throw new Error('a point of no series');
      const point: StoredPoint = {
        device: series.device,
        metric: series.metric,
        timeUs: points.timeUs[index] ?? 0,
        value: points.value[index] ?? Number.NaN,
        quality: points.quality[index] ?? 255,
        origin: points.origin[index] ?? 255,
        epoch: streams[points.stream[index] ?? -1]?.stream.epoch,
        n: points.n[index] ?? 0,
      };
      const reason = this.reject(point);
      if (reason !== undefined) rejected.push({ index, reason });
      else this.points.set(`${point.device}\0${point.metric}\0${point.timeUs}\0${point.origin}`, point);
    }
    return rejected;
  }

  #rangesOf(stream: RecordStream): RangeSet {
    const key = `${stream.node}\0${stream.epoch}`;
    const known = this.#ranges.get(key);
    if (known) return known.set;
    const set = new RangeSet();
    this.#ranges.set(key, { stream, set });
    return set;
  }
}
