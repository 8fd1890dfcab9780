import { join } from 'node:path';
import type { GridClock, ProcessClock, Timer } from '../../../edge/platform/clock.ts';
import { codeOf, GridwardenError, messageOf } from '../../../edge/platform/errors.ts';
import type { Logger } from '../../../edge/platform/log.ts';
import { byteSize } from '../../../edge/platform/units.ts';
import type { DuckDbStoreConfig } from '../../config.ts';
import { refusals } from '../refusals.ts';
import { RejectLog, rejectEntries } from '../reject-log.ts';
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
  Series,
  SeriesRows,
  StoreHealth,
  StoreStatistics,
  TelemetryStore,
} from '../telemetry-store.ts';
import { backupDuckDb } from './backup.ts';
import type { CallName, Calls } from './messages.ts';
import { packBatch } from './packed-batch.ts';
import type { ServiceOptions } from './service.ts';
import { type StoreThread, WorkerClient } from './worker-client.ts';

/** How often closed quarter hours, full tables and journals are looked after. */
const TICK_MS = 10_000;
/** A read that takes longer is given up. */
const READ_TIMEOUT_MS = 60_000;

export interface DuckDbStoreDependencies {
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly logger: Logger;
  readonly metrics: StoreMetrics;
  /** Rows above which a file is sorted; from the memory limit without it. */
  readonly sortRows?: number;
}

/** The embedded telemetry store: DuckDB files in a folder, owned by a worker thread. */
export class DuckDbStore implements TelemetryStore {
  readonly id: string;
  readonly #folder: string;
  readonly #reopen: () => Promise<StoreThread>;
  readonly #dependencies: DuckDbStoreDependencies;
  readonly #series: SeriesDictionary;
  readonly #rejects: RejectLog;
  #client: Promise<StoreThread>;
  #failure: GridwardenError | undefined;
  #tick: Timer | undefined;
  #isClosed = false;

  private constructor(
    folder: string,
    client: StoreThread,
    reopen: () => Promise<StoreThread>,
    dependencies: DuckDbStoreDependencies,
  ) {
    this.#folder = folder;
    this.id = client.id;
    this.#client = Promise.resolve(client);
    this.#reopen = reopen;
    this.#dependencies = dependencies;
    this.#series = new SeriesDictionary(client.known);
    this.#rejects = new RejectLog(join(folder, 'rejects'));
    this.#scheduleTick();
  }

  /**
   * @param startThread starts the worker that owns the folder
   * @throws GridwardenError STORE_FOREIGN, SCHEMA_NEWER, FILE_LOCKED, DIRECTORY_UNWRITABLE, DISK_FULL
   */
  static async open(
    config: DuckDbStoreConfig,
    retention: Retention,
    dependencies: DuckDbStoreDependencies,
    startThread: (options: ServiceOptions, say: (line: string) => void) => Promise<StoreThread> = WorkerClient.open,
  ): Promise<DuckDbStore> {
    const options = (): ServiceOptions => ({
      folder: config.path,
      memoryLimitBytes: byteSize(config.memoryLimit),
      threads: config.threads,
      retention,
      nowMs: dependencies.gridClock.nowMs(),
      ...(dependencies.sortRows === undefined ? {} : { sortRows: dependencies.sortRows }),
    });
    const say = (line: string) => dependencies.logger.warn({ store: config.path }, line);
    const open = () => startThread(options(), say);
    return new DuckDbStore(config.path, await open(), open, dependencies);
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

  async commit(request: CommitRequest): Promise<CommitResult> {
    const { gridClock, processClock, metrics } = this.#dependencies;
    const startedMs = processClock.nowMs();
    const rejected = refusals(request.points, this.#series.size);
    try {
      const nowMs = gridClock.nowMs();
      this.#rejects.write(
        rejectEntries(request, rejected, (number) => this.series(number)),
        nowMs,
      );
      const { points, buffers } = packBatch(request.points, rejected);
      const seriesCount = this.#series.size;
      const batch = { points, streams: request.streams, newSeries: this.#series.unsaved(), nowMs };
      await this.#call('commit', [batch], buffers);
      this.#series.saved(seriesCount);
    } catch (error) {
      this.#failed(error);
      throw error;
    }
    this.#recovered();
    metrics.committed(
      request.points.length - rejected.length,
      rejected.length,
      (processClock.nowMs() - startedMs) / 1000,
    );
    return { rejected };
  }

  received(): Promise<readonly ReceivedRanges[]> {
    return this.#call('received', []);
  }

  forget(stream: RecordStream): Promise<void> {
    return this.#call('forget', [stream]);
  }

  latest(series: readonly number[], fromMs: number, toMs: number): Promise<readonly LatestRow[]> {
    return this.#inTime(this.#call('latest', [series, fromMs, toMs]));
  }

  read(query: RangeQuery): Promise<readonly SeriesRows[]> {
    return this.#inTime(this.#call('read', [query]));
  }

  applyRetention(nowMs: number): Promise<readonly string[]> {
    return this.#call('applyRetention', [nowMs]);
  }

  async health(): Promise<StoreHealth> {
    if (this.#failure) return { ok: false, reason: this.#failure.message };
    try {
      return { ok: true, reason: await this.#call('describe', []) };
    } catch (error) {
      return { ok: false, reason: messageOf(error) };
    }
  }

  async statistics(): Promise<StoreStatistics> {
    const statistics = await this.#call('statistics', [this.#dependencies.gridClock.nowMs()]);
    this.#dependencies.metrics.statistics = statistics;
    return statistics;
  }

  backup(order: BackupOrder): Promise<StoreBackup> {
    return backupDuckDb((name, args) => this.#call(name, args), join(this.#folder, 'rejects'), order);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#tick?.cancel();
    await (await this.#client).close();
  }

  /** A thread that died is started again: what it had acknowledged is on disk. */
  async #call<N extends CallName>(
    name: N,
    args: Calls[N]['args'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Calls[N]['answer']> {
    if ((await this.#client.catch(() => undefined))?.hasEnded !== false && !this.#isClosed) {
      this.#client = this.#reopen();
    }
    return (await this.#client).call(name, args, transfer);
  }

  async #inTime<T>(read: Promise<T>): Promise<T> {
    const timer = this.#dependencies.processClock.setTimer(READ_TIMEOUT_MS, () => {
      void this.#call('interruptReads', []).catch(() => undefined);
    });
    try {
      return await read;
    } finally {
      timer.cancel();
    }
  }

  #scheduleTick(): void {
    this.#tick = this.#dependencies.processClock.setTimer(TICK_MS, () => {
      void this.#runTick().finally(() => {
        if (!this.#isClosed) this.#scheduleTick();
      });
    });
  }

  async #runTick(): Promise<void> {
    try {
      await this.#call('tick', [this.#dependencies.gridClock.nowMs()]);
      await this.statistics();
    } catch (error) {
      this.#dependencies.logger.warn({ store: this.#folder }, `looking after the store failed: ${messageOf(error)}`);
    }
  }

  #failed(error: unknown): void {
    const code = codeOf(error) ?? 'STORE_UNAVAILABLE';
    this.#dependencies.metrics.failed(code);
    const failure = error instanceof GridwardenError ? error : new GridwardenError(code, messageOf(error));
    if (this.#failure?.code !== code) this.#dependencies.logger.error({ store: this.#folder, code }, failure.message);
    this.#failure = failure;
  }

  #recovered(): void {
    if (this.#failure) this.#dependencies.logger.info({ store: this.#folder }, 'the telemetry store works again');
    this.#failure = undefined;
  }
}
