import type { EdgeDeath } from '../evidence/edge-deaths.ts';
import type { LoggedFault } from '../plan/fault-log.ts';
import { type AbsentRecord, recordKey } from './absent-records.ts';
import { fitsDestruction, isBorneOut } from './causes.ts';
import { type Edges, type Explanation, Explanations } from './explanations.ts';
import { type Findings, find, isoOf, newFindings } from './match-stored.ts';
import { type NoOnesWindow, Windows } from './no-ones.ts';
import { mayBeLostOnItsWay } from './on-the-way.ts';

export interface Excuses extends Edges {
  /** Values that the store refused and that are set aside: `device metric counter`. */
  readonly rejected: ReadonlySet<string>;
  readonly windows: readonly NoOnesWindow[];
  readonly explanations: readonly Explanation[];
  /** What was done to the system; an explanation must follow from it. */
  readonly faults: readonly LoggedFault[];
  /** What was in the outboxes of killed edges. */
  readonly deaths: readonly EdgeDeath[];
  /** When a record last went out to the broker, by its key. */
  readonly sentMs: ReadonlyMap<string, number>;
}

export interface Excused {
  /** In values. */
  readonly noOnes: number;
  readonly explained: number;
  readonly rejected: number;
  /** Went with an outbox that was torn: they were in it, cannot be read any more, and nobody else had them. */
  readonly destroyed: number;
  readonly missing: Findings;
  /** Longest time between an answer that is no one's and the kill after it, ms. */
  readonly oldestBeforeKillMs: number;
}

export function rejectedKey(device: string, metric: string, counter: number): string {
  return `${device} ${metric} ${counter}`;
}

/** What is known of a record beside the server's word. */
interface Fate {
  /** Last kill at which it was in its edge's outbox: from then on it was taken, and is no longer no one's. */
  readonly death?: EdgeDeath;
  /** Last time it was sent before that. */
  readonly sentMs?: number;
  readonly isDestroyed: boolean;
}

/**
 * Finds out for each absent record who accounts for it: what was in the outboxes of killed edges, the log of faults, or
 * the server. Each window and each explanation is good for so many records only; records are served in order of time, each
 * by the excuse that ends first.
 */
export function excuse(absent: readonly AbsentRecord[], excuses: Excuses): Excused {
  const judge = new Judge(excuses);
  const missing = newFindings();
  const sums = { noOnes: 0, explained: 0, rejected: 0, destroyed: 0 };
  const cases = absent.map((record) => ({ record, fate: fateOf(record, excuses) }));
  // What was destroyed comes last: an explanation that is not needed elsewhere counts for it, too.
  for (const { record, fate } of cases.toSorted((a, b) => Number(a.fate.isDestroyed) - Number(b.fate.isDestroyed))) {
    const open = record.metrics.filter(
      (metric) => !excuses.rejected.has(rejectedKey(record.device, metric, record.counter)),
    );
    sums.rejected += record.metrics.length - open.length;
    const cover = open.length === 0 ? 'rejected' : judge.coverOf(record, fate);
    if (cover) sums[cover] += open.length;
    else for (const metric of open) find(missing, () => `${nameOf(record, metric)}${judge.wordsOf(record, fate)}`);
  }
  return { ...sums, missing, oldestBeforeKillMs: judge.windows.oldestBeforeKillMs };
}

class Judge {
  readonly windows: Windows;
  readonly #explanations: Explanations;
  readonly #excuses: Excuses;

  constructor(excuses: Excuses) {
    this.#excuses = excuses;
    this.windows = new Windows(excuses.windows);
    this.#explanations = new Explanations(excuses.explanations, excuses);
  }

  /** What a record counts as; undefined when nobody accounts for it. */
  coverOf(record: AbsentRecord, { death, isDestroyed }: Fate): 'noOnes' | 'explained' | 'destroyed' | undefined {
    // A record that is there in part was taken: nothing but a rejection accounts for the rest.
    if (!record.isWhole) return undefined;
    if (isDestroyed) return this.#explanations.cover(record, fitsDestruction) ? 'explained' : 'destroyed';
    if (death) return undefined;
    if (this.windows.cover(record)) return 'noOnes';
    const { edgeOf, faults } = this.#excuses;
    const isTrue = (reason: string) => isBorneOut(reason, edgeOf(record.device), record.givenMs, faults);
    return this.#explanations.cover(record, isTrue) ? 'explained' : undefined;
  }

  /** What else is known of a record that is missing. */
  wordsOf(record: AbsentRecord, { death, sentMs }: Fate): string {
    const words: string[] = [];
    if (death) words.push(`it was in the outbox when the edge was killed at ${isoOf(death.atMs)}`);
    if (death?.left?.has(keyOf(record))) words.push('it could still be read after the outbox was torn');
    if (sentMs !== undefined) words.push(`it was sent at ${isoOf(sentMs)}`);
    const reason = this.#explanations.reasonFor(record);
    if (reason !== undefined) words.push(`the server says ${reason}, which no fault bears out`);
    return words.map((one) => `; ${one}`).join('');
  }
}

function fateOf(record: AbsentRecord, { deaths, edgeOf, sentMs: sends, faults }: Excuses): Fate {
  const key = keyOf(record);
  const edge = edgeOf(record.device);
  const sentMs = sends.get(key);
  const sent = sentMs === undefined ? {} : { sentMs };
  const death = deaths.findLast((one) => one.edge === edge && one.held.has(key));
  if (!death) return { ...sent, isDestroyed: false };
  const isKnownElsewhere = sentMs !== undefined && !mayBeLostOnItsWay(edge, sentMs, faults);
  return { ...sent, death, isDestroyed: death.left?.has(key) === false && !isKnownElsewhere };
}

function keyOf({ device, counter, pollClass }: AbsentRecord): string {
  return recordKey(device, counter, pollClass);
}

function nameOf({ device, counter, givenMs, isWhole }: AbsentRecord, metric: string): string {
  const rest = isWhole ? '' : ' (the rest of its record is stored)';
  return `${device} ${metric} of answer ${counter}, given out at ${isoOf(givenMs)}${rest}`;
}
