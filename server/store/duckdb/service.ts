import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '@duckdb/node-api';
import { GridwardenError, messageOf } from '../../../edge/platform/errors.ts';
import { Mutex } from '../mutex.ts';
import type { Retention } from '../retention.ts';
import type {
  LatestRow,
  RangeQuery,
  ReceivedRanges,
  RecordStream,
  Series,
  SeriesRows,
  StoreStatistics,
} from '../telemetry-store.ts';
import { CATALOGUE_FILE, Catalogue } from './catalogue.ts';
import { Committer, type StoreBatch } from './committer.ts';
import { type Engine, openEngine, rowsOf } from './engine.ts';
import { explainFailure } from './failures.ts';
import { FileSet, foreignFiles } from './file-set.ts';
import { FolderBackup } from './folder-backup.ts';
import { Maintenance } from './maintenance.ts';
import type { FileClass } from './period.ts';
import { StoreReader } from './reader.ts';
import { ReaderPool } from './reader-pool.ts';
import { ReceivedLedger } from './received-ledger.ts';
import { SeriesState } from './series-state.ts';
import { statisticsOf } from './statistics.ts';

export interface ServiceOptions {
  readonly folder: string;
  readonly memoryLimitBytes: number;
  readonly threads: number;
  readonly retention: Retention;
  /** Grid time. */
  readonly nowMs: number;
  /** Rows above which a file is sorted; from the memory limit without it. */
  readonly sortRows?: number;
}

/** The telemetry folder and all that is done in it. Lives in the store's worker thread, which alone opens the files. */
export class DuckDbService {
  readonly id: string;
  readonly known: readonly Series[];
  readonly backup: FolderBackup;
  readonly #options: ServiceOptions;
  readonly #engine: Engine;
  readonly #catalogue: Catalogue;
  readonly #files: FileSet;
  readonly #series: SeriesState;
  readonly #ledger: ReceivedLedger;
  readonly #commits: Mutex;
  readonly #committer: Committer;
  readonly #maintenance: Maintenance;
  readonly #reader: StoreReader;

  private constructor(options: ServiceOptions, parts: OpenedParts, say: (line: string) => void) {
    const { engine, catalogue, files, series, ledger } = parts;
    this.#options = options;
    this.#engine = engine;
    this.#catalogue = catalogue;
    this.#files = files;
    this.#series = series;
    this.#ledger = ledger;
    this.#commits = new Mutex();
    this.id = catalogue.id;
    this.known = parts.known;
    this.#committer = new Committer({ engine, catalogue, files, series, ledger });
    this.#reader = new StoreReader({ files, series, pool: new ReaderPool(engine.readers) });
    this.#maintenance = new Maintenance({ ...options, engine, catalogue, files, ledger, commits: this.#commits, say });
    this.backup = new FolderBackup({
      engine,
      catalogue,
      files,
      commits: this.#commits,
      maintenance: this.#maintenance,
    });
  }

  /** @throws GridwardenError STORE_FOREIGN, SCHEMA_NEWER, FILE_LOCKED, DIRECTORY_UNWRITABLE, DISK_FULL */
  static async open(options: ServiceOptions, say: (line: string) => void): Promise<DuckDbService> {
    prepareFolder(options.folder);
    const catalogue = new Catalogue(options.folder, options.nowMs);
    let engine: Engine | undefined;
    try {
      engine = await openEngine({ ...options, spillFolder: join(options.folder, 'spill') });
      const { folder, retention } = options;
      const files = new FileSet({ folder, engine, catalogue, retention, say });
      const ledger = new ReceivedLedger(catalogue, engine, files);
      await ledger.load();
      const known = catalogue.series();
      const series = new SeriesState(known, await newestTimes(engine, files));
      return new DuckDbService(options, { engine, catalogue, files, series, ledger, known }, say);
    } catch (error) {
      engine?.close();
      catalogue.close();
      throw explainFailure(options.folder, error);
    }
  }

  commit(batch: StoreBatch): Promise<void> {
    return this.#commits.run(async () => {
      try {
        this.#maintenance.afterCommit(await this.#committer.commit(batch));
      } catch (error) {
        throw explainFailure(this.#options.folder, error);
      }
    });
  }

  received(): ReceivedRanges[] {
    return this.#ledger.all();
  }

  forget(stream: RecordStream): Promise<void> {
    return this.#commits.run(() => this.#ledger.forget(stream));
  }

  read(query: RangeQuery): Promise<SeriesRows[]> {
    return this.#explained(() => this.#reader.read(query));
  }

  latest(series: readonly number[], fromMs: number, toMs: number): Promise<LatestRow[]> {
    return this.#explained(() => this.#reader.latest(series, fromMs, toMs));
  }

  /** Gives up the reads that are under way. */
  interruptReads(): void {
    for (const reader of this.#engine.readers) reader.interrupt();
  }

  tick(nowMs: number): Promise<void> {
    return this.#explained(() => this.#maintenance.tick(nowMs));
  }

  applyRetention(nowMs: number): Promise<string[]> {
    return this.#explained(() => this.#maintenance.applyRetention(nowMs));
  }

  statistics(nowMs: number): StoreStatistics {
    return statisticsOf(this.#files, this.#series.size, { createdMs: this.#catalogue.createdMs, nowMs });
  }

  describe(): string {
    return `DuckDB ${version()} in ${this.#options.folder}, ${this.#files.all().length} files`;
  }

  async close(): Promise<void> {
    await this.backup.end();
    await this.#maintenance.idle();
    await this.#commits.run(async () => {
      await this.#files.close();
      this.#engine.close();
      this.#catalogue.close();
    });
  }

  async #explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw explainFailure(this.#options.folder, error);
    }
  }
}

interface OpenedParts {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
  readonly files: FileSet;
  readonly series: SeriesState;
  readonly ledger: ReceivedLedger;
  readonly known: readonly Series[];
}

function prepareFolder(folder: string): void {
  const existing = statSync(folder, { throwIfNoEntry: false });
  if (existing && !existing.isDirectory()) {
    throw new GridwardenError('STORE_FOREIGN', `${folder} is a file; the telemetry store needs a folder of its own`);
  }
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new GridwardenError(
      'DIRECTORY_UNWRITABLE',
      `The telemetry folder ${folder} cannot be made: ${messageOf(cause)}`,
      { cause },
    );
  }
  const foreign = statSync(join(folder, CATALOGUE_FILE), { throwIfNoEntry: false }) ? [] : foreignFiles(folder);
  if (foreign.length > 0) {
    throw new GridwardenError(
      'STORE_FOREIGN',
      `${folder} holds ${foreign[0]}, which gridwarden did not write: give the telemetry store a folder of its own`,
    );
  }
}

/** The newest time in the main tables of each class: later points of a series are certain to be new. */
async function newestTimes(engine: Engine, files: FileSet): Promise<Map<FileClass, number>> {
  const newest = new Map<FileClass, number>();
  for (const fileClass of ['fast', 'registers'] as const) {
    const candidates = files.all().filter((file) => file.fileClass === fileClass && !file.isStray);
    for (const file of candidates.toReversed()) {
      const timeUs = await files.using([file], async () => {
        const tables = file.mainTables().map((table) => `SELECT max(time) AS time FROM ${table}`);
        const [row] = await rowsOf(
          engine.admin,
          `SELECT epoch_us(max(time))::DOUBLE FROM (${tables.join(' UNION ALL ')})`,
        );
        return row?.[0];
      });
      if (typeof timeUs !== 'number') continue;
      newest.set(fileClass, timeUs);
      break;
    }
  }
  return newest;
}
