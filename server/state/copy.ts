import { rm } from 'node:fs/promises';
import { backup, DatabaseSync } from 'node:sqlite';
import { GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import { MIGRATIONS } from './migrations.ts';

/** The schema version that this program writes and the newest it reads. */
export const STATE_VERSION = MIGRATIONS.length;

/** Pages a step: between steps the server does its other work. */
const PAGES_PER_STEP = 100;
const MAX_TRIES = 5;

/**
 * Copies the state into a new file while it is in use: one transaction of it, the one that is current when the promise
 * resolves.
 *
 * @throws GridwardenError DIRECTORY_UNWRITABLE
 */
export async function copyState(database: DatabaseSync, file: string): Promise<void> {
  try {
    await backUp(database, file);
    // Without this the copy asks for a log beside it whenever someone looks into it.
    const copy = new DatabaseSync(file);
    copy.exec('PRAGMA journal_mode = DELETE');
    copy.close();
  } catch (cause) {
    throw new GridwardenError('DIRECTORY_UNWRITABLE', `The state cannot be copied to ${file}: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/**
 * Node 26 gives up one copy in fifty of a database that is written meanwhile, for no reason (`errcode` 0: no error): those are
 * begun anew.
 */
async function backUp(database: DatabaseSync, file: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await backup(database, file, { rate: PAGES_PER_STEP });
      return;
    } catch (error) {
      if (!isWithoutReason(error) || tries === MAX_TRIES) throw error;
      await rm(file, { force: true });
    }
  }
}

function isWithoutReason(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === 0;
}
