import type { LoggedFault } from '../plan/fault-log.ts';
import type { AbsentRecord } from './absent-records.ts';
import { isBorneOut } from './causes.ts';
import type { EdgeTime } from './edge-time.ts';
import { type Findings, find, isoOf, newFindings } from './match-stored.ts';
import type { NoOnesWindow } from './no-ones.ts';

/** Records that the server says it will not get, with the reason; as it stands in its state. */
export interface Explanation {
  /** Name of the edge. */
  readonly edge: string;
  /** Empty: any device of the edge. */
  readonly devices: readonly string[];
  /** Edge's time; both 0 when it is not known. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly records: number;
  readonly reason: string;
}

export interface Excuses {
  /** Values that the store refused and that are set aside: `device metric counter`. */
  readonly rejected: ReadonlySet<string>;
  readonly windows: readonly NoOnesWindow[];
  readonly explanations: readonly Explanation[];
  /** What was done to the system; an explanation must follow from it. */
  readonly faults: readonly LoggedFault[];
  edgeOf(device: string): string;
  timeOf(edge: string): EdgeTime;
}

export interface Excused {
  /** In values. */
  readonly noOnes: number;
  readonly explained: number;
  readonly rejected: number;
  /** Went with an outbox that was torn while nobody else knew of them. */
  readonly destroyed: number;
  readonly missing: Findings;
  /** Longest time between an answer that is no one's and the kill after it, ms. */
  readonly oldestBeforeKillMs: number;
}

export function rejectedKey(device: string, metric: string, counter: number): string {
  return `${device} ${metric} ${counter}`;
}

/**
 * Finds out for each absent record who accounts for it: the log of faults, or the server. Each window and each explanation
 * is good for so many records only; records are served in order of time, each by the excuse that ends first.
 */
export function excuse(absent: readonly AbsentRecord[], excuses: Excuses): Excused {
  const windows = new Windows(excuses.windows.filter(({ isDestruction }) => !isDestruction));
  const destructions = new Windows(excuses.windows.filter(({ isDestruction }) => isDestruction));
  const explanations = new Explanations(excuses);
  const missing = newFindings();
  let [noOnes, explained, rejected, destroyed] = [0, 0, 0, 0];
  // What may have been destroyed comes last: an explanation that is not needed elsewhere counts for it, too.
  const [certain = [], doomed = []] = [false, true].map((isDoomed) =>
    absent.filter((record) => destructions.fits(record) === isDoomed),
  );
  for (const record of [...certain, ...doomed]) {
    const open = record.metrics.filter(
      (metric) => !excuses.rejected.has(rejectedKey(record.device, metric, record.counter)),
    );
    rejected += record.metrics.length - open.length;
    if (open.length === 0) continue;
    // A record that is there in part was taken: nothing but a rejection accounts for the rest.
    if (record.isWhole && windows.cover(record)) noOnes += open.length;
    else if (record.isWhole && explanations.cover(record)) explained += open.length;
    else if (record.isWhole && destructions.cover(record)) destroyed += open.length;
    else for (const metric of open) find(missing, () => wordsOf(record, metric, explanations.reasonFor(record)));
  }
  return { noOnes, explained, rejected, destroyed, missing, oldestBeforeKillMs: windows.oldestBeforeKillMs };
}

function wordsOf({ device, counter, givenMs, isWhole }: AbsentRecord, metric: string, reason?: string): string {
  const rest = isWhole ? '' : ' (the rest of its record is stored)';
  const said = reason === undefined ? '' : `; the server says ${reason}, which no fault bears out`;
  return `${device} ${metric} of answer ${counter}, given out at ${isoOf(givenMs)}${rest}${said}`;
}

class Windows {
  readonly #open: { readonly window: NoOnesWindow; readonly answers: Set<string> }[];
  oldestBeforeKillMs = 0;

  constructor(windows: readonly NoOnesWindow[]) {
    this.#open = [...windows].sort((a, b) => a.toMs - b.toMs).map((window) => ({ window, answers: new Set() }));
  }

  fits(record: AbsentRecord): boolean {
    return this.#fitting(record).length > 0;
  }

  /** The two records of one answer count once. */
  cover(record: AbsentRecord): boolean {
    const { device, counter, givenMs } = record;
    const answer = `${device} ${counter}`;
    const fitting = this.#fitting(record);
    const chosen =
      fitting.find(({ answers }) => answers.has(answer)) ??
      fitting.find(({ answers, window }) => answers.size < window.most);
    if (!chosen) return false;
    chosen.answers.add(answer);
    const { killedMs } = chosen.window;
    if (killedMs !== undefined) this.oldestBeforeKillMs = Math.max(this.oldestBeforeKillMs, killedMs - givenMs);
    return true;
  }

  #fitting({ device, givenMs }: AbsentRecord) {
    return this.#open.filter(
      ({ window: { fromMs, toMs, devices } }) => givenMs >= fromMs && givenMs <= toMs && devices.has(device),
    );
  }
}

class Explanations {
  readonly #excuses: Excuses;
  readonly #open: { readonly explanation: Explanation; left: number }[];

  constructor(excuses: Excuses) {
    this.#excuses = excuses;
    // Those without times cover everything and are kept for last.
    const endOf = ({ toMs }: Explanation) => (toMs === 0 ? Number.POSITIVE_INFINITY : toMs);
    const sorted = [...excuses.explanations].sort((a, b) => endOf(a) - endOf(b));
    this.#open = sorted.map((explanation) => ({ explanation, left: explanation.records }));
  }

  cover(record: AbsentRecord): boolean {
    const { faults } = this.#excuses;
    const edge = this.#excuses.edgeOf(record.device);
    const fitting = this.#fitting(edge, record);
    const chosen = fitting.find(({ explanation }) => isBorneOut(explanation.reason, edge, record.givenMs, faults));
    if (!chosen) return false;
    chosen.left -= 1;
    return true;
  }

  /** What the server says of a record, borne out or not; for the words of a finding. */
  reasonFor(record: AbsentRecord): string | undefined {
    return this.#fitting(this.#excuses.edgeOf(record.device), record)[0]?.explanation.reason;
  }

  #fitting(edge: string, record: AbsentRecord) {
    const time = this.#excuses.timeOf(edge);
    return this.#open.filter(
      ({ left, explanation }) => left > 0 && explanation.edge === edge && covers(explanation, record, time),
    );
  }
}

function covers({ devices, fromMs, toMs }: Explanation, { device, givenMs }: AbsentRecord, time: EdgeTime): boolean {
  if (devices.length > 0 && !devices.includes(device)) return false;
  return (fromMs === 0 && toMs === 0) || time.mayBeStamped(givenMs, fromMs, toMs);
}
