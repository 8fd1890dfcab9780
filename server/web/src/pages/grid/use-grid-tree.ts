import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { GridOneLine, GridTree } from '../../contract.ts';
import { useServices } from '../../ui/context.ts';
import { branchKey, type Selection } from './selection.ts';
import { type AreaParts, pathTo, type TreeRow, treeRows } from './tree-rows.ts';

export interface OpenTree {
  readonly rows: readonly TreeRow[];
  readonly toggle: (key: string) => void;
}

const AREA_KEY = branchKey('areas', '');

/** The tree as it is opened: districts and substations at first, and what leads to the selection. */
export function useGridTree(tree: GridTree, selection: Selection | undefined): OpenTree {
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map());
  const open = useMemo(() => openBranches(tree, toggled), [tree, toggled]);
  const parts = useAreaParts(tree, open);
  const selected = selection && branchKey(selection.level, selection.id);
  useEffect(() => {
    if (!selection) return;
    const above = pathTo(tree, selection).slice(0, -1);
    setToggled((old) => new Map([...old, ...above.map(({ level, id }) => [branchKey(level, id), true] as const)]));
    // A tree that is asked for anew opens nothing that was closed since.
  }, [selected]);
  const toggle = (key: string) => setToggled((old) => new Map(old).set(key, !open.has(key)));
  return { rows: useMemo(() => treeRows(tree, open, parts), [tree, open, parts]), toggle };
}

function openBranches(tree: GridTree, toggled: ReadonlyMap<string, boolean>): ReadonlySet<string> {
  const open = new Set<string>();
  for (const district of tree.districts) {
    open.add(branchKey('districts', district.id));
    for (const { id } of district.substations) open.add(branchKey('substations', id));
  }
  for (const [key, isOpen] of toggled) {
    if (isOpen) open.add(key);
    else open.delete(key);
  }
  return open;
}

/** What hangs in the areas that are open; each is asked for when it is opened, and again with a newer tree. */
function useAreaParts(tree: GridTree, open: ReadonlySet<string>): AreaParts {
  const { api } = useServices();
  const [parts, setParts] = useState<AreaParts>(new Map());
  const asked = useRef<{ tree: GridTree; areas: Set<string> }>({ tree, areas: new Set() });
  useEffect(() => {
    if (asked.current.tree !== tree) asked.current = { tree, areas: new Set() };
    const put = (area: string, found: GridOneLine | string) => setParts((old) => new Map(old).set(area, found));
    for (const key of open) {
      const area = key.startsWith(AREA_KEY) ? key.slice(AREA_KEY.length) : '';
      if (area === '' || asked.current.areas.has(area)) continue;
      asked.current.areas.add(area);
      api.gridOneLine('area', area).then(
        (found) => put(area, found),
        (error: unknown) => put(area, error instanceof Error ? error.message : String(error)),
      );
    }
  }, [tree, open, api]);
  return parts;
}
