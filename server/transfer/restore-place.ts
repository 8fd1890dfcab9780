import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GridwardenError } from '../../edge/platform/errors.ts';
import type { ServerConfig } from '../config.ts';
import type { StoreBackup } from '../store/store-backup.ts';

/** Where a server keeps what a backup holds. */
export interface RestorePlace {
  readonly kind: StoreBackup['kind'];
  /** The state file. */
  readonly state: string;
  /** Folder of the store's own files; undefined where it has none on this machine. */
  readonly store: string | undefined;
  readonly rejects: string;
}

export function placeOf({ state, store }: Pick<ServerConfig, 'state' | 'store'>): RestorePlace {
  if ('duckdb' in store) {
    const { path } = store.duckdb;
    return { kind: 'duckdb', state, store: path, rejects: join(path, 'rejects') };
  }
  const rejects = store.influxdb.rejects ?? join(dirname(state), 'rejects');
  return { kind: 'influxdb', state, store: undefined, rejects };
}

/**
 * Nothing that is there may be overwritten or mixed with what comes.
 * @throws GridwardenError PLACE_NOT_EMPTY
 */
export function checkEmpty({ state, store, rejects }: RestorePlace): void {
  for (const file of [state, `${state}-wal`]) if (statSync(file, { throwIfNoEntry: false })) throw notEmpty(file);
  for (const folder of [...(store === undefined ? [] : [store]), rejects]) {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found && (!found.isDirectory() || readdirSync(folder).length > 0)) throw notEmpty(folder);
  }
}

/** Something stands where a backup should go. */
export function notEmpty(path: string): GridwardenError {
  return new GridwardenError(
    'PLACE_NOT_EMPTY',
    `${path} is there already: a backup is restored into an empty place only. Move it away, or name other places in server.yaml`,
  );
}
