import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { GridClock } from '../../edge/platform/clock.ts';
import { GridwardenError, messageOf, systemCodeOf } from '../../edge/platform/errors.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { copyState, STATE_VERSION } from '../state/copy.ts';
import { sealFile, syncFolder } from '../store/copy-file.ts';
import type { BackupOrder } from '../store/store-backup.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import { type Manifest, STATE_FILE, STORE_FOLDER, writeManifest } from './manifest.ts';

export interface BackupParts {
  readonly database: DatabaseSync;
  readonly store: Pick<TelemetryStore, 'id' | 'backup'>;
  readonly gridClock: GridClock;
  /** Sparkplug host id. */
  readonly host: string;
}

/**
 * Copies state and store, as of one moment, into a folder that is new or empty, while both are in use. The moment is that of
 * a power cut, as it were: the state is copied while no commit can happen, so that neither claims what the other has not.
 * The manifest is written last; without it the folder is no backup. Whatever fails takes its files away again.
 *
 * @throws GridwardenError PLACE_NOT_EMPTY, DIRECTORY_UNWRITABLE, DISK_FULL, STORE_UNAVAILABLE
 */
export async function makeBackup(
  folder: string,
  { database, store, gridClock, host }: BackupParts,
  { progress, signal }: Pick<BackupOrder, 'progress' | 'signal'>,
): Promise<Manifest> {
  await claim(folder);
  const stateFile = join(folder, STATE_FILE);
  let takenMs = 0;
  try {
    const atRest = async () => {
      takenMs = gridClock.nowMs();
      await copyState(database, stateFile);
    };
    const { kind, schemas, files } = await store.backup({
      folder: join(folder, STORE_FOLDER),
      atRest,
      progress,
      signal,
    });
    const state = { path: STATE_FILE, ...(await sealFile(stateFile)) };
    await syncFolder(folder);
    await syncFolder(dirname(folder));
    return await writeManifest(folder, {
      id: randomUUID(),
      program: packageJson.version,
      host,
      takenMs: Math.floor(takenMs),
      schemas: { state: STATE_VERSION, ...schemas },
      store: { kind, id: store.id },
      files: [state, ...files.map((file) => ({ ...file, path: `${STORE_FOLDER}/${file.path}` }))],
    });
  } catch (error) {
    await emptyAgain(folder);
    throw error;
  }
}

async function claim(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await readdir(folder)).length === 0) return;
  } catch (cause) {
    if (systemCodeOf(cause) !== 'EEXIST' && systemCodeOf(cause) !== 'ENOTDIR') {
      throw new GridwardenError('DIRECTORY_UNWRITABLE', `${folder} cannot be used: ${messageOf(cause)}`, { cause });
    }
  }
  throw new GridwardenError('PLACE_NOT_EMPTY', `${folder} is not empty; a backup goes into a new or empty folder`);
}

async function emptyAgain(folder: string): Promise<void> {
  for (const name of [STORE_FOLDER, STATE_FILE]) {
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
}
