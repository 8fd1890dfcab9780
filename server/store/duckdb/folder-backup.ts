import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { GridwardenError } from '../../../edge/platform/errors.ts';
import { copyFile } from '../copy-file.ts';
import type { Mutex } from '../mutex.ts';
import type { BackupFile } from '../store-backup.ts';
import { CATALOGUE_FILE, type Catalogue } from './catalogue.ts';
import { type Engine, rowsOf } from './engine.ts';
import type { FileSet } from './file-set.ts';
import type { Maintenance } from './maintenance.ts';
import type { PeriodFile } from './period-file.ts';

/** A period file and its log, as long as they are at the moment of the backup. */
export interface CutFile {
  readonly name: string;
  readonly bytes: number;
}

interface NotedFile extends CutFile {
  readonly file: PeriodFile;
  readonly mainBytes: number;
  readonly logBytes: number;
  readonly headers: Buffer;
  /** Rows, where they are counted exactly. */
  readonly rows: number | undefined;
}

export interface FolderBackupParts {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
  readonly files: FileSet;
  readonly commits: Mutex;
  readonly maintenance: Pick<Maintenance, 'exclusively'>;
}

/** The main header and the two database headers, 4 KiB each (DuckDB, storage format); a checkpoint writes one of them anew. */
const HEADER_BYTES = 3 * 4096;
/** A log that no commit fills. */
const NEVER_CHECKPOINT = '1TB';

/**
 * A copy of the telemetry folder as of one moment, taken while it is in use.
 *
 * A DuckDB file is what its last checkpoint left, and a log to which every commit since is appended; blocks that these two
 * name are not written again before the next checkpoint. So while nothing checkpoints, the file and the first bytes of its
 * log, as many as there are now, stay the file as of now, however long copying takes. That is what is held here: checkpoints
 * by size are put off, no file is detached (which checkpoints), and no job runs (sorting and retention drop tables and files).
 * Commits wait only while the lengths are noted and the catalogue is copied. The catalogue says which ranges are received
 * and the files' journals say the rest, so that rows and ranges are of the same moment. The price is a log that grows as
 * long as the backup takes.
 */
export class FolderBackup {
  readonly #parts: FolderBackupParts;
  readonly #pinned = new Set<PeriodFile>();
  readonly #cutFiles = new Map<string, NotedFile>();
  #folder = '';
  /** Set while a backup is under way. */
  #ending: AbortController | undefined;
  #beginning: Promise<CutFile[]> | undefined;
  #resume: () => void = nothing;
  #release: () => void = nothing;

  constructor(parts: FolderBackupParts) {
    this.#parts = parts;
  }

  /**
   * Notes the moment, and leaves commits waiting until `resume`. Returns the files to copy.
   * @throws GridwardenError BACKUP_RUNNING, STORE_UNAVAILABLE
   */
  async begin(folder: string): Promise<CutFile[]> {
    if (this.#ending) throw new GridwardenError('BACKUP_RUNNING', 'A backup of this store is being made already');
    this.#ending = new AbortController();
    this.#folder = folder;
    this.#beginning = this.#cut(this.#ending.signal);
    try {
      return await this.#beginning;
    } catch (error) {
      await this.#finish();
      throw error;
    }
  }

  /** Commits go on. */
  resume(): void {
    this.#resume();
  }

  /**
   * Copies one file with its log, opens the copy and counts its rows. The file is free again afterwards.
   * @throws GridwardenError DISK_FULL, DIRECTORY_UNWRITABLE, STORE_UNAVAILABLE when the copy is not what it should be
   */
  async copy(name: string): Promise<BackupFile[]> {
    const noted = this.#cutFiles.get(name);
    const signal = this.#ending?.signal;
    if (!noted || !signal) throw new GridwardenError('STORE_UNAVAILABLE', `The backup has ended before ${name}`);
    const { file, mainBytes, logBytes, headers } = noted;
    const target = join(this.#folder, name);
    const copied = [{ path: name, ...(await copyFile(file.path, target, { bytes: mainBytes, signal })) }];
    if (logBytes > 0) {
      const log = await copyFile(logOf(file), `${target}.wal`, { bytes: logBytes, signal });
      copied.push({ path: `${name}.wal`, ...log });
    }
    if (!headers.equals(headersOf(file.path))) {
      throw new GridwardenError('STORE_UNAVAILABLE', `${file.path} was written anew while it was copied`);
    }
    await this.#check(noted, target);
    this.#unpin(file);
    return copied;
  }

  /** Everything goes on as before; what is being copied is given up. */
  async end(): Promise<void> {
    if (!this.#ending) return;
    this.#ending.abort();
    await this.#beginning?.catch(() => undefined);
    await this.#finish();
  }

  async #cut(signal: AbortSignal): Promise<CutFile[]> {
    const { commits, maintenance, engine, files, catalogue } = this.#parts;
    this.#release = await hold((work) => maintenance.exclusively(work));
    signal.throwIfAborted();
    await engine.admin.run(`SET GLOBAL wal_autocheckpoint = '${NEVER_CHECKPOINT}'`);
    // A log that a killed process left is read, and perhaps written into its file, when the file is attached.
    for (const file of files.all()) if (!file.attached && sizeOf(logOf(file)) > 0) await files.using([file], idle);
    this.#resume = await hold((work) => commits.run(work));
    signal.throwIfAborted();
    for (const file of await files.hold()) this.#pinned.add(file);
    for (const file of this.#pinned) this.#note(file);
    catalogue.copyTo(join(this.#folder, CATALOGUE_FILE));
    return [...this.#cutFiles.values()].map(({ name, bytes }) => ({ name, bytes }));
  }

  async #finish(): Promise<void> {
    if (!this.#ending) return;
    this.#ending = undefined;
    this.#resume();
    for (const file of this.#pinned) this.#unpin(file);
    this.#cutFiles.clear();
    try {
      await this.#parts.engine.admin.run('RESET GLOBAL wal_autocheckpoint');
    } finally {
      this.#release();
    }
  }

  #unpin(file: PeriodFile): void {
    if (this.#pinned.delete(file)) this.#parts.files.release(file);
  }

  #note(file: PeriodFile): void {
    const name = basename(file.path);
    const mainBytes = statSync(file.path).size;
    const logBytes = sizeOf(logOf(file));
    const rows = file.attached && !file.broken && file.fileClass !== 'rollup' ? file.rows : undefined;
    const headers = headersOf(file.path);
    this.#cutFiles.set(name, { name, bytes: mainBytes + logBytes, file, mainBytes, logBytes, headers, rows });
  }

  async #check({ name, file, rows }: NotedFile, copy: string): Promise<void> {
    const { admin } = this.#parts.engine;
    const alias = `copy_of_${file.alias}`;
    await admin.run(`ATTACH '${copy.replaceAll("'", "''")}' AS ${alias} (READ_ONLY)`);
    try {
      const found = await countRows(this.#parts.engine, alias);
      if (rows !== undefined && found !== rows) {
        throw new GridwardenError('STORE_UNAVAILABLE', `The copy of ${name} holds ${found} points, not ${rows}`);
      }
    } finally {
      await admin.run(`DETACH ${alias}`);
    }
  }
}

const POINT_TABLES = /^(points|recent_[0-9]+|late|conflict|cells|recent_cells)$/;

async function countRows({ admin }: Engine, alias: string): Promise<number> {
  const tables = await rowsOf(admin, `SELECT table_name FROM duckdb_tables() WHERE database_name = '${alias}'`);
  let rows = 0;
  for (const [table] of tables.filter(([name]) => POINT_TABLES.test(String(name)))) {
    const [row] = await rowsOf(admin, `SELECT count(*)::DOUBLE FROM ${alias}.${table}`);
    rows += Number(row?.[0] ?? 0);
  }
  return rows;
}

/** Takes a turn of a mutex and keeps it; resolves with what gives it back. */
function hold(run: (work: () => Promise<void>) => Promise<void>): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const { promise, resolve: giveBack } = Promise.withResolvers<void>();
    run(() => {
      resolve(giveBack);
      return promise;
    }).catch(reject);
  });
}

function nothing(): void {}

async function idle(): Promise<void> {}

function logOf(file: PeriodFile): string {
  return `${file.path}.wal`;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function headersOf(path: string): Buffer {
  const headers = Buffer.alloc(HEADER_BYTES);
  const handle = openSync(path, 'r');
  try {
    readSync(handle, headers, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(handle);
  }
  return headers;
}
