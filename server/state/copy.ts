import { backup, DatabaseSync } from 'node:sqlite';
import { GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import { MIGRATIONS } from './migrations.ts';

/** The schema version that this program writes and the newest it reads. */
export const STATE_VERSION = MIGRATIONS.length;

/** Pages a step: between steps the server does its other work. */
const PAGES_PER_STEP = 100;

/**
 * Copies the state into a new file while it is in use: one transaction of it, the one that is current when the promise
 * resolves.
 *
 * @throws GridwardenError DIRECTORY_UNWRITABLE
 */
export async function copyState(database: DatabaseSync, file: string): Promise<void> {
  try {
    await backup(database, file, { rate: PAGES_PER_STEP });
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
