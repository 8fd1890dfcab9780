import { Compile } from 'typebox/compile';
import { GridwardenError } from '../../edge/platform/errors.ts';
import { describeSchemaErrors } from '../../edge/platform/schema-errors.ts';
import { amend, BEGIN_MS, END_MS, type Span } from './history.ts';
import { fieldNames, GRID_SCHEMAS, type GridKind } from './kinds.ts';
import { thingChange } from './plan.ts';
import type { GridRegistry } from './registry.ts';

/** What shall become different of one thing. */
export interface ThingOrder {
  readonly kind: GridKind;
  readonly id: string;
  /** The version that whoever asks has seen. */
  readonly version: number;
  /** New values; null: none. */
  readonly set: Readonly<Record<string, string | number | null>>;
  /** From when; absent only in a correction: for as long as the thing is there. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** The moment from which the thing is no longer there. */
  readonly endMs: number | undefined;
  /** The values were wrong all the time: the past is put right, on purpose. */
  readonly correction: boolean;
  readonly actor: string;
  readonly reason: string | undefined;
}

/** Something in an order that is not allowed, by the key it stands under. */
export interface OrderProblem {
  readonly path: string;
  readonly message: string;
}

/**
 * Changes one thing in one transaction. What was before stays history.
 *
 * @returns what is wrong with the order; nothing when it was done
 * @throws GridwardenError NOT_FOUND, VERSION_CONFLICT
 */
export function changeThing(registry: GridRegistry, order: ThingOrder): OrderProblem[] {
  const { kind, id, version, actor, reason, correction } = order;
  const known = registry.rowsOf(kind, id);
  if (known.length === 0) throw new GridwardenError('NOT_FOUND', `There is nothing in ${kind} with the id ${id}`);
  const current = registry.versionOf(kind, id);
  if (current !== version) {
    throw new GridwardenError(
      'VERSION_CONFLICT',
      `${id} has version ${current} now, not ${version}: look at what was changed, then change that version`,
      { details: { current } },
    );
  }
  const problems = orderProblems(order);
  if (problems.length > 0) return problems;
  const wanted = wantedSpans(order, known);
  const change = thingChange(kind, id, known, wanted);
  const wrong = change.add.flatMap(({ fields }) => fieldProblems(kind, fields));
  if (wrong.length > 0) return wrong;
  if (change.class === 'unchanged' && !isThere(order, known))
    return [{ path: 'from', message: `${id} is not there in this time` }];
  if (change.class !== 'unchanged') registry.apply([change], { actor, action: 'grid.change', reason, correction });
  return [];
}

function orderProblems({ kind, set, fromMs, toMs, endMs, correction }: ThingOrder): OrderProblem[] {
  const names = fieldNames(kind);
  const unknown = Object.keys(set).filter((name) => !names.includes(name));
  const problems = unknown.map((name) => ({
    path: `set.${name}`,
    message: `is not known; allowed: ${names.join(', ')}`,
  }));
  const isEmpty = Object.keys(set).length === 0;
  if (isEmpty === (endMs === undefined))
    problems.push({ path: 'set', message: 'give either new values (`set`) or `end`' });
  if (!isEmpty && fromMs === undefined && !correction) {
    problems.push({
      path: 'from',
      message: 'say from when the new values hold, or that this is a `correction` of what was wrong all the time',
    });
  }
  if (fromMs !== undefined && toMs !== undefined && toMs <= fromMs)
    problems.push({ path: 'to', message: 'must be after from' });
  return problems;
}

function wantedSpans({ set, fromMs = BEGIN_MS, toMs = END_MS, endMs }: ThingOrder, known: readonly Span[]): Span[] {
  if (endMs === undefined) return amend(known, { fromMs, toMs, fields: set });
  return known.filter((span) => span.fromMs < endMs).map((span) => ({ ...span, toMs: Math.min(span.toMs, endMs) }));
}

function isThere({ fromMs = BEGIN_MS, toMs = END_MS, endMs }: ThingOrder, known: readonly Span[]): boolean {
  return endMs !== undefined || known.some((span) => span.fromMs < toMs && span.toMs > fromMs);
}

function fieldProblems(kind: GridKind, fields: Span['fields']): OrderProblem[] {
  const schema = GRID_SCHEMAS[kind];
  const validator = Compile(schema);
  if (validator.Check(fields)) return [];
  return describeSchemaErrors(schema, [...validator.Errors(fields)]).map(({ path, message }) => ({
    path: ['set', ...path].join('.'),
    message,
  }));
}
