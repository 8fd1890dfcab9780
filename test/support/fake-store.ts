import { mkdirSync } from 'node:fs';
import { GridwardenError } from '../../edge/platform/errors.ts';
import { GOOD } from '../../edge/protocol/quality.ts';
import type { BackupOrder, StoreBackup } from '../../server/store/store-backup.ts';
import type {
  CommitRequest,
  CommitResult,
  LatestRow,
  RangeQuery,
  ReceivedRanges,
  Series,
  SeriesRows,
  StoreHealth,
  StoreStatistics,
  TelemetryStore,
} from '../../server/store/telemetry-store.ts';

export interface StoredPoint {
  readonly timeMs: number;
  readonly value: number;
  readonly quality: number;
}

/** A store in memory for tests of what asks it: raw points, and buckets of means and counts. Not a store to rely on. */
export class FakeStore implements TelemetryStore {
  readonly id: string;
  readonly queries: RangeQuery[] = [];
  healthReport: StoreHealth = { ok: true, reason: 'in memory' };
  failure: GridwardenError | undefined;
  readonly #series: Series[] = [];
  readonly #points = new Map<number, StoredPoint[]>();

  constructor(id = 'fake') {
    this.id = id;
  }

  /** Puts a point in place, in order of time. */
  put(series: number, timeMs: number, value: number, quality = GOOD): void {
    const points = this.#points.get(series) ?? [];
    this.#points.set(series, points);
    const isLate = timeMs < (points.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY);
    points.push({ timeMs, value, quality });
    if (isLate) points.sort((a, b) => a.timeMs - b.timeMs);
  }

  seriesOf(series: Series): number {
    const known = this.#series.findIndex((one) => one.device === series.device && one.metric === series.metric);
    return known >= 0 ? known : this.#series.push(series) - 1;
  }

  series(number: number): Series | undefined {
    return this.#series[number];
  }

  seriesOfDevice(device: string): readonly number[] {
    return this.#series.flatMap((one, number) => (one.device === device ? [number] : []));
  }

  commit(_request: CommitRequest): Promise<CommitResult> {
    return Promise.resolve({ rejected: [] });
  }

  received(): Promise<readonly ReceivedRanges[]> {
    return Promise.resolve([]);
  }

  forget(): Promise<void> {
    return Promise.resolve();
  }

  latest(series: readonly number[], fromMs: number, toMs: number): Promise<readonly LatestRow[]> {
    const rows = series.flatMap((number) => {
      const last = this.#between(number, fromMs, toMs).at(-1);
      return last ? [{ series: number, ...last }] : [];
    });
    return Promise.resolve(rows);
  }

  async read(query: RangeQuery): Promise<readonly SeriesRows[]> {
    this.queries.push(query);
    if (this.failure) throw this.failure;
    const found = query.series.map((number) => rowsOf(number, this.#between(number, query.fromMs, query.toMs), query));
    const rows = found.reduce((sum, one) => sum + one.timeMs.length, 0);
    if (rows > query.maxRows)
      throw new GridwardenError('RANGE_TOO_LARGE', `${rows} rows, ${query.maxRows} are allowed`);
    return found;
  }

  applyRetention(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  health(): Promise<StoreHealth> {
    return Promise.resolve(this.healthReport);
  }

  statistics(): Promise<StoreStatistics> {
    return Promise.resolve({ bytes: 0, points: 0, series: this.#series.length, bytesPerDay: 0 });
  }

  async backup({ folder, atRest }: BackupOrder): Promise<StoreBackup> {
    mkdirSync(folder);
    await atRest();
    return { kind: 'influxdb', schemas: {}, files: [] };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #between(series: number, fromMs: number, toMs: number): StoredPoint[] {
    return (this.#points.get(series) ?? []).filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
  }
}

function rowsOf(series: number, points: readonly StoredPoint[], query: RangeQuery): SeriesRows {
  if (query.everyMs === undefined) {
    return {
      series,
      timeMs: Float64Array.from(points, ({ timeMs }) => timeMs),
      value: Float64Array.from(points, ({ value }) => value),
      quality: Uint8Array.from(points, ({ quality }) => quality),
      origin: new Uint8Array(points.length),
    };
  }
  return bucketsOf(series, points, query, query.everyMs);
}

function bucketsOf(series: number, points: readonly StoredPoint[], query: RangeQuery, everyMs: number): SeriesRows {
  const offsetMs = query.offsetMs ?? 0;
  const first = Math.floor((query.fromMs - offsetMs) / everyMs);
  const length = Math.ceil((query.toMs - offsetMs) / everyMs) - first;
  const buckets = Array.from({ length }, (_, i) => {
    const beginMs = (first + i) * everyMs + offsetMs;
    const inside = points.filter(({ timeMs }) => timeMs >= beginMs && timeMs < beginMs + everyMs);
    const good = inside.filter(({ quality }) => quality === GOOD);
    const mean = good.reduce((sum, { value }) => sum + value, 0) / good.length;
    return { beginMs, mean, count: good.length, coverage: good.length / inside.length };
  });
  return {
    series,
    timeMs: Float64Array.from(buckets, ({ beginMs }) => beginMs),
    value: Float64Array.from(buckets, ({ mean }) => mean),
    quality: new Uint8Array(length),
    count: Float64Array.from(buckets, ({ count }) => count),
    coverage: Float64Array.from(buckets, ({ coverage }) => coverage),
  };
}
