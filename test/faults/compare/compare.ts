import { absentRecords } from './absent-records.ts';
import { type Excuses, excuse } from './excuse.ts';
import type { Edges } from './explanations.ts';
import type { GivenDevice } from './given-answers.ts';
import { type Findings, matchStored, type StoredRow, type TimeCheck } from './match-stored.ts';

/** What became of every value that was given out. `given = stored + noOnes + explained + rejected + destroyed + missing`. */
export interface Verdict {
  readonly given: number;
  /** Values given out that are stored, each counted once. */
  readonly stored: number;
  readonly noOnes: number;
  readonly oldestBeforeKillMs: number;
  readonly explained: number;
  readonly rejected: number;
  /** Went with an outbox that was torn while nobody else knew of them. */
  readonly destroyed: number;
  /** Rows of the store that say why there is no value. */
  readonly withoutValue: number;
  /** Stored values that are flagged because their time contradicts their record. */
  readonly conflicts: number;
  readonly missing: Findings;
  readonly duplicate: Findings;
  readonly altered: Findings;
  readonly unexplained: Findings;
}

/** Compares what was given out with what a store shows. */
export function compare(given: ReadonlyMap<string, GivenDevice>, rows: Iterable<StoredRow>, excuses: Excuses): Verdict {
  const { seen, withoutValue, conflicts, duplicate, altered, unexplained } = matchStored(
    given,
    rows,
    timeCheck(excuses),
  );
  const absent = absentRecords(given, seen);
  return {
    given: givenValues(given),
    stored: [...seen.values()].reduce((sum, counts) => sum + counts.reduce((own, one) => own + Math.min(one, 1), 0), 0),
    ...excuse(absent, excuses),
    withoutValue,
    conflicts,
    duplicate,
    altered,
    unexplained,
  };
}

/** Whether a row's time can be that of an answer, by what was done to the clock of its edge. */
export function timeCheck({ edgeOf, timeOf }: Edges): TimeCheck {
  return (device, givenMs, storedMs) => timeOf(edgeOf(device)).mayBeStamped(givenMs, storedMs, storedMs);
}

function givenValues(given: ReadonlyMap<string, GivenDevice>): number {
  let count = 0;
  for (const { answers } of given.values()) {
    for (const { values } of answers) for (const value of values) if (value !== undefined) count += 1;
  }
  return count;
}

/** Whether nothing is missing, stored twice, altered or made up. */
export function isClean({ missing, duplicate, altered, unexplained }: Verdict): boolean {
  return missing.count + duplicate.count + altered.count + unexplained.count === 0;
}
