import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { POLL_CLASSES, type PollClass } from '../../../edge/protocol/quantities.ts';
import { recordKey } from '../compare/absent-records.ts';
import { blockRecords } from './block-records.ts';

interface Layout {
  readonly device: string;
  readonly pollClass: PollClass;
  readonly width: number;
}

/** Keys of the records that an outbox holds, by the number of the block in which they are. */
export type HeldRecords = ReadonlyMap<number, readonly string[]>;

/**
 * The records in a copy of an outbox whose edge was killed: what its commits have made durable. Only SQLite is believed,
 * nothing of the edge. The copy's log is taken into its file on the way.
 *
 * @throws when the copy is damaged, which a kill must not do
 */
export function heldRecords(copy: string): Map<number, string[]> {
  if (!existsSync(copy)) return new Map();
  return withDatabase(copy, (database) => {
    const ids = database.prepare('SELECT id FROM block').all();
    return new Map(
      ids.map(({ id }) => {
        const keys = keysOf(database, Number(id));
        if (!keys) throw new RangeError(`block ${id} of ${copy} is damaged although nobody tore it`);
        return [Number(id), keys];
      }),
    );
  });
}

/**
 * Keys of the records that can still be read in an outbox after it was torn: each block is asked for by its number, so
 * that one that cannot be read hides no other. A file that fell back to an earlier state has blocks of that time.
 */
export function leftRecords(tornCopy: string, before: HeldRecords): Set<string> {
  const left = new Set<string>();
  if (!existsSync(tornCopy)) return left;
  attempt(() =>
    withDatabase(tornCopy, (database) => {
      const last = attempt(() => database.prepare('SELECT max(id) AS id FROM block').get()?.id);
      const end = Math.max(Number(last ?? 0), ...before.keys());
      for (let id = 1; id <= end; id++) for (const key of attempt(() => keysOf(database, id)) ?? []) left.add(key);
    }),
  );
  return left;
}

function withDatabase<T>(file: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** What is damaged gives nothing. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** Undefined when the block is not there, or not as it was written. */
function keysOf(database: DatabaseSync, id: number): string[] | undefined {
  const block = database.prepare('SELECT epoch, codec, checksum, data FROM block WHERE id = ?').get(id);
  if (!block || !(block.data instanceof Uint8Array)) return undefined;
  if (crc32(block.data, crc32(String(block.epoch))) !== block.checksum) return undefined;
  const layouts = new Map<number, Layout | undefined>();
  return blockRecords(Number(block.codec), block.data).flatMap(({ layoutId, values }) => {
    if (!layouts.has(layoutId)) layouts.set(layoutId, layoutOf(database, layoutId));
    return recordKeys(layouts.get(layoutId), values);
  });
}

/** Undefined where the row is damaged: then nobody can say what the records are of. */
function layoutOf(database: DatabaseSync, layoutId: number): Layout | undefined {
  return attempt(() => {
    const row = database.prepare('SELECT device, poll_class, metrics FROM layout WHERE id = ?').get(layoutId);
    const pollClass = POLL_CLASSES.find((one) => one === row?.poll_class);
    const metrics: unknown = JSON.parse(String(row?.metrics));
    if (!row || !pollClass || !Array.isArray(metrics)) return undefined;
    return { device: String(row.device), pollClass, width: metrics.length };
  });
}

/** The values of a ledger say by their whole part which answer they stand in; a record without values stands in none. */
function recordKeys(layout: Layout | undefined, values: readonly (number | undefined)[]): string[] {
  if (layout?.width !== values.length) return [];
  const counters = new Set(values.flatMap((value) => (value === undefined ? [] : [Math.floor(value)])));
  return [...counters].map((counter) => recordKey(layout.device, counter, layout.pollClass));
}
