import type { DeviceRow, Presence } from '../contract.ts';
import type { DeviceTable } from './device-table.ts';

export const SORTS = ['id', 'state', 'age'] as const;
export type Sort = (typeof SORTS)[number];

export interface DeviceFilter {
  /** Text that stands in the id, the model or the agent; case does not matter. */
  readonly text: string;
  readonly presence: Presence | undefined;
  readonly model: string | undefined;
  readonly agent: string | undefined;
  readonly sort: Sort;
}

const PRESENCES: readonly Presence[] = ['offline', 'stale', 'online'];

export function parseFilter(query: URLSearchParams): DeviceFilter {
  return {
    text: query.get('q') ?? '',
    presence: PRESENCES.find((presence) => presence === query.get('state')),
    model: query.get('model') ?? undefined,
    agent: query.get('agent') ?? undefined,
    sort: SORTS.find((sort) => sort === query.get('sort')) ?? 'id',
  };
}

/** Ids of the devices that fit, in the order asked for; equal ones by id. */
export function filterDevices(devices: DeviceTable, filter: DeviceFilter): readonly string[] {
  const text = filter.text.trim().toLowerCase();
  const fitting = devices.ids().filter((id) => {
    const row = devices.get(id);
    return row !== undefined && fits(row, filter, text);
  });
  if (filter.sort === 'id') return fitting;
  const rank = (id: string) =>
    filter.sort === 'state'
      ? PRESENCES.indexOf(devices.get(id)?.presence ?? 'online')
      : (devices.lastReadingMs(id) ?? Number.NEGATIVE_INFINITY);
  const ranks = new Map(fitting.map((id) => [id, rank(id)]));
  // Sorting is stable and the ids came in order.
  return fitting.sort((a, b) => (ranks.get(a) ?? 0) - (ranks.get(b) ?? 0) || 0);
}

function fits(row: DeviceRow, filter: DeviceFilter, text: string): boolean {
  if (filter.presence !== undefined && row.presence !== filter.presence) return false;
  if (filter.model !== undefined && row.model !== filter.model) return false;
  if (filter.agent !== undefined && row.agent !== filter.agent) return false;
  if (text === '') return true;
  return [row.id, row.model ?? '', row.agent].some((field) => field.toLowerCase().includes(text));
}
