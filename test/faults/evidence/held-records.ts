import { existsSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { POLL_CLASSES, type PollClass } from '../../../edge/protocol/quantities.ts';
import { recordKey } from '../compare/absent-records.ts';
import { blockRecords } from './block-records.ts';

type Row = Record<string, SQLOutputValue>;

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
  return withDatabase(new DatabaseSync(copy), (database) => {
    const blocks = database.prepare('SELECT * FROM block').all();
    return new Map(
      blocks.map((block) => {
        const keys = keysOf(database, block);
        if (!keys) throw new RangeError(`block ${block.id} of ${copy} is damaged although nobody tore it`);
        return [Number(block.id), keys];
      }),
    );
  });
}

/**
 * The records in a copy of an outbox that was torn at an earlier death of its edge. When the edge was killed again before it
 * had opened the file, it is still torn: then what can be read counts.
 */
export function heldAfterTear(copy: string): Map<number, string[]> {
  return attempt(() => heldRecords(copy)) ?? legibleRecords(copy, 0);
}

/**
 * Keys of the records that can still be read in an outbox after it was torn. Blocks are taken in turn from both ends and
 * asked for one by one: a page that cannot be read must hide no other. A file that fell back to an earlier state has blocks
 * of that time.
 */
export function leftRecords(tornCopy: string, before: HeldRecords): Set<string> {
  const last = Math.max(0, ...before.keys());
  return new Set([...legibleRecords(tornCopy, last).values()].flat());
}

/** By block; blocks up to the number `last` are asked for one by one, too. */
function legibleRecords(tornCopy: string, last: number): Map<number, string[]> {
  if (!existsSync(tornCopy)) return new Map();
  const read = attempt(() =>
    withDatabase(new DatabaseSync(tornCopy, { defensive: false }), (database) => {
      // Otherwise SQLite reads nothing of a file that is shorter than its header says.
      database.exec('PRAGMA writable_schema = ON');
      const blocks = new Map<number, string[]>();
      for (const block of readableBlocks(database, last)) {
        const keys = attempt(() => keysOf(database, block));
        if (keys) blocks.set(Number(block.id), keys);
      }
      return blocks;
    }),
  );
  return read ?? new Map();
}

function* readableBlocks(database: DatabaseSync, last: number): Generator<Row> {
  for (const direction of ['ASC', 'DESC']) {
    const rows = attempt(() => database.prepare(`SELECT * FROM block ORDER BY id ${direction}`).iterate());
    for (let next = attempt(() => rows?.next()); next?.done === false; next = attempt(() => rows?.next())) {
      yield next.value;
    }
  }
  for (let id = 1; id <= last; id++) {
    const block = attempt(() => database.prepare('SELECT * FROM block WHERE id = ?').get(id));
    if (block) yield block;
  }
}

function withDatabase<T>(database: DatabaseSync, work: (database: DatabaseSync) => T): T {
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

/** Undefined when the block is not as it was written. */
function keysOf(database: DatabaseSync, { epoch, codec, checksum, data }: Row): string[] | undefined {
  if (!(data instanceof Uint8Array) || crc32(data, crc32(String(epoch))) !== checksum) return undefined;
  const layouts = new Map<number, Layout | undefined>();
  return blockRecords(Number(codec), data).flatMap(({ layoutId, values }) => {
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
