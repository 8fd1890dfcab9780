import type { LineMeter } from '../../contract.ts';
import { formatValue } from '../../format/number.ts';
import type { PointTable } from '../../live/point-table.ts';
import { readingState } from '../../live/reading-state.ts';

const METRIC = 'active_power';
export const LOAD_UNIT = 'kW';

/**
 * What some meters draw together, kW on the primary side: current, old (one of them is), or missing (one of them has no
 * value: a part is not the whole); `none` when there is no meter.
 */
export type Load =
  | { readonly kind: 'fresh' | 'stale'; readonly kw: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'none' };

export interface LoadFacts {
  readonly table: PointTable;
  /** Nothing on the page is current. */
  readonly isLinkLost: boolean;
  readonly isAgentLost: (device: string) => boolean;
}

const NONE: Load = { kind: 'none' };
const MISSING: Load = { kind: 'missing' };

/** The load of one meter or of several that measure one thing together. */
export function loadOf(meters: readonly LineMeter[], facts: LoadFacts): Load {
  if (meters.length === 0) return NONE;
  let kw = 0;
  let isOld = false;
  for (const { id, ratio } of meters) {
    const { table } = facts;
    const index = table.indexOf(id, METRIC);
    if (index === undefined) return MISSING;
    const value = table.value(index);
    const state = readingState({
      value,
      hasText: false,
      quality: table.quality(index),
      isStale: table.isStale(index),
      isLinkLost: facts.isLinkLost,
      isAgentLost: facts.isAgentLost(id),
    });
    if (state.kind === 'missing' || state.kind === 'never') return MISSING;
    if (state.kind === 'stale') isOld = true;
    kw += value * ratio;
  }
  return { kind: isOld ? 'stale' : 'fresh', kw };
}

/** Of several loads: the sum of those that are current, and how many these are. */
export function currentSum(loads: readonly Load[]): { readonly kw: number; readonly count: number } {
  let kw = 0;
  let count = 0;
  for (const load of loads) {
    if (load.kind !== 'fresh') continue;
    kw += load.kw;
    count += 1;
  }
  return { kw, count };
}

/** `12.34 kW` */
export function kwText(kw: number): string {
  return `${formatValue(kw, LOAD_UNIT)} ${LOAD_UNIT}`;
}
