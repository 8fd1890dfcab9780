import type { DatabaseSync } from 'node:sqlite';
import type { GridClock } from '../../edge/platform/clock.ts';
import { GridwardenError } from '../../edge/platform/errors.ts';
import type { DirtyDayTable } from '../state/dirty-days.ts';
import { dirtySpans } from './dirty-spans.ts';
import { type ChangeNote, type GridChange, GridTable, type Rewrite } from './grid-table.ts';
import type { GridRow } from './history.ts';
import type { GridKind } from './kinds.ts';
import type { ThingChange } from './plan.ts';
import { GridSnapshot, type Knowledge } from './snapshot.ts';

/** Snapshots that are kept; each holds the things of the whole grid, most of them shared with the others. */
const MAX_SNAPSHOTS = 8;
/** States of knowledge of the past that are kept; each is the whole grid anew. */
const MAX_PASTS = 2;

/** Asked for the grid of a moment, as it was known at a moment; absent: now. */
export interface GridTime {
  readonly atMs?: number | undefined;
  readonly knownMs?: number | undefined;
}

/** A state of knowledge: what was known from one change to the next. */
interface Past {
  readonly fromMs: number;
  readonly toMs: number;
  readonly knowledge: Knowledge;
  readonly snapshots: GridSnapshot[];
}

type Rows = Map<GridKind, Map<string, readonly GridRow[]>>;

/** The grid over time: what is there, what was there, and what was known of it when. */
export class GridRegistry {
  readonly #table: GridTable;
  readonly #clock: GridClock;
  readonly #dirty: Pick<DirtyDayTable, 'mark'>;
  #current: { readonly rows: Rows; snapshots: GridSnapshot[] } | undefined;
  #pasts: Past[] = [];
  #rewrites: readonly Rewrite[] | undefined;
  #lastChangeMs: number;
  /** The newest moment of knowledge that was asked for. */
  #lastAskedMs = Number.MIN_SAFE_INTEGER;
  #listeners: ((changes: readonly ThingChange[], change: GridChange) => void)[] = [];

  /** @param dirty gets the days that each change makes something else of, in the change's own transaction */
  constructor(database: DatabaseSync, clock: GridClock, dirty: Pick<DirtyDayTable, 'mark'>) {
    this.#table = new GridTable(database);
    this.#clock = clock;
    this.#dirty = dirty;
    this.#lastChangeMs = this.#table.lastChange()?.atMs ?? Number.MIN_SAFE_INTEGER;
  }

  /** The rows of a thing that are known now, in order. */
  readonly rowsOf = (kind: GridKind, id: string): readonly GridRow[] => this.#known().rows.get(kind)?.get(id) ?? [];

  /**
   * The grid at a moment.
   * @throws GridwardenError REQUEST_INVALID for knowledge of the future
   */
  snapshot({ atMs = this.#clock.nowMs(), knownMs }: GridTime = {}): GridSnapshot {
    const { knowledge, snapshots } = this.#knowledgeAt(knownMs);
    const known = snapshots.find((snapshot) => snapshot.holdsAt(atMs));
    if (known) return known;
    const made = new GridSnapshot(knowledge, atMs);
    snapshots.unshift(made);
    snapshots.length = Math.min(snapshots.length, MAX_SNAPSHOTS);
    return made;
  }

  /** All rows, of all times, as they were known at a moment (absent: now). @throws GridwardenError REQUEST_INVALID */
  knowledge(knownMs?: number): Knowledge {
    return this.#knowledgeAt(knownMs).knowledge;
  }

  /** Number of the last change of a thing; what a change of it has to name. 0 when there is none. */
  versionOf(kind: GridKind, id: string): number {
    return this.rowsOf(kind, id).reduce((version, { change }) => Math.max(version, change), 0);
  }

  /** Records changes in one transaction; none is no change. */
  apply(changes: readonly ThingChange[], note: ChangeNote): GridChange | undefined {
    if (changes.length === 0) return undefined;
    const { rows } = this.#known();
    // A moment names one state of knowledge for good: a change is later than all before, and than all that was asked for.
    const atMs = Math.max(this.#clock.nowMs(), this.#lastChangeMs + 1, this.#lastAskedMs + 1);
    const recorded = this.#table.record(changes, note, atMs, () => this.#dirty.mark(dirtySpans(changes), 'grid'));
    this.#lastChangeMs = atMs;
    const added = Map.groupBy(recorded.rows, ({ kind, id }) => `${kind}\n${id}`);
    for (const thing of changes) put(rows, thing, added.get(`${thing.kind}\n${thing.id}`) ?? []);
    if (this.#current) this.#current.snapshots = [];
    this.#rewrites = undefined;
    for (const listener of this.#listeners) listener(changes, recorded.change);
    return recorded.change;
  }

  /** Told of each change, after it. */
  onChange(listener: (changes: readonly ThingChange[], change: GridChange) => void): void {
    this.#listeners.push(listener);
  }

  /** What was said anew about meters, for a time of which something else was known, by a change that was no correction. */
  rewrites(): readonly Rewrite[] {
    this.#rewrites ??= this.#table.rewrites('meters');
    return this.#rewrites;
  }

  /** All that was ever recorded of a thing, the newest first. */
  recordsOf(kind: GridKind, id: string, limit: number) {
    return this.#table.recordsOf(kind, id, limit);
  }

  #known() {
    this.#current ??= { rows: arrange(this.#table.known()), snapshots: [] };
    return this.#current;
  }

  #knowledgeAt(knownMs: number | undefined): { readonly knowledge: Knowledge; readonly snapshots: GridSnapshot[] } {
    if (knownMs === undefined) return { knowledge: this.#known().rows, snapshots: this.#known().snapshots };
    if (knownMs > this.#clock.nowMs()) {
      throw new GridwardenError(
        'REQUEST_INVALID',
        'knownAt must not lie in the future: what will be known is not known',
      );
    }
    this.#lastAskedMs = Math.max(this.#lastAskedMs, knownMs);
    if (knownMs >= this.#lastChangeMs) return { knowledge: this.#known().rows, snapshots: this.#known().snapshots };
    const kept = this.#pasts.find(({ fromMs, toMs }) => fromMs <= knownMs && knownMs < toMs);
    const past = kept ?? this.#readPast(knownMs);
    this.#pasts = [past, ...this.#pasts.filter((other) => other !== past)].slice(0, MAX_PASTS);
    return past;
  }

  #readPast(knownMs: number): Past {
    return {
      fromMs: this.#table.lastChange(knownMs)?.atMs ?? Number.MIN_SAFE_INTEGER,
      toMs: this.#table.nextChange(knownMs)?.atMs ?? knownMs + 1,
      knowledge: arrange(this.#table.knownAt(knownMs)),
      snapshots: [],
    };
  }
}

/** Rows by kind and id. */
export function arrange(rows: readonly GridRow[]): Rows {
  const arranged: Rows = new Map();
  for (const row of rows) {
    const ofKind = arranged.get(row.kind) ?? new Map<string, readonly GridRow[]>();
    arranged.set(row.kind, ofKind);
    ofKind.set(row.id, [...(ofKind.get(row.id) ?? []), row]);
  }
  return arranged;
}

function put(rows: Rows, { kind, id, remove }: ThingChange, added: readonly GridRow[]): void {
  const ofKind = rows.get(kind) ?? new Map<string, readonly GridRow[]>();
  const kept = (ofKind.get(id) ?? []).filter((row) => !remove.includes(row));
  const next = [...kept, ...added].sort((a, b) => a.fromMs - b.fromMs);
  if (next.length === 0) ofKind.delete(id);
  else ofKind.set(id, next);
  rows.set(kind, ofKind);
}
