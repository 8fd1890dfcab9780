import { absentRecords, classOf, recordKey } from './absent-records.ts';
import { timeCheck } from './compare.ts';
import type { Excuses } from './excuse.ts';
import type { GivenDevice } from './given-answers.ts';
import { type Findings, find, isoOf, matchStored, newFindings, type StoredRow } from './match-stored.ts';

/** What is known of a backup, beside the backup. */
export interface Promised {
  readonly given: ReadonlyMap<string, GivenDevice>;
  /** Keys of the records that the server had acknowledged before the backup began. */
  readonly acknowledged: ReadonlySet<string>;
  /** How often each value is in the store that the backup was made of, at the end of the run. */
  readonly original: ReadonlyMap<string, Uint8Array>;
}

/** What a restored server has of what was promised. */
export interface RestoredSight {
  /** Records with a value. */
  readonly records: number;
  /** Values stored and acknowledged before the backup that are not there. */
  readonly missing: Findings;
  readonly duplicate: Findings;
  readonly altered: Findings;
  readonly unexplained: Findings;
}

/** How often each value given out is in the store that the backup was made of. */
export function seenIn(
  given: ReadonlyMap<string, GivenDevice>,
  rows: Iterable<StoredRow>,
  excuses: Excuses,
): ReadonlyMap<string, Uint8Array> {
  return matchStored(given, rows, timeCheck(excuses)).seen;
}

/**
 * Compares what a restored server shows with the ledger. What was acknowledged and is not in the original store either is
 * the original's business: there it is missing, or explained.
 */
export function compareRestored(promised: Promised, rows: readonly StoredRow[], excuses: Excuses): RestoredSight {
  const { given, acknowledged, original } = promised;
  const { seen, duplicate, altered, unexplained } = matchStored(given, rows, timeCheck(excuses));
  const missing = newFindings();
  for (const { device, counter, pollClass, givenMs, metrics } of absentRecords(given, seen)) {
    if (!acknowledged.has(recordKey(device, counter, pollClass))) continue;
    for (const metric of metrics.filter((one) => timesSeen(given, original, device, counter, one) > 0)) {
      find(missing, () => `${device} ${metric} of answer ${counter}, given out at ${isoOf(givenMs)}`);
    }
  }
  return { records: recordsWithValue(rows), missing, duplicate, altered, unexplained };
}

/** How many of the acknowledged records are, at least in part, in the original store. */
export function promisedRecords({ given, acknowledged, original }: Promised): number {
  let count = 0;
  for (const { device, metrics, answers } of given.values()) {
    for (const { counter } of answers) {
      for (const pollClass of ['fast', 'registers'] as const) {
        if (!acknowledged.has(recordKey(device, counter, pollClass))) continue;
        const isThere = metrics.some(
          (metric) => classOf(metric) === pollClass && timesSeen(given, original, device, counter, metric) > 0,
        );
        if (isThere) count += 1;
      }
    }
  }
  return count;
}

function timesSeen(
  given: Promised['given'],
  seen: Promised['original'],
  device: string,
  counter: number,
  metric: string,
): number {
  const metrics = given.get(device)?.metrics ?? [];
  return seen.get(device)?.[(counter - 1) * metrics.length + metrics.indexOf(metric)] ?? 0;
}

function recordsWithValue(rows: readonly StoredRow[]): number {
  const keys = new Set<string>();
  for (const { device, metric, value } of rows) {
    if (value !== undefined) keys.add(recordKey(device, Math.floor(value), classOf(metric)));
  }
  return keys.size;
}

/** Whether nothing of a restored server is missing, there twice, altered or made up. */
export function isCleanSight({ missing, duplicate, altered, unexplained }: RestoredSight): boolean {
  return missing.count + duplicate.count + altered.count + unexplained.count === 0;
}
