import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Range, RangeSet } from '../../../edge/protocol/ranges.ts';
import type { NumberedSeries } from '../series-dictionary.ts';
import type { ReceivedRanges, RecordStream, Series } from '../telemetry-store.ts';

const IDENTITY_KEY = 'influxdb_identity';
const POINTS_KEY = 'influxdb_points';

interface Identities {
  /** What the store calls itself. */
  readonly current: string;
  /** Buckets that this state has met, by the id that the server gave them, and what the store calls itself with each. */
  readonly byBucket: Readonly<Record<string, string>>;
}

/**
 * What InfluxDB cannot keep for the store, in the state file: the received ranges (saved after the server has confirmed the
 * rows), the series with their numbers, the identity of the bucket, and how many points were stored.
 */
export class InfluxState {
  readonly #database: DatabaseSync;
  readonly #received = new Map<string, { readonly stream: RecordStream; readonly ranges: RangeSet }>();
  readonly #touching: StatementSync;
  readonly #delete: StatementSync;
  readonly #insert: StatementSync;
  points: number;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#touching = database.prepare(
      'SELECT from_n, to_n FROM received_range WHERE node = ? AND epoch = ? AND from_n <= ? AND to_n >= ?',
    );
    this.#delete = database.prepare('DELETE FROM received_range WHERE node = ? AND epoch = ? AND from_n = ?');
    this.#insert = database.prepare('INSERT INTO received_range (node, epoch, from_n, to_n) VALUES (?, ?, ?, ?)');
    this.points = Number(this.#setting(POINTS_KEY) ?? 0);
    for (const row of database.prepare('SELECT node, epoch, from_n, to_n FROM received_range').all()) {
      const stream = { node: String(row.node), epoch: String(row.epoch) };
      this.#rangesOf(stream).add(Number(row.from_n), Number(row.to_n));
    }
  }

  received(): ReceivedRanges[] {
    return [...this.#received.values()]
      .filter(({ ranges }) => ranges.size > 0)
      .map(({ stream, ranges }) => ({ stream, ranges: ranges.toArray() }));
  }

  /** The points of these ranges are stored; durable when it returns. */
  saveReceived(streams: readonly ReceivedRanges[], points: number): void {
    this.#transaction(() => {
      for (const { stream, ranges } of streams) for (const range of ranges) this.#saveRange(stream, range);
      this.#set(POINTS_KEY, String(this.points + points));
    });
    this.points += points;
    for (const { stream, ranges } of streams) this.#rangesOf(stream).addAll(ranges);
  }

  forget(stream: RecordStream): void {
    this.#database.prepare('DELETE FROM received_range WHERE node = ? AND epoch = ?').run(stream.node, stream.epoch);
    this.#received.delete(keyOf(stream));
  }

  series(): Series[] {
    const rows = this.#database
      .prepare('SELECT device, metric, kind, poll_class FROM store_series ORDER BY number')
      .all();
    return rows.map((row) => ({
      device: String(row.device),
      metric: String(row.metric),
      kind: row.kind as Series['kind'],
      pollClass: row.poll_class as Series['pollClass'],
    }));
  }

  saveSeries(series: readonly NumberedSeries[]): void {
    if (series.length === 0) return;
    const insert = this.#database.prepare('INSERT OR IGNORE INTO store_series VALUES (?, ?, ?, ?, ?)');
    this.#transaction(() => {
      for (const { number, device, metric, kind, pollClass } of series)
        insert.run(number, device, metric, kind, pollClass);
    });
  }

  /** What the store calls itself: with the bucket it met last, or before it met any. */
  identity(): string {
    return this.#identities().current;
  }

  /** What the store calls itself with this bucket. The first bucket takes over the name that was there before it. */
  identityWith(bucketId: string): string {
    const { current, byBucket } = this.#identities();
    return byBucket[bucketId] ?? (Object.keys(byBucket).length === 0 ? current : randomUUID());
  }

  remember(bucketId: string, id: string): void {
    const { byBucket } = this.#identities();
    this.#set(IDENTITY_KEY, JSON.stringify({ current: id, byBucket: { ...byBucket, [bucketId]: id } }));
  }

  #identities(): Identities {
    const known = this.#setting(IDENTITY_KEY);
    if (known !== undefined) return JSON.parse(known) as Identities;
    const made: Identities = { current: randomUUID(), byBucket: {} };
    this.#set(IDENTITY_KEY, JSON.stringify(made));
    return made;
  }

  #saveRange({ node, epoch }: RecordStream, [from, to]: Range): void {
    let [mergedFrom, mergedTo] = [from, to];
    for (const row of this.#touching.all(node, epoch, to + 1, from - 1)) {
      mergedFrom = Math.min(mergedFrom, Number(row.from_n));
      mergedTo = Math.max(mergedTo, Number(row.to_n));
      this.#delete.run(node, epoch, Number(row.from_n));
    }
    this.#insert.run(node, epoch, mergedFrom, mergedTo);
  }

  #rangesOf(stream: RecordStream): RangeSet {
    const key = keyOf(stream);
    const known = this.#received.get(key);
    if (known) return known.ranges;
    const ranges = new RangeSet();
    this.#received.set(key, { stream, ranges });
    return ranges;
  }

  #setting(key: string): string | undefined {
    const value = this.#database.prepare('SELECT value FROM setting WHERE key = ?').get(key)?.value;
    return value === undefined ? undefined : String(value);
  }

  #set(key: string, value: string): void {
    this.#database
      .prepare('INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value')
      .run(key, value);
  }

  #transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

function keyOf({ node, epoch }: RecordStream): string {
  return `${node}\0${epoch}`;
}
