import type { Counter } from 'prom-client';
import type { Metrics } from '../../edge/platform/metrics.ts';

/** What can be wrong with what a publisher sends, and with who it says it is. */
export const PROBLEM_KINDS = [
  /** Not a Sparkplug topic: wrong namespace, type or number of levels. */
  'topic',
  /** The bytes are no payload: garbage, or cut off. */
  'payload',
  'payload_too_large',
  /** A message other than STATE that the broker had retained. */
  'retained',
  /** A STATE message that is none. */
  'state',
  /** Data or a device birth before the node's birth, data before the device's. */
  'before_birth',
  'unknown_alias',
  'unknown_metric',
  /** A metric whose value is not of the data type of its birth. */
  'type_changed',
  /** A birth that gives a metric another data type than the former one. */
  'type_redefined',
  /** A data type or a form that is not kept: data set, template, array, bytes, file. */
  'unsupported_type',
  'not_finite',
  /** A time more than five minutes ahead of the host. */
  'future_time',
  /** A record at or before the newest of its device: the clock went back. */
  'clock_back',
  /** Messages are missing, and did not come within the reorder time-out. */
  'gap',
  'sequence_missing',
  'sequence_duplicate',
  /** A node is heard by another broker than the one it was born at. */
  'other_broker',
  /** A death that belongs to a session that is over. */
  'stale_death',
  /** A birth without bdSeq, name, data type, or with a sequence number other than 0. */
  'birth_incomplete',
  /** Two nodes claim one device id. */
  'claimed_twice',
  /** The identity register of a device shows another serial number than before. */
  'serial_changed',
  /** A tombstone, close record or record number that cannot be read. */
  'delivery',
  /** More nodes, devices, metrics or gaps than the host keeps. */
  'limit',
  /** No room in front of the store: not taken over, a record of ours comes again. */
  'overflow',
  /** The store refused a value; it is kept in the files of rejects. */
  'rejected_value',
] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** A value that the store refused. */
export interface RejectedValue {
  readonly agent: string;
  readonly device: string;
  readonly metric: string;
  readonly timeMs: number;
  /** null: it was none, such as one that is not good. */
  readonly value: number | null;
  /** Why, in the words of the store. */
  readonly reason: string;
}

/** One kind of problem on one topic: how often, and what it was last. Of refused values: of one metric of one device. */
export interface IngestProblem {
  readonly kind: ProblemKind;
  readonly topic: string;
  readonly reason: string;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** Of the last time. */
  readonly rejected?: RejectedValue;
}

const MAX_LISTED = 500;
const MAX_TEXT = 200;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Counts problems by kind, and lists the latest: one line for each kind, topic and refused metric; the oldest gives way. */
export class Problems {
  readonly #nowMs: () => number;
  readonly #counters: ReadonlyMap<ProblemKind, Counter.Internal>;
  readonly #totals = new Map<ProblemKind, number>();
  readonly #listed = new Map<string, Mutable<IngestProblem>>();

  constructor(metrics: Metrics, nowMs: () => number) {
    this.#nowMs = nowMs;
    const counter = metrics.counter('ingest_problems_total', 'Messages and values that were not as they should be', [
      'kind',
    ]);
    this.#counters = new Map(PROBLEM_KINDS.map((kind) => [kind, counter.labels(kind)]));
    for (const kind of PROBLEM_KINDS) counter.inc({ kind }, 0);
  }

  /** @param rejected of kind `rejected_value`: what the words are about */
  note(kind: ProblemKind, topic: string, reason: string, value?: RejectedValue): void {
    const rejected = value && { ...value, reason: shorten(value.reason) };
    this.#counters.get(kind)?.inc();
    this.#totals.set(kind, (this.#totals.get(kind) ?? 0) + 1);
    const nowMs = this.#nowMs();
    const key = `${kind} ${topic} ${rejected?.metric ?? ''}`;
    const known = this.#listed.get(key);
    if (known) {
      known.count += 1;
      known.lastMs = nowMs;
      known.reason = shorten(reason);
      if (rejected) known.rejected = rejected;
      this.#listed.delete(key);
      this.#listed.set(key, known);
      return;
    }
    this.#listed.set(key, {
      kind,
      topic: shorten(topic),
      reason: shorten(reason),
      count: 1,
      firstMs: nowMs,
      lastMs: nowMs,
      ...(rejected && { rejected }),
    });
    if (this.#listed.size > MAX_LISTED) this.#listed.delete(this.#listed.keys().next().value ?? '');
  }

  total(kind: ProblemKind): number {
    return this.#totals.get(kind) ?? 0;
  }

  /** Latest first. */
  list(): IngestProblem[] {
    return [...this.#listed.values()].reverse().map((problem) => ({ ...problem }));
  }
}

function shorten(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}
