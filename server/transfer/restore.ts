import { link, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCodeOf } from '../../edge/platform/errors.ts';
import { STATE_VERSION } from '../state/copy.ts';
import { openState } from '../state/database.ts';
import { noteRestoration } from '../state/restoration.ts';
import { storeIdOf } from '../state/store-identity.ts';
import { copyFile, syncFolder } from '../store/copy-file.ts';
import { DUCKDB_SCHEMAS } from '../store/duckdb/backup.ts';
import { CATALOGUE_FILE, catalogueIdOf } from '../store/duckdb/catalogue.ts';
import { invalid, MANIFEST_VERSION, type Manifest, newer, readManifest, STATE_FILE, STORE_FOLDER } from './manifest.ts';
import { checkEmpty, notEmpty, type RestorePlace } from './restore-place.ts';

export interface RestoreOptions {
  /** Grid time. */
  readonly nowMs: number;
  readonly progress: (doneBytes: number, totalBytes: number) => void;
}

const REJECTS = 'rejects/';
const KNOWN_SCHEMAS: Readonly<Record<string, number>> = {
  backup: MANIFEST_VERSION,
  state: STATE_VERSION,
  ...DUCKDB_SCHEMAS,
};

/**
 * Puts a backup into an empty place. Every file is compared with its hash while it is copied, and the ids of state and store
 * with each other. What the server looks for first comes last: before the catalogue and the state are in their places, a
 * killed restore leaves what the server refuses and the next restore calls not empty. What fails is taken away again.
 *
 * @throws GridwardenError BACKUP_INVALID, SCHEMA_NEWER, PLACE_NOT_EMPTY, DISK_FULL, DIRECTORY_UNWRITABLE
 */
export async function restoreBackup(folder: string, place: RestorePlace, options: RestoreOptions): Promise<Manifest> {
  const manifest = await readManifest(folder);
  checkSchemas(folder, manifest);
  if (manifest.store.kind !== place.kind) {
    throw invalid(folder, `its store is ${manifest.store.kind}, the configuration says ${place.kind}`);
  }
  checkEmpty(place);
  await checkSizes(folder, manifest);
  const restore = new Restore(folder, manifest, place, options);
  try {
    await restore.run();
  } catch (error) {
    await restore.undo();
    throw error;
  }
  return manifest;
}

function checkSchemas(folder: string, { schemas }: Manifest): void {
  for (const [what, version] of Object.entries(schemas)) {
    const known = KNOWN_SCHEMAS[what] ?? 0;
    if (version > known) throw newer(folder, what, version, known);
  }
}

/** What is missing or cut off is noticed before anything is copied. */
async function checkSizes(folder: string, { files }: Manifest): Promise<void> {
  for (const { path, bytes } of files) {
    const found = await stat(join(folder, path)).catch(() => undefined);
    if (!found) throw invalid(folder, `${path} is missing`);
    if (found.size !== bytes) throw invalid(folder, `${path} has ${found.size} bytes, not ${bytes}`);
  }
}

class Restore {
  readonly #folder: string;
  readonly #manifest: Manifest;
  readonly #place: RestorePlace;
  readonly #options: RestoreOptions;
  readonly #made: string[] = [];
  #doneBytes = 0;

  constructor(folder: string, manifest: Manifest, place: RestorePlace, options: RestoreOptions) {
    this.#folder = folder;
    this.#manifest = manifest;
    this.#place = place;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { state, store } = this.#place;
    const stateAside = `${state}.restoring`;
    const last: (() => Promise<void>)[] = [];
    for (const file of this.#manifest.files) {
      const target = file.path === STATE_FILE ? stateAside : this.#targetOf(file.path.slice(STORE_FOLDER.length + 1));
      if (target === undefined) throw invalid(this.#folder, `${file.path} belongs to no place of this configuration`);
      await this.#copy(file, target);
      if (target.endsWith('.restoring') && target !== stateAside) {
        this.#checkId('the catalogue', catalogueIdOf(target));
        last.push(() => this.#put(target));
      }
    }
    if (!this.#made.includes(stateAside)) throw invalid(this.#folder, 'it has no state');
    if (store !== undefined && last.length === 0) throw invalid(this.#folder, 'it has no catalogue');
    this.#finishState(stateAside);
    await this.#put(stateAside);
    for (const put of last) await put();
  }

  async undo(): Promise<void> {
    for (const file of this.#made) {
      for (const path of [file, `${file}-wal`]) await rm(path, { force: true }).catch(() => undefined);
    }
  }

  /** Where a file of the store goes; the catalogue first goes aside. */
  #targetOf(path: string): string | undefined {
    const { store, rejects } = this.#place;
    if (path.startsWith(REJECTS)) return join(rejects, path.slice(REJECTS.length));
    if (store === undefined) return undefined;
    return join(store, path === CATALOGUE_FILE ? `${path}.restoring` : path);
  }

  async #copy({ path, sha256 }: Manifest['files'][number], target: string): Promise<void> {
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    if (await stat(target).catch(() => undefined)) throw notEmpty(target);
    this.#made.push(target);
    const copied = await copyFile(join(this.#folder, path), target);
    if (copied.sha256 !== sha256) throw invalid(this.#folder, `${path} has been altered: its hash is another one`);
    await syncFolder(dirname(target));
    this.#doneBytes += copied.bytes;
    this.#options.progress(this.#doneBytes, totalBytes(this.#manifest));
  }

  /** Brings the state up to date, and notes in it where it comes from. */
  #finishState(file: string): void {
    const { id, takenMs } = this.#manifest;
    const database = openState(file);
    try {
      this.#checkId('the state', storeIdOf(database));
      noteRestoration(database, { backup: id, takenMs, restoredMs: Math.floor(this.#options.nowMs) });
    } finally {
      database.close();
    }
  }

  #checkId(what: string, found: string | undefined): void {
    const { id } = this.#manifest.store;
    if (found !== id) throw invalid(this.#folder, `${what} belongs to the store ${found}, the backup is of ${id}`);
  }

  /** Gives a file its name. A link refuses a name that a server, started meanwhile, has taken; a rename would overwrite. */
  async #put(aside: string): Promise<void> {
    const target = aside.slice(0, -'.restoring'.length);
    try {
      await link(aside, target);
      await rm(aside);
    } catch (error) {
      if (systemCodeOf(error) === 'EEXIST') throw notEmpty(target);
      // Not every file system has links.
      if (await stat(target).catch(() => undefined)) throw notEmpty(target);
      await rename(aside, target);
    }
    this.#made.push(target);
    await syncFolder(dirname(target));
  }
}

function totalBytes({ files }: Manifest): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}
