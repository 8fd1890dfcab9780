import type { ErrorCode } from '../platform/errors.ts';
import type { TombstoneReason } from '../protocol/delivery.ts';
import type { Range } from '../protocol/ranges.ts';
import type { FileTrouble } from './outbox-file.ts';
import type { DeviceRow, StoredTombstone } from './outbox-tables.ts';
import type { KeepClass, StoredLayout } from './record.ts';
import type { EncodedRecords } from './record-codec.ts';
import type { RecordFacts } from './record-facts.ts';

/** Records of one keep class, as they are committed together. */
export interface NewBlock extends EncodedRecords {
  readonly keepClass: KeepClass;
}

export interface EpochRanges {
  readonly epoch: string;
  readonly ranges: readonly Range[];
}

/** Records that are given up. */
export interface GiveUp extends EpochRanges {
  readonly reason: TombstoneReason;
  /** What is known of each of the ranges; absent: the store looks it up in its blocks. */
  readonly facts?: readonly RecordFacts[];
}

/** Numbers of records by the number of their layout. */
export type LayoutCounts = ReadonlyMap<number, number>;

/** Records of one layout that were given up. */
export interface Loss {
  readonly reason: TombstoneReason;
  readonly layoutId: number;
  readonly records: number;
}

/** Everything that one commit makes durable. */
export interface Change {
  /** Records of the running epoch. */
  readonly blocks: readonly NewBlock[];
  /** The highest number of the running epoch in `blocks` or before. */
  readonly lastN: number;
  readonly settled: readonly EpochRanges[];
  readonly giveUps: readonly GiveUp[];
  /** Tombstones that the host has. */
  readonly tombstonesDone: readonly number[];
  /** Epochs that are closed. */
  readonly epochsDone: readonly string[];
  readonly devices: readonly DeviceRow[];
  readonly nowMs: number;
}

export interface Trouble {
  readonly kind: FileTrouble;
  readonly message: string;
}

export interface ChangeResult {
  /** `pruned`: all but the blocks, because there is no room for them; `none`: the file could not be written at all. */
  readonly persisted: 'all' | 'pruned' | 'none';
  readonly trouble?: Trouble;
  /** Tombstones that were made, or grew with a neighbour, in this commit. */
  readonly tombstones: readonly StoredTombstone[];
  /** What the tombstones stand for, as far as it could still be read. */
  readonly losses: readonly Loss[];
  /** Bytes of the file that hold something. */
  readonly usedBytes: number;
  /** What a person should know, such as a damaged file that was set aside. */
  readonly notes: readonly Note[];
}

export interface Note {
  readonly code: ErrorCode;
  readonly message: string;
}

/** An epoch of an earlier start that the file still has. */
export interface EarlierEpoch {
  readonly epoch: string;
  readonly startedMs: number;
  readonly lastN: number;
  readonly waiting: readonly Range[];
}

/** What an outbox holds when it is opened. */
export interface OpenedOutbox {
  /** Oldest first. */
  readonly epochs: readonly EarlierEpoch[];
  readonly layouts: readonly (readonly [id: number, layout: StoredLayout])[];
  readonly devices: readonly DeviceRow[];
  readonly tombstones: readonly StoredTombstone[];
  /** The birth/death sequence number of the last connection; undefined before the first. */
  readonly bdSeq: number | undefined;
  readonly usedBytes: number;
  readonly notes: readonly Note[];
}

/** Blocks of an epoch, for the records from one number on. */
export interface ReadResult {
  /** Each as `decodeRecords` reads it. */
  readonly blocks: readonly Uint8Array[];
  /** Up to here nothing that the file has is left out. */
  readonly coveredTo: number;
}
