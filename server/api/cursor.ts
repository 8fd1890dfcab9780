import { createHash } from 'node:crypto';
import { invalidParameter } from './validation.ts';

/**
 * The cursor after an item: opaque, and stable because it holds the key of the item and not its position. It belongs to
 * the filters it was made for.
 */
export function encodeCursor(key: string, filters: object): string {
  return Buffer.from(JSON.stringify([digest(filters), key])).toString('base64url');
}

/**
 * The key that a cursor holds; undefined without a cursor.
 * @throws GridwardenError REQUEST_INVALID when it is none of ours, or made for other filters
 */
export function decodeCursor(cursor: string | undefined, filters: object): string | undefined {
  if (cursor === undefined) return undefined;
  const [made, key, ...rest] = parse(cursor);
  if (typeof made !== 'string' || typeof key !== 'string' || rest.length > 0) {
    throw invalidParameter('cursor', 'must be the `next` of a page');
  }
  if (made !== digest(filters)) throw invalidParameter('cursor', 'was made for other filters; begin without a cursor');
  return key;
}

function parse(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function digest(filters: object): string {
  const entries = Object.entries(filters).filter(([, value]) => value !== undefined);
  return createHash('sha256').update(JSON.stringify(entries.sort())).digest('base64url').slice(0, 8);
}
