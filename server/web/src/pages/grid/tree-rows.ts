import type { GridOneLine, GridTree } from '../../contract.ts';
import { branchKey, LEVELS, type Selection } from './selection.ts';

export type RowKind = (typeof LEVELS)[number] | 'transformers' | 'meters' | 'loading' | 'failed';

/** A row of the tree that can be seen. */
export interface TreeRow {
  readonly key: string;
  /** Key of the row above it in the tree; undefined at the top. */
  readonly parent: string | undefined;
  readonly kind: RowKind;
  readonly id: string | null;
  readonly name: string | null;
  readonly declared: boolean;
  /** From 1. */
  readonly level: number;
  /** Undefined: it has nothing below. */
  readonly isOpen: boolean | undefined;
  /** Place among its siblings, from 1, and how many they are. */
  readonly place: number;
  readonly siblings: number;
  /** Areas of a feeder, meters of an area. */
  readonly count: number | undefined;
}

/** What hangs in an area, once it was asked for; a text: why it could not be. */
export type AreaParts = ReadonlyMap<string, GridOneLine | string>;

interface Node {
  readonly kind: RowKind;
  readonly id: string | null;
  readonly name: string | null;
  readonly declared: boolean;
  readonly count?: number | undefined;
  readonly children: (() => readonly Node[]) | undefined;
}

/** The rows that are in sight when these branches are open, from top to bottom. */
export function treeRows(tree: GridTree, open: ReadonlySet<string>, parts: AreaParts): TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (nodes: readonly Node[], level: number, parent: string | undefined) => {
    for (const [index, node] of nodes.entries()) {
      const { kind, id, name, declared, count, children } = node;
      const key = kind === 'loading' || kind === 'failed' ? `${kind} ${parent}` : branchKey(kind, id);
      const isOpen = children && open.has(key);
      rows.push({
        key,
        parent,
        kind,
        id,
        name,
        declared,
        level,
        isOpen,
        place: index + 1,
        siblings: nodes.length,
        count,
      });
      if (isOpen) add(children(), level + 1, key);
    }
  };
  add(
    tree.districts.map((district) => districtNode(district, parts)),
    1,
    undefined,
  );
  return rows;
}

type District = GridTree['districts'][number];
type Substation = District['substations'][number];
type Feeder = Substation['feeders'][number];
type Area = Feeder['areas'][number];

function districtNode(district: District, parts: AreaParts): Node {
  const children = () => district.substations.map((one) => substationNode(one, parts));
  return branch('districts', district, children);
}

function substationNode(substation: Substation, parts: AreaParts): Node {
  return branch('substations', substation, () => substation.feeders.map((one) => feederNode(one, parts)));
}

function feederNode(feeder: Feeder, parts: AreaParts): Node {
  const children = () => feeder.areas.map((one) => areaNode(one, parts));
  return { ...branch('feeders', feeder, children), count: feeder.areas.length };
}

function areaNode(area: Area, parts: AreaParts): Node {
  const count = Object.values(area.meters).reduce((sum, one) => sum + one, 0);
  const isEmpty = count + area.transformers.length === 0;
  return { ...branch('areas', area, isEmpty ? undefined : () => partNodes(parts.get(area.id ?? ''))), count };
}

function partNodes(found: GridOneLine | string | undefined): Node[] {
  const leaf = { declared: true, children: undefined, name: null };
  if (found === undefined) return [{ ...leaf, kind: 'loading', id: null }];
  if (typeof found === 'string') return [{ ...leaf, kind: 'failed', id: null, name: found }];
  const [area] = found.areas;
  const transformers = (area?.transformers ?? []).map(({ id }): Node => ({ ...leaf, kind: 'transformers', id }));
  const meters = [...(area?.gateways ?? []), ...found.meters].map(({ id }): Node => ({ ...leaf, kind: 'meters', id }));
  return [...transformers, ...meters];
}

function branch(
  kind: RowKind,
  { id, name, declared }: { readonly id: string | null; readonly name: string | null; readonly declared: boolean },
  children: Node['children'],
): Node {
  return { kind, id, name, declared, children };
}

/** A branch of the tree with the names above it, from the top; empty when it is not in the tree. */
export function pathTo(tree: GridTree, { level, id }: Selection): (Selection & { readonly name: string | null })[] {
  const depth = LEVELS.indexOf(level);
  const find = (branches: readonly Branches[], at: number): Found[] | undefined => {
    for (const one of branches) {
      const here = { level: LEVELS[at] ?? level, id: one.id, name: one.name };
      if (at === depth && one.id === id) return [here];
      const below = at < depth ? find(childrenOf(one), at + 1) : undefined;
      if (below) return [here, ...below];
    }
    return undefined;
  };
  return find(tree.districts, 0) ?? [];
}

type Found = Selection & { readonly name: string | null };
type Branches = District | Substation | Feeder | Area;

/** The branches below one. */
export function childrenOf(one: Branches): readonly Branches[] {
  if ('substations' in one) return one.substations;
  if ('feeders' in one) return one.feeders;
  return 'areas' in one ? one.areas : [];
}

/** The branch that is chosen. */
export function branchAt(tree: GridTree, selection: Selection): Branches | undefined {
  let level: readonly Branches[] = tree.districts;
  let found: Branches | undefined;
  for (const { id } of pathTo(tree, selection)) {
    found = level.find((one) => one.id === id);
    level = found ? childrenOf(found) : [];
  }
  return found;
}

/** Where a key of the keyboard leads from a row: another row, or what is to be opened or closed. */
export function moved(
  rows: readonly TreeRow[],
  from: number,
  key: string,
): { to: number } | { toggle: string } | undefined {
  const row = rows[from];
  if (!row) return rows.length > 0 ? { to: 0 } : undefined;
  const last = rows.length - 1;
  if (key === 'ArrowDown') return { to: Math.min(last, from + 1) };
  if (key === 'ArrowUp') return { to: Math.max(0, from - 1) };
  if (key === 'Home') return { to: 0 };
  if (key === 'End') return { to: last };
  if (key === 'ArrowRight' && row.isOpen === false) return { toggle: row.key };
  if (key === 'ArrowRight' && row.isOpen) return { to: Math.min(last, from + 1) };
  if (key === 'ArrowLeft' && row.isOpen) return { toggle: row.key };
  if (key === 'ArrowLeft' && row.parent !== undefined) return { to: rows.findIndex((one) => one.key === row.parent) };
  return undefined;
}
