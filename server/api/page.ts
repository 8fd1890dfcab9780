import { decodeCursor, encodeCursor } from './cursor.ts';

interface PageRequest {
  readonly limit: number;
  readonly cursor: string | undefined;
  /** What the list was filtered by: a cursor is valid for the same filters only. */
  readonly filters: object;
}

/**
 * One page of `items`, ordered by their keys. An item that comes or goes between two pages moves no other one to
 * another page.
 */
export function pageOf<T>(items: Iterable<T>, keyOf: (item: T) => string, request: PageRequest) {
  const after = decodeCursor(request.cursor, request.filters);
  const sorted = [...items].sort((a, b) => compareText(keyOf(a), keyOf(b)));
  const start = after === undefined ? 0 : firstAfter(sorted, keyOf, after);
  const page = sorted.slice(start, start + request.limit);
  const last = page.at(-1);
  const more = last !== undefined && start + page.length < sorted.length;
  return { items: page, total: sorted.length, next: more ? encodeCursor(keyOf(last), request.filters) : null };
}

/** Order by code units: the same on every machine. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function firstAfter<T>(sorted: readonly T[], keyOf: (item: T) => string, after: string): number {
  const index = sorted.findIndex((item) => keyOf(item) > after);
  return index < 0 ? sorted.length : index;
}
