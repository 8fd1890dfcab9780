import { METER_ROLES } from './kinds.ts';
import type { GridSnapshot, Thing } from './snapshot.ts';

/** A branch of the tree: null as id gathers what names no parent; `declared` is false for what is only named by others. */
interface Branch {
  readonly id: string | null;
  readonly name: string | null;
  readonly declared: boolean;
}

export interface AreaBranch extends Branch {
  readonly transformers: string[];
  readonly gateways: string[];
  /** Number of meters by role. */
  readonly meters: Record<(typeof METER_ROLES)[number], number>;
}
export interface FeederBranch extends Branch {
  readonly areas: AreaBranch[];
}
export interface SubstationBranch extends Branch {
  readonly feeders: FeederBranch[];
}
export interface DistrictBranch extends Branch {
  readonly substations: SubstationBranch[];
}

/** The grid of a moment from districts down to areas. What is named and not declared has its place, too. */
export function gridTree(grid: GridSnapshot): DistrictBranch[] {
  const areas = gather(grid, 'areas', [...grid.named('transformers', 'area'), ...grid.named('meters', 'area')]);
  const feeders = gather(grid, 'feeders', parents(grid, 'areas', 'feeder', areas));
  const substations = gather(grid, 'substations', parents(grid, 'feeders', 'substation', feeders));
  const districts = gather(grid, 'districts', parents(grid, 'substations', 'district', substations));
  const areasOf = childrenBy(areas, (id) => grid.get('areas', id ?? '')?.fields.feeder);
  const feedersOf = childrenBy(feeders, (id) => grid.get('feeders', id ?? '')?.fields.substation);
  const substationsOf = childrenBy(substations, (id) => grid.get('substations', id ?? '')?.fields.district);
  const feederBranch = (branch: Branch) => ({
    ...branch,
    areas: (areasOf.get(branch.id) ?? []).map((area) => areaBranch(grid, area)),
  });
  const substationBranch = (branch: Branch) => ({
    ...branch,
    feeders: (feedersOf.get(branch.id) ?? []).map(feederBranch),
  });
  return districts.map((branch) => ({
    ...branch,
    substations: (substationsOf.get(branch.id) ?? []).map(substationBranch),
  }));
}

type Level = 'districts' | 'substations' | 'feeders' | 'areas';

/** What is declared and what is named, by id; what is named by nothing comes last. */
function gather(grid: GridSnapshot, kind: Level, named: readonly (string | null)[]): Branch[] {
  const ids = new Set<string | null>([...grid.all(kind).keys(), ...named]);
  const sorted = [...ids].filter((id) => id !== null).sort();
  return [...sorted, ...(ids.has(null) ? [null] : [])].map((id) => {
    const thing: Thing<Level> | undefined = id === null ? undefined : grid.get(kind, id);
    return { id, name: thing?.fields.name ?? null, declared: thing !== undefined };
  });
}

/** Ids that are named as parents; null where one of the children names none. */
function parents(grid: GridSnapshot, kind: Level, field: string, children: readonly Branch[]): (string | null)[] {
  const hasOrphans = children.some(
    ({ id }) => id === null || Reflect.get(grid.get(kind, id)?.fields ?? {}, field) === undefined,
  );
  return [...grid.named(kind, field), ...(hasOrphans ? [null] : [])];
}

function childrenBy(
  children: readonly Branch[],
  parentOf: (id: string | null) => string | undefined,
): ReadonlyMap<string | null, Branch[]> {
  return Map.groupBy(children, ({ id }) => parentOf(id) ?? null);
}

function areaBranch(grid: GridSnapshot, branch: Branch): AreaBranch {
  const id = branch.id ?? '';
  const meters = grid.of('meters', 'area', id);
  const counts = Object.fromEntries(
    METER_ROLES.map((role) => [role, meters.filter(({ fields }) => fields.role === role).length]),
  );
  return {
    ...branch,
    transformers: grid.of('transformers', 'area', id).map((transformer) => transformer.id),
    gateways: meters.filter(({ fields }) => fields.role === 'gateway').map((meter) => meter.id),
    meters: counts as AreaBranch['meters'],
  };
}
