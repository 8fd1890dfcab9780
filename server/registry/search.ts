import { fieldNames, GRID_KINDS, type GridKind } from './kinds.ts';
import type { GridSnapshot, Thing } from './snapshot.ts';

export interface ThingFilter {
  readonly q: string | undefined;
  /** Values that fields have to have. */
  readonly fields: readonly (readonly [name: string, value: unknown])[];
}

/** Things of a kind that fit a filter, in the order of their ids; the name of a field that the kind does not have. */
export function selectThings(
  grid: GridSnapshot,
  kind: GridKind,
  { q, fields }: ThingFilter,
): readonly Thing[] | string {
  const known = fieldNames(kind);
  const unknown = fields.find(([name]) => !known.includes(name));
  if (unknown) return unknown[0];
  const text = q?.trim().toLowerCase() ?? '';
  if (text === '' && fields.length === 0) return grid.sorted(kind);
  return grid.sorted(kind).filter((thing) => fits(thing, fields) && (text === '' || mentions(thing, text)));
}

function fits({ fields }: Thing, wanted: ThingFilter['fields']): boolean {
  return wanted.every(([name, value]) => Reflect.get(fields, name) === value);
}

function mentions({ id, fields }: Thing, text: string): boolean {
  if (id.toLowerCase().includes(text)) return true;
  return Object.values(fields).some((value) => typeof value === 'string' && value.toLowerCase().includes(text));
}

export interface SearchHit {
  readonly kind: GridKind;
  readonly id: string;
  readonly name: string | null;
  readonly area: string | null;
}

/** What people look for a thing by. */
const SEARCHED = ['name', 'serial', 'assetNumber', 'address'] as const;

/** Things of every kind that a text names, the nearest first: the same, beginning with it, holding it. */
export function searchGrid(grid: GridSnapshot, q: string, limit: number): SearchHit[] {
  const text = q.trim().toLowerCase();
  const ranked: { readonly thing: Thing; readonly rank: number }[] = [];
  for (const kind of GRID_KINDS) {
    for (const thing of grid.sorted(kind)) {
      const rank = rankOf(thing, text);
      if (rank < FAR) ranked.push({ thing, rank });
    }
  }
  ranked.sort((a, b) => a.rank - b.rank);
  return ranked.slice(0, limit).map(({ thing: { kind, id, fields } }) => ({
    kind,
    id,
    name: textIn(fields, 'name'),
    area: textIn(fields, 'area'),
  }));
}

const FAR = 3;

function rankOf({ id, fields }: Thing, text: string): number {
  let best = nearness(id, text);
  for (const name of SEARCHED) best = Math.min(best, nearness(textIn(fields, name) ?? '', text));
  return best;
}

function nearness(value: string, text: string): number {
  const lower = value.toLowerCase();
  if (!lower.includes(text)) return FAR;
  if (lower === text) return 0;
  return lower.startsWith(text) ? 1 : 2;
}

function textIn(fields: Thing['fields'], name: string): string | null {
  const value: unknown = Reflect.get(fields, name);
  return typeof value === 'string' ? value : null;
}
