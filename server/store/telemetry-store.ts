import type { DeviceKind } from '../../edge/protocol/delivery.ts';
import type { PollClass } from '../../edge/protocol/quantities.ts';
import type { Range } from '../../edge/protocol/ranges.ts';
import type { BackupOrder, StoreBackup } from './store-backup.ts';

/** Where a stored value came from. Reads prefer them in this order; `conflict` is returned only when asked for. */
export const ORIGINS = ['live', 'device_profile', 'import', 'conflict'] as const;
export type Origin = (typeof ORIGINS)[number];
/** Position in `ORIGINS`: what columns hold. */
export type OriginCode = number;

/** A series: one metric of one device. Its number is valid as long as the store is open. */
export interface Series {
  readonly device: string;
  readonly metric: string;
  readonly kind: DeviceKind;
  /** Decides retention. */
  readonly pollClass: PollClass;
}

/** A source of numbered records: one run of one edge node. */
export interface RecordStream {
  /** `group/node` */
  readonly node: string;
  readonly epoch: string;
}

/** The node of streams that are imports; its epoch is the import's id. Nodes of an edge have a `/`. */
export const IMPORT_NODE = 'import';

/**
 * Points in columns, `length` of them. A record's points stand together. Times are microseconds since the Unix epoch
 * (safe integers); milliseconds are the reading's time, the digits below keep conflicts apart.
 */
export interface PointBatch {
  readonly length: number;
  readonly series: Int32Array;
  readonly timeUs: Float64Array;
  /** NaN wherever `quality` is not good; stored as missing, never as a number. */
  readonly value: Float64Array;
  readonly quality: Uint8Array;
  readonly origin: Uint8Array;
  /** Index into `CommitRequest.streams`, or −1 for points without a record number (foreign devices). */
  readonly stream: Int32Array;
  readonly n: Float64Array;
}

export interface ReceivedRanges {
  readonly stream: RecordStream;
  readonly ranges: readonly Range[];
}

export interface CommitRequest {
  readonly points: PointBatch;
  /** The streams that `points.stream` refers to, each with the ranges of n that this commit settles. */
  readonly streams: readonly ReceivedRanges[];
}

/** A point that the store itself refused; it is set aside durably with its reason before the commit returns. */
export interface RejectedPoint {
  readonly index: number;
  readonly reason: string;
}

export interface CommitResult {
  readonly rejected: readonly RejectedPoint[];
}

export const AGGREGATES = ['mean', 'min', 'max', 'last', 'first', 'count', 'difference'] as const;
export type Aggregate = (typeof AGGREGATES)[number];

export interface RangeQuery {
  readonly series: readonly number[];
  /** Inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** Bucket width; raw points without it. Buckets are aligned to the Unix epoch plus `offsetMs`. */
  readonly everyMs?: number;
  readonly offsetMs?: number;
  readonly aggregate?: Aggregate;
  /** Modulus of registers for `difference` (10^digits), by position in `series`; 0 when it does not roll over. */
  readonly rollover?: readonly number[];
  readonly includeConflicts?: boolean;
  /** Most rows returned, all series together; more is `RANGE_TOO_LARGE`. */
  readonly maxRows: number;
}

/** The answer for one series, in columns. */
export interface SeriesRows {
  readonly series: number;
  readonly timeMs: Float64Array;
  /** NaN: missing (raw) or an empty bucket. Aggregates use good values only. */
  readonly value: Float64Array;
  /** Quality code a row; of a bucket: good when any value was good. */
  readonly quality: Uint8Array;
  /** Origin code a row (raw rows only). */
  readonly origin?: Uint8Array;
  /** Good values in a bucket (with `everyMs`). */
  readonly count?: Float64Array;
  /** Share of the bucket's points that were good, 0 to 1; NaN where it holds none (with `everyMs`). */
  readonly coverage?: Float64Array;
}

export interface LatestRow {
  readonly series: number;
  readonly timeMs: number;
  readonly value: number;
  readonly quality: number;
}

export interface StoreHealth {
  readonly ok: boolean;
  /** Why not, in one line; or what stands behind the store when it is well. */
  readonly reason: string;
}

/** What the store holds and how it grows, for `/metrics` and the page. */
export interface StoreStatistics {
  readonly bytes: number;
  readonly points: number;
  readonly series: number;
  readonly bytesPerDay: number;
}

/**
 * The telemetry store. It owns the received set: which records of which stream it has durably.
 * Key of a point: (device, metric, time, origin); storing a point again overwrites it with the same value.
 */
export interface TelemetryStore {
  /** Identity of the store, made when it was created; the state file keeps it to notice a swap. */
  readonly id: string;
  /** The number of a series, made when new. Cheap: call it at birth, not for each point. */
  seriesOf(series: Series): number;
  series(number: number): Series | undefined;
  /** The numbers of all series of a device. */
  seriesOfDevice(device: string): readonly number[];
  /**
   * Stores points and ranges together: when it resolves, all of it is durable, and points that were refused are set
   * aside durably. Commits that are asked for at once are done one after the other.
   * @throws GridwardenError STORE_UNAVAILABLE, STORE_UNAUTHORIZED, STORE_BUCKET_MISSING, DISK_FULL: nothing of this batch counts.
   */
  commit(request: CommitRequest): Promise<CommitResult>;
  /** All ranges that are durably received, by stream. */
  received(): Promise<readonly ReceivedRanges[]>;
  /** Forgets the ranges of a stream that is closed (its edge said so and all is settled). */
  forget(stream: RecordStream): Promise<void>;
  /** The newest point of each series in [fromMs, toMs). */
  latest(series: readonly number[], fromMs: number, toMs: number): Promise<readonly LatestRow[]>;
  read(query: RangeQuery): Promise<readonly SeriesRows[]>;
  /** Drops what is older than its retention; returns what was dropped, in words. */
  applyRetention(nowMs: number): Promise<readonly string[]>;
  health(): Promise<StoreHealth>;
  statistics(): Promise<StoreStatistics>;
  /**
   * Copies what the store keeps on this machine, as of the moment at which it is at rest: rows and ranges agree. Reads and,
   * but for that moment, commits go on meanwhile.
   * @throws GridwardenError DISK_FULL, DIRECTORY_UNWRITABLE, STORE_UNAVAILABLE
   */
  backup(order: BackupOrder): Promise<StoreBackup>;
  close(): Promise<void>;
}
