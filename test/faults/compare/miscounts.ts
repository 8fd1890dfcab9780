import type { Delivery } from '../../../server/api/agents.schema.ts';
import { classOf, recordKey } from './absent-records.ts';
import { recordsIn } from './books.ts';
import type { Excuses } from './excuse.ts';
import type { StoredRow } from './match-stored.ts';

/**
 * Where the server does not count as many records stored as there are. One whose values were all set aside counts and is not
 * there. A store apart from the ranges (`isApart`) may have records of which a server that was killed in between does not
 * know; it learns of them when the edge sends them again, unless their outbox was torn meanwhile.
 */
export function miscounted(
  rows: readonly StoredRow[],
  excuses: Excuses,
  reports: ReadonlyMap<string, { readonly delivery: Pick<Delivery, 'stored'> }>,
  isApart: boolean,
): string[] {
  const records = recordsIn(rows, excuses.edgeOf);
  const keys = new Set(rows.flatMap(keysOf));
  return [...reports].flatMap(([edge, { delivery }]) => {
    const own = records.get(edge) ?? 0;
    const setAside = [...excuses.rejected].filter((key) => excuses.edgeOf(key.split(' ')[0] ?? '') === edge).length;
    const unheardOf = isApart ? destroyedOf(edge, excuses).filter((key) => keys.has(key)).length : 0;
    const isRight = own - unheardOf <= delivery.stored && delivery.stored <= own + setAside;
    return isRight ? [] : [`${edge}: ${delivery.stored} records are stored by the server's count, ${own} are there`];
  });
}

function keysOf({ device, metric, value }: StoredRow): string[] {
  return value === undefined ? [] : [recordKey(device, Math.floor(value), classOf(metric))];
}

/** Keys of the records that went with an outbox of the edge. */
function destroyedOf(edge: string, { deaths }: Excuses): string[] {
  const gone = deaths.flatMap(({ edge: of, held, left }) =>
    of === edge && left ? [...held].filter((key) => !left.has(key)) : [],
  );
  return [...new Set(gone)];
}
