import type { DatabaseSync } from 'node:sqlite';

const KEY = 'restored';

/** That this state is older than what it once knew. */
export interface Restoration {
  /** Id of the backup. */
  readonly backup: string;
  /** What was stored until then is there. */
  readonly takenMs: number;
  /** What came between the two and was acknowledged is not. */
  readonly restoredMs: number;
}

/** The restoration that this state went through last; undefined when it never did. */
export function restorationOf(database: DatabaseSync): Restoration | undefined {
  const text = database.prepare('SELECT value FROM setting WHERE key = ?').get(KEY)?.value;
  return text === undefined ? undefined : (JSON.parse(String(text)) as Restoration);
}

export function noteRestoration(database: DatabaseSync, restoration: Restoration): void {
  database
    .prepare('INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
    .run(KEY, JSON.stringify(restoration));
}
