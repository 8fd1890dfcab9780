import type { Delivery } from '../../../server/api/agents.schema.ts';
import type { StoredRow } from './match-stored.ts';

/** Where the server's own account of deliveries does not hold; each in words. */
export function wrongBooks(reports: ReadonlyMap<string, { readonly delivery: Delivery }>): string[] {
  return [...reports].flatMap(([edge, { delivery }]) => {
    const { taken, stored, waiting, explained } = delivery;
    const wrong: string[] = [];
    if (taken !== stored + waiting + explained) {
      wrong.push(`${edge}: ${taken} taken are not ${stored} stored, ${waiting} waiting and ${explained} explained`);
    }
    if (waiting !== 0) wrong.push(`${edge}: ${waiting} records wait at the end`);
    return wrong;
  });
}

/** Records that rows belong to: what one device told at one time. Two records of a device never share a time and origin. */
export function recordsIn(rows: Iterable<StoredRow>, edgeOf: (device: string) => string): Map<string, number> {
  const records = new Map<string, Set<string>>();
  for (const { device, timeMs, origin } of rows) {
    const edge = edgeOf(device);
    const own = records.get(edge) ?? new Set<string>();
    records.set(edge, own.add(`${device} ${timeMs} ${origin}`));
  }
  return new Map([...records].map(([edge, own]) => [edge, own.size]));
}
