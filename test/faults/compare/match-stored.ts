import type { GivenDevice } from './given-answers.ts';

/** A row of the store: one value of one metric. */
export interface StoredRow {
  readonly device: string;
  readonly metric: string;
  /** Milliseconds; fractions keep conflicts apart. */
  readonly timeMs: number;
  /** Undefined where the quality is not good. */
  readonly value: number | undefined;
  readonly origin: string;
}

export interface Findings {
  count: number;
  /** The first few, in words. */
  readonly examples: string[];
}

const MAX_EXAMPLES = 5;

export function newFindings(): Findings {
  return { count: 0, examples: [] };
}

export function find(findings: Findings, words: () => string): void {
  findings.count += 1;
  if (findings.examples.length < MAX_EXAMPLES) findings.examples.push(words());
}

export interface Matched {
  /** For each device, how often each value given out is stored: answer by answer, metric by metric. */
  readonly seen: ReadonlyMap<string, Uint8Array>;
  /** Values of good quality. */
  readonly stored: number;
  /** Rows that say why there is no value. */
  readonly withoutValue: number;
  readonly conflicts: number;
  readonly duplicate: Findings;
  readonly altered: Findings;
  /** Stored values that no device gave out. */
  readonly unexplained: Findings;
}

/** Whether a row's time can be that of an answer. */
export type TimeCheck = (device: string, givenMs: number, storedMs: number) => boolean;

/**
 * Finds for each stored value the answer that it stands in: its whole part is the answer's number (simulators/ledger).
 * Times are not used to find it, only checked.
 */
export function matchStored(
  given: ReadonlyMap<string, GivenDevice>,
  rows: Iterable<StoredRow>,
  timeFits: TimeCheck,
): Matched {
  const seen = new Map(
    [...given.values()].map(({ device, metrics, answers }) => [
      device,
      new Uint8Array(metrics.length * answers.length),
    ]),
  );
  const [duplicate, altered, unexplained] = [newFindings(), newFindings(), newFindings()];
  let stored = 0;
  let withoutValue = 0;
  let conflicts = 0;
  for (const row of rows) {
    if (row.value === undefined) {
      withoutValue += 1;
      continue;
    }
    stored += 1;
    if (row.origin === 'conflict') conflicts += 1;
    const device = given.get(row.device);
    const index = device?.metrics.indexOf(row.metric) ?? -1;
    const answer = device?.answers[Math.floor(row.value) - 1];
    const value = answer?.values[index];
    if (!device || !answer || value === undefined) {
      find(unexplained, () => `${nameOf(row)} was never given out`);
      continue;
    }
    const place = (answer.counter - 1) * device.metrics.length + index;
    const counts = seen.get(row.device);
    if (!counts) continue;
    if (value !== row.value) find(altered, () => `${nameOf(row)} was given out as ${value}`);
    else if (!timeFits(row.device, answer.timeMs, row.timeMs)) {
      find(altered, () => `${nameOf(row)} was given out at ${isoOf(answer.timeMs)}`);
    } else if ((counts[place] ?? 0) > 0) find(duplicate, () => `${nameOf(row)} is stored once more`);
    counts[place] = Math.min(255, (counts[place] ?? 0) + 1);
  }
  return { seen, stored, withoutValue, conflicts, duplicate, altered, unexplained };
}

function nameOf({ device, metric, timeMs, value, origin }: StoredRow): string {
  return `${device} ${metric} = ${value} at ${isoOf(timeMs)} (${origin})`;
}

export function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
