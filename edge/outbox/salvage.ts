import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { unpackBlock } from './block-data.ts';
import { decodeRanges } from './record-codec.ts';

/** The tables and their keys, in the order in which they are copied: what explains the records first. */
const TABLES = [
  ['meta', 'key'],
  ['epoch', 'id'],
  ['device', 'id'],
  ['layout', 'id'],
  ['tombstone', 'id'],
  ['block', 'id'],
] as const;

/**
 * Copies what can still be read of a damaged outbox into a new one: each table row by row from both ends, until the
 * damage stops it. Returns how many rows were saved.
 */
export function salvage(damagedFile: string, into: DatabaseSync): number {
  let damaged: DatabaseSync | undefined;
  let rows = 0;
  try {
    damaged = new DatabaseSync(damagedFile);
    for (const [table, key] of TABLES) {
      for (const direction of ['ASC', 'DESC'] as const) rows += copyRows(damaged, into, { table, key, direction });
    }
  } catch {
    // Not even the schema can be read: there is nothing to save.
  } finally {
    damaged?.close();
  }
  return rows;
}

/** Whether a row is what was once written: its page may be another's, or half of one. */
function isSound(table: string, row: Record<string, SQLOutputValue>): boolean {
  try {
    if (table === 'layout') JSON.parse(String(row.metrics));
    if (table === 'tombstone') JSON.parse(String(row.devices));
    return table !== 'block' || isSoundBlock(row);
  } catch {
    return false;
  }
}

function isSoundBlock({ epoch, numbers, data, codec, checksum }: Record<string, SQLOutputValue>): boolean {
  if (!(numbers instanceof Uint8Array) || !(data instanceof Uint8Array)) return false;
  decodeRanges(numbers);
  return unpackBlock(String(epoch), { codec: Number(codec), checksum: Number(checksum), data }) !== undefined;
}

interface Copy {
  readonly table: string;
  readonly key: string;
  readonly direction: 'ASC' | 'DESC';
}

function copyRows(damaged: DatabaseSync, into: DatabaseSync, { table, key, direction }: Copy): number {
  let rows = 0;
  try {
    for (const row of damaged.prepare(`SELECT * FROM ${table} ORDER BY ${key} ${direction}`).iterate()) {
      if (!isSound(table, row)) continue;
      const columns = Object.keys(row);
      const places = columns.map(() => '?').join(', ');
      const insert = into.prepare(`INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${places})`);
      const { changes } = insert.run(...Object.values(row));
      // From the other end: met a row that is there already.
      if (changes === 0 && direction === 'DESC') break;
      rows += Number(changes);
    }
  } catch {
    // The damage begins here; what lies behind it is reached from the other end.
  }
  return rows;
}
