import { isCleanSight, type RestoredSight } from './compare/restored.ts';
import { findingsOf } from './findings-words.ts';
import type { BackupVerdict } from './run/check-backup.ts';
import type { RunResult } from './run/run-pairing.ts';
import { table } from './table.ts';

/** Whether a backup holds what it has to, and whatever was spoiled was found. One without anything in it proves nothing. */
export function isGoodBackup({ acknowledged, store, api, books, spoiled }: BackupVerdict): boolean {
  const isClean = isCleanSight(store) && isCleanSight(api) && books.length === 0;
  return isClean && acknowledged > 0 && spoiled.every(({ found }) => found > 0);
}

const HEADS = [
  'backup: broker',
  'store',
  'seen in',
  'tries',
  'acknowledged before',
  'records',
  'missing',
  'duplicate',
  'altered',
  'unexplained',
  'books',
] as const;

/** A table of what was restored from the backups; two lines a run, then a table of what was spoiled on purpose. */
export function backupTable(results: readonly RunResult[]): string[] {
  const restored = results.flatMap(({ pairing, backup }) => {
    if (!backup) return [];
    const { tries, acknowledged, books, store, api } = backup;
    const row = (seenIn: string, sight: RestoredSight) => [
      pairing.broker,
      pairing.store,
      seenIn,
      ...[tries, acknowledged, sight.records, ...countsOf(sight)].map(String),
      books.length === 0 ? 'right' : 'wrong',
    ];
    return [row('store', store), row('API', api)];
  });
  const spoiled = results.flatMap(({ backup }) =>
    (backup?.spoiled ?? []).map(({ spoil, found }) => [spoil.name, spoil.mustFind, String(found)]),
  );
  return [...table(HEADS, restored), ...table(['spoiled on purpose', 'must be found', 'found'], spoiled)];
}

function countsOf({ missing, duplicate, altered, unexplained }: RestoredSight): number[] {
  return [missing, duplicate, altered, unexplained].map(({ count }) => count);
}

/** What became of the tries, and what was found wrong. */
export function backupDetails({ notes, books, store, api }: BackupVerdict): string[] {
  return [
    ...notes.map((words) => `backup: ${words}`),
    ...books.map((words) => `books of the restored server: ${words}`),
    ...findingsOf('the restored store', store),
    ...findingsOf('the API of the restored server', api),
  ];
}
