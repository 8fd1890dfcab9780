import type { Fields, GridKind } from './kinds.ts';

/** The range of a Date: an open beginning and an open end. */
export const BEGIN_MS = -8.64e15;
export const END_MS = 8.64e15;

/** What was so in [fromMs, toMs), UTC. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly fields: Fields;
}

/** A span of a thing, as one change recorded it. */
export interface GridRow extends Span {
  readonly kind: GridKind;
  readonly id: string;
  /** Number of the change that recorded it. */
  readonly change: number;
  readonly recordedMs: number;
}

/** A statement about a thing in [fromMs, toMs): a value, null for "has none", absent for "as it is". */
export interface Statement {
  readonly fromMs: number;
  readonly toMs: number;
  readonly fields: Readonly<Record<string, string | number | null | undefined>>;
}

/**
 * What is known of a thing after statements about it: what was known before the first of them begins stays, from there on
 * only the statements hold. Between statements, and after the last, the thing is not there.
 *
 * @param known spans that do not overlap, in order
 * @param statements spans that do not overlap, in order
 */
export function overlay(known: readonly Span[], statements: readonly Statement[]): Span[] {
  const beginMs = statements[0]?.fromMs;
  if (beginMs === undefined) return [...known];
  const before = known.filter(({ fromMs }) => fromMs < beginMs).map((span) => cut(span, span.fromMs, beginMs));
  return joined([...before, ...statements.flatMap((statement) => spansOf(statement, known))]);
}

/**
 * What is known after a change of some fields from a moment on: every later span has them, too, until `toMs`; what is not
 * there in that time stays so.
 */
export function amend(known: readonly Span[], statement: Statement): Span[] {
  const { fromMs, toMs } = statement;
  const before = known.filter((span) => span.fromMs < fromMs).map((span) => cut(span, span.fromMs, fromMs));
  const within = known.filter((span) => span.fromMs < toMs && span.toMs > fromMs);
  const changed = within.map((span) => ({ ...cut(span, fromMs, toMs), fields: merged(span.fields, statement.fields) }));
  const after = known.filter((span) => span.toMs > toMs).map((span) => cut(span, toMs, span.toMs));
  return joined([...before, ...changed, ...after]);
}

/** Spans of one statement: one for each span that it goes over, because what it does not speak of is kept from there. */
function spansOf(statement: Statement, known: readonly Span[]): Span[] {
  const spans: Span[] = [];
  let atMs = statement.fromMs;
  const add = (toMs: number, fields: Fields) => {
    if (toMs > atMs) spans.push({ fromMs: atMs, toMs, fields: merged(fields, statement.fields) });
    atMs = Math.max(atMs, toMs);
  };
  for (const span of known) {
    if (span.toMs <= statement.fromMs || span.fromMs >= statement.toMs) continue;
    add(span.fromMs, {});
    add(Math.min(span.toMs, statement.toMs), span.fields);
  }
  add(statement.toMs, {});
  return spans;
}

function cut(span: Span, fromMs: number, toMs: number): Span {
  return { fields: span.fields, fromMs: Math.max(fromMs, span.fromMs), toMs: Math.min(toMs, span.toMs) };
}

function merged(fields: Fields, said: Statement['fields']): Fields {
  const result: Record<string, string | number | undefined> = { ...fields };
  for (const [key, value] of Object.entries(said)) {
    if (value === undefined) continue;
    if (value === null) delete result[key];
    else result[key] = value;
  }
  return result;
}

/** Spans that touch and say the same become one: a history has one form only. */
export function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last && last.toMs === span.fromMs && sameFields(last.fields, span.fields)) {
      result[result.length - 1] = { ...last, toMs: span.toMs };
    } else result.push({ fromMs: span.fromMs, toMs: span.toMs, fields: span.fields });
  }
  return result;
}

export function sameFields(a: Fields, b: Fields): boolean {
  if (a === b) return true;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) if (a[key] !== b[key]) return false;
  return true;
}

export function sameSpan(a: Span, b: Span): boolean {
  return a.fromMs === b.fromMs && a.toMs === b.toMs && sameFields(a.fields, b.fields);
}

/** The span that holds at a moment. */
export function spanAt<S extends Span>(spans: readonly S[], atMs: number): S | undefined {
  return spans.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
}

/** The first two neighbours, in order of their beginning, of which one begins before the other ends. */
export function overlapIn<S extends Pick<Span, 'fromMs' | 'toMs'>>(ordered: readonly S[]): readonly [S, S] | undefined {
  for (let index = 1; index < ordered.length; index++) {
    const [before, after] = [ordered[index - 1], ordered[index]];
    if (before && after && after.fromMs < before.toMs) return [before, after];
  }
  return undefined;
}
