import type { DatabaseSync } from 'node:sqlite';
import { GridwardenError } from '../../edge/platform/errors.ts';

const KEY = 'store_id';

/** The store that this state belongs to; undefined before the first start with one. */
export function storeIdOf(database: DatabaseSync): string | undefined {
  const value = database.prepare('SELECT value FROM setting WHERE key = ?').get(KEY)?.value;
  return value === undefined ? undefined : String(value);
}

/**
 * Makes sure that state and store belong together: each start after the first finds the store it found before. What the
 * state remembers (what is received, what was decided) says nothing about another store.
 *
 * @throws GridwardenError STORE_SWAPPED unless `acceptNew`
 */
export function checkStoreIdentity(database: DatabaseSync, storeId: string, acceptNew: boolean): void {
  const known = storeIdOf(database);
  if (known === storeId) return;
  if (known !== undefined && !acceptNew) {
    throw new GridwardenError(
      'STORE_SWAPPED',
      `The telemetry store is another one (${storeId}) than the one this state belongs to (${known}). ` +
        'Put the right one back, or start once with --accept-new-store',
      { details: { known, found: storeId } },
    );
  }
  database
    .prepare('INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
    .run(KEY, storeId);
}
