import type { Match, Outcome, ScoredFault } from './match.ts';

/** How well the faults of one kind were told. */
export interface KindScore {
  readonly kind: string;
  readonly labels: number;
  readonly found: number;
  readonly wrongKind: number;
  readonly missed: number;
  readonly leftAlone: number;
  /** Median from a fault's start until it was told, days, of those that were found and whose telling has a time. */
  readonly daysToDetection: number | null;
  /** Mean of the absolute errors of the sizes that were told, in the unit of the kind. */
  readonly sizeError: number | null;
  readonly unit: string | null;
}

export interface CodeCount {
  readonly source: string;
  readonly code: string;
  readonly count: number;
}

export interface Summary {
  readonly kinds: readonly KindScore[];
  readonly all: Omit<KindScore, 'sizeError' | 'unit'>;
  /** What was said without a fault, by its word. */
  readonly falseOnes: readonly CodeCount[];
}

const DAY_MS = 86_400_000;

/** Figures of a comparison, by kind of fault in the order of the alphabet. */
export function summarise({ faults, falseOnes }: Match): Summary {
  const byKind = Map.groupBy(faults, ({ label }) => label.kind);
  const kinds = [...byKind].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, own]) => kindScore(kind, own));
  const byCode = Map.groupBy(falseOnes, ({ source, code }) => `${source} ${code}`);
  return {
    kinds,
    all: kindScore('all', faults),
    falseOnes: [...byCode.values()]
      .map((own) => ({ source: own[0]?.source ?? '', code: own[0]?.code ?? '', count: own.length }))
      .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
  };
}

function kindScore(kind: string, faults: readonly ScoredFault[]): KindScore {
  const count = (outcome: Outcome) => faults.filter((fault) => fault.outcome === outcome).length;
  const found = faults.filter(({ outcome }) => outcome === 'found');
  const delays = found.flatMap(({ delayMs }) => (delayMs === undefined ? [] : delayMs / DAY_MS));
  const errors = found.flatMap(({ sizeError }) => (sizeError === undefined ? [] : Math.abs(sizeError)));
  return {
    kind,
    labels: faults.length,
    found: count('found'),
    wrongKind: count('wrong_kind'),
    missed: count('missed'),
    leftAlone: count('left_alone'),
    daysToDetection: delays.length === 0 ? null : median(delays),
    sizeError: errors.length === 0 ? null : errors.reduce((sum, error) => sum + error, 0) / errors.length,
    unit: faults.find(({ label }) => label.unit !== undefined)?.label.unit ?? null,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
