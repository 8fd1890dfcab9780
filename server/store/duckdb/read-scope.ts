import type { DuckDBConnection } from '@duckdb/node-api';
import type { FileSet } from './file-set.ts';
import type { FileClass } from './period.ts';
import type { PeriodFile } from './period-file.ts';
import { setWanted } from './reader-pool.ts';
import { listedSeries, type SeriesCondition, type Slice, WANTED_SERIES } from './source-sql.ts';

const MAX_ATTEMPTS = 5;

/** What one part of a query works with: a connection, the series it is about, all of one class, and their files. */
export class ReadScope {
  readonly connection: DuckDBConnection;
  readonly fileClass: FileClass;
  readonly series: readonly number[];
  readonly #files: FileSet;

  constructor(connection: DuckDBConnection, files: FileSet, fileClass: FileClass, series: readonly number[]) {
    this.connection = connection;
    this.#files = files;
    this.fileClass = fileClass;
    this.series = series;
  }

  narrowed(series: readonly number[]): ReadScope {
    return new ReadScope(this.connection, this.#files, this.fileClass, series);
  }

  /** The condition on `series`. A long list goes into the connection's one temporary table: ask for it before each statement. */
  async condition(): Promise<SeriesCondition> {
    const listed = listedSeries(this.series);
    if (listed === undefined) await setWanted(this.connection, this.series);
    return listed ?? WANTED_SERIES;
  }

  files(fromMs: number, toMs: number, fileClass = this.fileClass): PeriodFile[] {
    return this.#files.overlapping(fileClass, fromMs, toMs);
  }

  /** Runs a statement over the files that may hold [fromUs, toUs), which stay attached meanwhile. */
  withSlices<T>(fromUs: number, toUs: number, work: (slices: readonly Slice[]) => Promise<T>): Promise<T> {
    const files = this.files(fromUs / 1000, toUs / 1000);
    return this.withFiles(files, () => work(slicesOf(files, fromUs, toUs)));
  }

  /**
   * Runs work on attached files. A job may drop a table between the making of a statement and its start; then the work is
   * done again with the new tables.
   */
  withFiles<T>(files: readonly PeriodFile[], work: () => Promise<T>): Promise<T> {
    return this.#files.using(files, async () => {
      for (let attempt = 1; ; attempt++) {
        const before = generations(files);
        try {
          return await work();
        } catch (error) {
          const changing = files.map((file) => file.changing).filter((change) => change !== undefined);
          await Promise.all(changing);
          if (attempt === MAX_ATTEMPTS || generations(files) === before) throw error;
        }
      }
    });
  }
}

function generations(files: readonly PeriodFile[]): string {
  return files.map(({ generation }) => generation).join();
}

/** The parts of files that lie in [fromUs, toUs). */
export function slicesOf(files: readonly PeriodFile[], fromUs: number, toUs: number): Slice[] {
  return files.map((file) => ({
    file,
    fromUs: file.isStray ? fromUs : Math.max(fromUs, file.fromMs * 1000),
    toUs: file.isStray ? toUs : Math.min(toUs, file.toMs * 1000),
  }));
}
