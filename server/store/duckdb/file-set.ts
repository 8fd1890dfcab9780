import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GridwardenError } from '../../../edge/platform/errors.ts';
import { Mutex } from '../mutex.ts';
import type { Retention } from '../retention.ts';
import type { Catalogue, FileRecord } from './catalogue.ts';
import type { Engine } from './engine.ts';
import { attachFile, createFile, detachFile, type FileOwner, syncFolder } from './file-life.ts';
import { type FileClass, periodLength, periodOf, retentionOf, window } from './period.ts';
import { type FileIdentity, PeriodFile } from './period-file.ts';

/** Files attached at once: each costs a descriptor or two and its part of the catalogue in memory. */
const MAX_ATTACHED = 64;

export interface FileSetOptions {
  readonly folder: string;
  readonly engine: Engine;
  readonly catalogue: Catalogue;
  readonly retention: Retention;
  /** Says what an operator should know, in one line. */
  readonly say: (line: string) => void;
}

/** The period files of a folder: which one holds which time, made when first needed, attached while in use. */
export class FileSet {
  readonly #options: FileSetOptions;
  readonly #owner: FileOwner;
  /** Two at once must not attach one file twice, nor make it twice. */
  readonly #life = new Mutex();
  #files: PeriodFile[] = [];
  #uses = 0;

  constructor(options: FileSetOptions) {
    this.#options = options;
    this.#owner = { engine: options.engine, storeId: options.catalogue.id };
    for (const record of options.catalogue.files()) this.#recall(record);
  }

  all(): readonly PeriodFile[] {
    return this.#files;
  }

  /** The file that holds this time, or the one of strays when the time has no period. */
  find(fileClass: FileClass, timeMs: number, nowMs: number): PeriodFile | undefined {
    const file = this.#files.find((one) => one.fileClass === fileClass && timeMs >= one.fromMs && timeMs < one.toMs);
    if (file) return file;
    return this.#isInWindow(fileClass, timeMs, nowMs) ? undefined : this.#strays(fileClass);
  }

  /** As `find`, and makes the file when there is none. */
  ensure(fileClass: FileClass, timeMs: number, nowMs: number): Promise<PeriodFile> {
    return this.#life.run(
      async () => this.find(fileClass, timeMs, nowMs) ?? this.#make(this.#identityFor(fileClass, timeMs, nowMs)),
    );
  }

  /** Files that may hold points of [fromMs, toMs), oldest first; strays come first. */
  overlapping(fileClass: FileClass, fromMs: number, toMs: number): PeriodFile[] {
    return this.#files.filter(
      (file) => file.fileClass === fileClass && (file.isStray || (file.fromMs < toMs && file.toMs > fromMs)),
    );
  }

  /** Attaches the file and keeps it attached until `release`. */
  async use(file: PeriodFile): Promise<void> {
    file.users += 1;
    file.lastUse = ++this.#uses;
    if (file.attached && !file.broken) return;
    try {
      await this.#life.run(() => this.#attach(file));
    } catch (error) {
      file.users -= 1;
      throw error;
    }
  }

  /**
   * Keeps every file as it is, attached or not, until each is released: none is detached, which would write its log into it.
   * When it resolves no attaching or detaching is under way.
   */
  hold(): Promise<readonly PeriodFile[]> {
    return this.#life.run(async () => {
      for (const file of this.#files) file.users += 1;
      return [...this.#files];
    });
  }

  release(file: PeriodFile): void {
    file.users -= 1;
  }

  /** Runs work on files that stay attached meanwhile. */
  async using<T>(files: readonly PeriodFile[], work: () => Promise<T>): Promise<T> {
    const used: PeriodFile[] = [];
    try {
      for (const file of files) {
        await this.use(file);
        used.push(file);
      }
      return await work();
    } finally {
      for (const file of used) this.release(file);
    }
  }

  /** Removes a file for good; false while someone reads it. */
  drop(file: PeriodFile): Promise<boolean> {
    return this.#life.run(async () => {
      if (file.users > 0) return false;
      this.#options.catalogue.setDropping(file.name);
      this.#files = this.#files.filter((one) => one !== file);
      if (file.attached) await detachFile(this.#owner, file);
      this.#remove(file.name, file.path);
      return true;
    });
  }

  /**
   * Puts a file that was made aside in the place of this one, which the caller uses; false while someone else uses it, too.
   * No commit may run meanwhile.
   */
  replace(file: PeriodFile, aside: string): Promise<boolean> {
    return this.#life.run(async () => {
      if (file.users > 1) return false;
      await detachFile(this.#owner, file);
      // A log that could not be written into the old file would be replayed into the new one.
      const isWhole = !existsSync(`${file.path}.wal`);
      if (isWhole) {
        renameSync(aside, file.path);
        syncFolder(this.#options.folder);
      }
      await attachFile(this.#owner, file);
      return isWhole;
    });
  }

  /** Bytes on disk of one file, its log included. */
  bytesOf(file: PeriodFile): number {
    return [file.path, `${file.path}.wal`].reduce(
      (sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  close(): Promise<void> {
    return this.#life.run(async () => {
      for (const file of this.#files) if (file.attached) await this.#letGo(file);
    });
  }

  #isInWindow(fileClass: FileClass, timeMs: number, nowMs: number): boolean {
    const { fromMs, toMs } = window(nowMs, retentionOf(fileClass, this.#options.retention));
    return timeMs >= fromMs && timeMs < toMs;
  }

  #strays(fileClass: FileClass): PeriodFile | undefined {
    return this.#files.find((file) => file.fileClass === fileClass && file.isStray);
  }

  #identityFor(fileClass: FileClass, timeMs: number, nowMs: number): FileIdentity {
    if (!this.#isInWindow(fileClass, timeMs, nowMs))
      return { name: `${fileClass}-strays`, fileClass, fromMs: 0, toMs: 0 };
    const period = periodOf(timeMs, periodLength(retentionOf(fileClass, this.#options.retention)));
    return { name: `${fileClass}-${period.label}`, fileClass, fromMs: period.fromMs, toMs: period.toMs };
  }

  async #make(identity: FileIdentity): Promise<PeriodFile> {
    const { catalogue } = this.#options;
    // The catalogue first: a file that it does not list would be taken for a foreign one.
    catalogue.addFile(identity);
    const file = new PeriodFile(identity, this.#pathOf(identity.name), identity.fromMs, false);
    if (!existsSync(file.path)) await createFile(this.#owner, file);
    this.#files.push(file);
    this.#files.sort((a, b) => a.fromMs - b.fromMs);
    return file;
  }

  /** Takes over what the catalogue lists; finishes what was being dropped. */
  #recall(record: FileRecord): void {
    const path = this.#pathOf(record.name);
    if (record.dropping || !existsSync(path)) {
      if (!record.dropping) this.#options.say(`the telemetry file ${path} is gone; what it held is lost`);
      this.#remove(record.name, path);
      return;
    }
    const file = new PeriodFile(record, path, record.rolledToMs, record.hasJournal);
    file.counts.points = record.points;
    this.#files.push(file);
  }

  #remove(name: string, path: string): void {
    for (const one of [path, `${path}.wal`, `${path}.new`, `${path}.new.wal`]) rmSync(one, { force: true });
    this.#options.catalogue.removeFile(name);
  }

  #pathOf(name: string): string {
    return join(this.#options.folder, `${name}.duckdb`);
  }

  async #attach(file: PeriodFile): Promise<void> {
    if (file.broken && file.users === 1) await detachFile(this.#owner, file);
    if (file.broken) {
      throw new GridwardenError('STORE_UNAVAILABLE', `${file.path} is opened again once its readers are done`);
    }
    if (file.attached) return;
    const attached = this.#files.filter((one) => one.attached);
    if (attached.length >= MAX_ATTACHED) {
      const idle = attached
        .filter((one) => one.users === 0 && one.dirty.isEmpty)
        .sort((a, b) => a.lastUse - b.lastUse)[0];
      if (idle) await this.#letGo(idle);
    }
    await attachFile(this.#owner, file);
  }

  async #letGo(file: PeriodFile): Promise<void> {
    this.#options.catalogue.setPoints(file.name, file.rows);
    await detachFile(this.#owner, file);
  }
}

/** DuckDB files in a folder that has no catalogue of ours: nothing of ours may be written beside them. */
export function foreignFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => name.endsWith('.duckdb') || name.endsWith('.db'));
}
