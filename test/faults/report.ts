import { backupDetails, isGoodBackup } from './backup-report.ts';
import { isClean, type Verdict } from './compare/compare.ts';
import { findingsOf } from './findings-words.ts';
import { FAULT_KINDS } from './plan/fault.ts';
import type { ProofResult } from './run/proof.ts';
import type { RunResult } from './run/run-pairing.ts';
import { table } from './table.ts';

/** Whether a run has shown nothing wrong. */
export function isGood({ store, api, books, backup }: RunResult): boolean {
  return isClean(store) && isClean(api) && books.length === 0 && (!backup || isGoodBackup(backup));
}

type Column = readonly [head: string, cell: (result: RunResult, verdict: Verdict, seenIn: string) => string | number];

const COLUMNS: readonly Column[] = [
  ['broker', ({ pairing }) => pairing.broker],
  ['store', ({ pairing }) => pairing.store],
  ['seen in', (_result, _verdict, seenIn) => seenIn],
  ['kills', ({ log }) => log.kills],
  ['faults', ({ log }) => log.faults.length],
  ['given out', (_result, { given }) => given],
  ['stored', (_result, { stored }) => stored],
  ["no one's", (_result, { noOnes }) => noOnes],
  ['explained', (_result, { explained }) => explained],
  ['set aside', (_result, { rejected }) => rejected],
  ['destroyed', (_result, { destroyed }) => destroyed],
  ['missing', (_result, { missing }) => missing.count],
  ['duplicate', (_result, { duplicate }) => duplicate.count],
  ['altered', (_result, { altered }) => altered.count],
  ['unexplained', (_result, { unexplained }) => unexplained.count],
  ['books', ({ books }) => (books.length === 0 ? 'right' : 'wrong')],
];

/** A table of what became of every value given out; two lines a run. */
export function reportTable(results: readonly RunResult[]): string[] {
  const rows = results.flatMap((result) => [
    COLUMNS.map(([, cell]) => String(cell(result, result.store, 'store'))),
    COLUMNS.map(([, cell]) => String(cell(result, result.api, 'API'))),
  ]);
  return table(
    COLUMNS.map(([head]) => head),
    rows,
  );
}

/** A table of the systems that were broken on purpose and of what was found of it. */
export function proofTable(proofs: readonly ProofResult[]): string[] {
  const rows = proofs.map(({ proof, found }) => [proof.store, proof.name, proof.mustFind, String(found)]);
  return rows.length === 0 ? [] : table(['store', 'broken on purpose', 'must be found', 'found'], rows);
}

/** What was done in a run, what could not be done, and what was found wrong. */
export function reportDetails(result: RunResult): string[] {
  const { log, untried, stalls, quiet, store, api, books, backup, tookMs } = result;
  const done = FAULT_KINDS.flatMap((kind) => (log.count(kind) > 0 ? [`${kind} ${log.count(kind)}`] : []));
  const notDone = [...untried, ...log.skipped.map(({ planned, reason }) => `${planned.kind}: ${reason}`)];
  return [
    `${Math.round(tookMs / 1000)} s, quiet after ${(quiet.afterMs / 1000).toFixed(1)} s; ${done.join(', ')}`,
    `oldest answer that a kill took with it: ${store.oldestBeforeKillMs} ms before it; rows that say why there is no value: ${store.withoutValue}; flagged as conflicts: ${store.conflicts}`,
    `stalls of the machine: ${stalls.length}, ${stalls.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0)} ms`,
    ...[...Map.groupBy(notDone, (words) => words)].map(([words, all]) => `not tried (${all.length}): ${words}`),
    ...books.map((words) => `books: ${words}`),
    ...findingsOf('the store', store),
    ...findingsOf('the API', api),
    ...(backup ? backupDetails(backup) : []),
  ];
}

/** The whole of it for a program to read. */
export function reportJson(results: readonly RunResult[]): string {
  const plain = results.map(({ log, quiet, ...result }) => ({
    ...result,
    isGood: isGood({ log, quiet, ...result }),
    quietAfterMs: quiet.afterMs,
    agents: Object.fromEntries([...quiet.reports].map(([edge, { delivery }]) => [edge, delivery])),
    faults: log.faults,
    skipped: log.skipped,
  }));
  return `${JSON.stringify(plain, null, 2)}\n`;
}
