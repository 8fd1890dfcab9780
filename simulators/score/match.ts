import type { ScoredLabel } from './labels-file.ts';

/** Something that a server says is wrong. */
export interface Judgement {
  readonly source: 'alert' | 'finding';
  /** Rule of the alert, code of the finding. */
  readonly code: string;
  /** Device, transformer, meter or area. */
  readonly subject: string;
  /** Undefined: what is said has no time, only a place. */
  readonly fromMs: number | undefined;
  /** Infinity: it is still so. */
  readonly toMs: number;
  readonly size: number | undefined;
}

/** What a kind of fault may be told by; see score-kinds.yaml. */
export interface Expectation {
  readonly finds: readonly string[];
  readonly afterEndMs: number;
  readonly harmless: boolean;
}

export type Outcome = 'found' | 'wrong_kind' | 'missed' | 'left_alone';

export interface ScoredFault {
  readonly label: ScoredLabel;
  readonly outcome: Outcome;
  /** The first judgement that counts for the outcome. */
  readonly by: Judgement | undefined;
  /** From its start until it was told; undefined when nothing was told, or what was told has no time. */
  readonly delayMs: number | undefined;
  /** Size as it was told less the true size, in the label's unit. */
  readonly sizeError: number | undefined;
}

export interface Match {
  readonly faults: readonly ScoredFault[];
  /** Judgements that speak of no fault there and then, or of something harmless. */
  readonly falseOnes: readonly Judgement[];
}

/**
 * Compares the truth with what was said. A judgement belongs to a fault of its subject (the device, or the area of it) when
 * it began between the fault's start and its end with the kind's allowance, or was in force at the start. A fault told
 * with a word that its kind does not expect is of the wrong kind; a judgement may belong to several faults of one place.
 * Nothing is expected of harmless kinds: what is said of them alone is false.
 */
export function matchLabels(
  labels: readonly ScoredLabel[],
  judgements: readonly Judgement[],
  expected: ReadonlyMap<string, Expectation>,
): Match {
  const bySubject = Map.groupBy(judgements, ({ subject }) => subject);
  const explained = new Set<Judgement>();
  const faults = labels.map((label) => {
    const expectation = expected.get(label.kind) ?? NOTHING;
    const there = [label.device, label.area]
      .flatMap((place) => (place === undefined ? [] : (bySubject.get(place) ?? [])))
      .filter((judgement) => isOf(judgement, label, expectation));
    const right = there.filter(({ code }) => expectation.finds.includes(code));
    // Else the alarm of one meter would be the wrong kind of a fault of its area's transformer.
    const own = there.filter(({ subject }) => subject === (label.device ?? label.area));
    if (!expectation.harmless) for (const judgement of [...right, ...own]) explained.add(judgement);
    return scoreOf(label, expectation, earliest(right), earliest(own));
  });
  return { faults, falseOnes: judgements.filter((judgement) => !explained.has(judgement)) };
}

const NOTHING: Expectation = { finds: [], afterEndMs: 0, harmless: false };

function isOf({ fromMs, toMs }: Judgement, label: ScoredLabel, { afterEndMs }: Expectation): boolean {
  if (fromMs === undefined) return true;
  return fromMs <= label.toMs + afterEndMs && toMs >= label.fromMs;
}

function earliest(judgements: readonly Judgement[]): Judgement | undefined {
  return judgements.reduce<Judgement | undefined>(
    (first, one) => (first === undefined || timeOf(one) < timeOf(first) ? one : first),
    undefined,
  );
}

function timeOf({ fromMs }: Judgement): number {
  return fromMs ?? Number.POSITIVE_INFINITY;
}

function scoreOf(
  label: ScoredLabel,
  { harmless }: Expectation,
  right: Judgement | undefined,
  other: Judgement | undefined,
): ScoredFault {
  const by = right ?? other;
  const delayMs = by?.fromMs === undefined ? undefined : Math.max(0, by.fromMs - label.fromMs);
  const isSized = right?.size !== undefined && label.size !== undefined;
  const sizeError = isSized ? right.size - label.size : undefined;
  return { label, outcome: outcomeOf(harmless, right, other), by, delayMs, sizeError };
}

function outcomeOf(harmless: boolean, right: Judgement | undefined, other: Judgement | undefined): Outcome {
  if (harmless) return 'left_alone';
  if (right) return 'found';
  return other ? 'wrong_kind' : 'missed';
}
