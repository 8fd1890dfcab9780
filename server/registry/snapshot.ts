import { BEGIN_MS, END_MS, type GridRow } from './history.ts';
import { type FieldsOf, GRID_KINDS, type GridKind, REFERENCES } from './kinds.ts';

/** A thing as it is at the moment of a snapshot. */
export interface Thing<K extends GridKind = GridKind> {
  readonly kind: K;
  readonly id: string;
  readonly fields: FieldsOf[K];
  readonly fromMs: number;
  readonly toMs: number;
  /** Number of the change that recorded this row. */
  readonly change: number;
}

/** All rows of things by kind and id, as they are known at one moment. */
export type Knowledge = ReadonlyMap<GridKind, ReadonlyMap<string, readonly GridRow[]>>;

/** The grid as it is at a moment; holds unchanged in [fromMs, toMs). Nothing of it is built again while it holds. */
export class GridSnapshot {
  readonly fromMs: number;
  readonly toMs: number;
  readonly #things: { readonly [K in GridKind]: ReadonlyMap<string, Thing<K>> };
  readonly #sorted = new Map<GridKind, readonly Thing[]>();
  readonly #children = new Map<string, ReadonlyMap<string, readonly Thing[]>>();

  constructor(knowledge: Knowledge, atMs: number) {
    const span = { fromMs: BEGIN_MS, toMs: END_MS };
    const entries = GRID_KINDS.map((kind) => [kind, thingsAt(knowledge.get(kind), atMs, span)]);
    this.#things = Object.fromEntries(entries);
    this.fromMs = span.fromMs;
    this.toMs = span.toMs;
  }

  holdsAt(atMs: number): boolean {
    return this.fromMs <= atMs && atMs < this.toMs;
  }

  /** Things of a kind by id. */
  all<K extends GridKind>(kind: K): ReadonlyMap<string, Thing<K>> {
    return this.#things[kind];
  }

  /** Things of a kind in the order of their ids. */
  sorted<K extends GridKind>(kind: K): readonly Thing<K>[] {
    const known = this.#sorted.get(kind) ?? [...this.#things[kind].values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    this.#sorted.set(kind, known);
    return known as readonly Thing<K>[];
  }

  get<K extends GridKind>(kind: K, id: string): Thing<K> | undefined {
    return this.#things[kind].get(id);
  }

  get isEmpty(): boolean {
    return GRID_KINDS.every((kind) => this.#things[kind].size === 0);
  }

  /** Things of `kind` whose field `field` names `id`, such as the meters of an area. */
  of<K extends GridKind>(kind: K, field: string, id: string): readonly Thing<K>[] {
    const key = `${kind} ${field}`;
    const known = this.#children.get(key) ?? groupBy(this.#things[kind].values(), field);
    this.#children.set(key, known);
    return (known.get(id) ?? []) as readonly Thing<K>[];
  }

  /** Ids that things of `kind` name in `field`. */
  named(kind: GridKind, field: string): Iterable<string> {
    this.of(kind, field, '');
    return this.#children.get(`${kind} ${field}`)?.keys() ?? [];
  }
}

/** Also narrows `span` to the time in which the same things are there. */
function thingsAt(
  rowsById: ReadonlyMap<string, readonly GridRow[]> | undefined,
  atMs: number,
  span: { fromMs: number; toMs: number },
): ReadonlyMap<string, GridRow> {
  const things = new Map<string, GridRow>();
  for (const [id, rows] of rowsById ?? []) {
    for (const row of rows) {
      if (row.fromMs > atMs) span.toMs = Math.min(span.toMs, row.fromMs);
      else if (row.toMs <= atMs) span.fromMs = Math.max(span.fromMs, row.toMs);
      else {
        span.fromMs = Math.max(span.fromMs, row.fromMs);
        span.toMs = Math.min(span.toMs, row.toMs);
        things.set(id, row);
      }
    }
  }
  return things;
}

function groupBy(things: Iterable<Thing>, field: string): ReadonlyMap<string, readonly Thing[]> {
  const groups = new Map<string, Thing[]>();
  for (const thing of things) {
    const value: unknown = Reflect.get(thing.fields, field);
    if (typeof value !== 'string') continue;
    const group = groups.get(value);
    if (group) group.push(thing);
    else groups.set(value, [thing]);
  }
  return groups;
}

/** Whether a thing of a kind may be asked for by `field`. */
export function isReference(kind: GridKind, field: string): boolean {
  return Object.hasOwn(REFERENCES[kind], field);
}
