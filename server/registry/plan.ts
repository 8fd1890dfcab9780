import { END_MS, type GridRow, joined, overlapIn, overlay, type Span, sameSpan } from './history.ts';
import type { GridKind } from './kinds.ts';
import type { FileProblems } from './problems.ts';
import type { GridRecord } from './records.ts';

/** What becomes of a thing. `ended`: nothing else changes but that it is no longer there from a moment on. */
export type ChangeClass = 'added' | 'changed' | 'ended' | 'unchanged';

/** A thing whose history becomes another one. */
export interface ThingChange {
  readonly kind: GridKind;
  readonly id: string;
  readonly class: ChangeClass;
  /** Rows that are no longer what is known. */
  readonly remove: readonly GridRow[];
  readonly add: readonly Span[];
}

export interface GridPlan {
  /** What is not unchanged. */
  readonly changes: readonly ThingChange[];
  readonly counts: PlanCounts;
}

export type PlanCounts = Readonly<Partial<Record<GridKind, Readonly<Record<ChangeClass, number>>>>>;

/** The rows of a thing that are known now, in order. */
export type KnownRows = (kind: GridKind, id: string) => readonly GridRow[];

export interface PlanOptions {
  /** The records correct what was entered wrong: they are the whole history of what they name. */
  readonly correction: boolean;
}

/** What an import would do. Records of one thing that overlap are problems. */
export function planImport(
  records: readonly GridRecord[],
  known: KnownRows,
  { correction }: PlanOptions,
  problems: FileProblems,
): GridPlan {
  const changes: ThingChange[] = [];
  const counts: Partial<Record<GridKind, Record<ChangeClass, number>>> = {};
  for (const [first, ...others] of groupsOf(records)) {
    if (first === undefined) continue;
    const { kind, id } = first;
    const ordered = [first, ...others].sort((a, b) => a.statement.fromMs - b.statement.fromMs);
    if (overlaps(ordered, problems)) continue;
    const rows = known(kind, id);
    const statements = ordered.map(({ statement }) => statement);
    const change = thingChange(kind, id, rows, correction ? replacing(rows, statements) : overlay(rows, statements));
    const counted = counts[kind] ?? { added: 0, changed: 0, ended: 0, unchanged: 0 };
    counts[kind] = { ...counted, [change.class]: counted[change.class] + 1 };
    if (change.class !== 'unchanged') changes.push(change);
  }
  return { changes, counts };
}

/** The difference between what is known of a thing and what shall be. */
export function thingChange(
  kind: GridKind,
  id: string,
  known: readonly GridRow[],
  wanted: readonly Span[],
): ThingChange {
  const remove = known.filter((row) => !wanted.some((span) => sameSpan(row, span)));
  const add = wanted.filter((span) => !known.some((row) => sameSpan(row, span)));
  return { kind, id, class: classOf(known, wanted, remove.length + add.length), remove, add };
}

function classOf(known: readonly Span[], wanted: readonly Span[], differences: number): ChangeClass {
  if (differences === 0) return 'unchanged';
  if (known.length === 0) return 'added';
  return isEnd(known, wanted) ? 'ended' : 'changed';
}

/** Whether what is wanted is what is known, but for an earlier end. */
function isEnd(known: readonly Span[], wanted: readonly Span[]): boolean {
  const endMs = wanted.at(-1)?.toMs ?? Number.NEGATIVE_INFINITY;
  if (endMs >= (known.at(-1)?.toMs ?? END_MS)) return false;
  const kept = known
    .filter(({ fromMs }) => fromMs < endMs)
    .map((span) => ({ ...span, toMs: Math.min(span.toMs, endMs) }));
  return (
    kept.length === wanted.length &&
    kept.every((span, index) => {
      const other = wanted[index];
      return other !== undefined && sameSpan(span, other);
    })
  );
}

/** Nothing of what was known is kept but the values that the records do not speak of. */
function replacing(known: readonly Span[], statements: readonly GridRecord['statement'][]): Span[] {
  const inherited = overlay(known, statements);
  const beginMs = statements[0]?.fromMs ?? END_MS;
  return joined(
    inherited.flatMap((span) => (span.toMs <= beginMs ? [] : [{ ...span, fromMs: Math.max(span.fromMs, beginMs) }])),
  );
}

function overlaps(ordered: readonly GridRecord[], problems: FileProblems): boolean {
  const pair = overlapIn(ordered.map((record) => ({ ...record.statement, record })));
  if (!pair) return false;
  const [{ record: before }, { record: after }] = pair;
  const other = before.raw.source.placeOf(before.raw);
  problems.add(
    after.raw.source.placeOf(after.raw, 'id'),
    `"${after.id}" stands also in ${other.file}:${other.line}, and their times of validity overlap`,
  );
  return true;
}

function groupsOf(records: readonly GridRecord[]): Iterable<GridRecord[]> {
  const groups = new Map<string, GridRecord[]>();
  for (const record of records) {
    const key = `${record.kind}\n${record.id}`;
    const group = groups.get(key);
    if (group) group.push(record);
    else groups.set(key, [record]);
  }
  return groups.values();
}
