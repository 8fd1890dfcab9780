import type { DatabaseSync } from 'node:sqlite';
import type { TombstoneReason } from '../protocol/delivery.ts';
import type { Range } from '../protocol/ranges.ts';
import type { BlockInfo } from './block-index.ts';
import { BlockRows } from './block-rows.ts';
import { BlockTable } from './block-table.ts';
import type {
  Change,
  ChangeResult,
  EarlierEpoch,
  EpochRanges,
  GiveUp,
  LayoutCounts,
  Loss,
  OpenedOutbox,
  ReadResult,
} from './change.ts';
import { FileSpace } from './file-space.ts';
import { type DeviceRow, type EpochRow, OutboxTables, type StoredTombstone } from './outbox-tables.ts';
import type { StoredLayout } from './record.ts';
import { joinCounts, lossesOf } from './record-facts.ts';
import { Statements } from './statements.ts';
import { TombstoneLog } from './tombstone-log.ts';
import { tombstoneOf } from './tombstones.ts';

/** What tombstones may take to name the values that were dropped, if that is below a sixteenth of the outbox. */
const MAX_LOSS_BYTES = 8 * 1024 * 1024;

export type SessionContents = Omit<OpenedOutbox, 'notes'>;

/** Bounds of what the file may hold. */
export interface SessionLimits {
  readonly limitBytes: number;
  readonly maxAgeMs: number;
}

interface GivenUp extends EpochRanges {
  readonly reason: TombstoneReason;
  readonly counts: LayoutCounts;
}

function countedLosses({ reason, counts }: GivenUp): Loss[] {
  return [...counts].map(([layoutId, records]) => ({ reason, layoutId, records }));
}

/**
 * One opened outbox file. All of it is synchronous and throws SQLite's errors; `OutboxStore` decides what they mean.
 * What memory knows of the file is rebuilt when a transaction is undone.
 */
export class StoreSession {
  readonly layouts: Map<number, StoredLayout>;
  readonly #database: DatabaseSync;
  readonly #statements: Statements;
  readonly #tables: OutboxTables;
  readonly #blocks: BlockTable;
  readonly #limits: SessionLimits;
  readonly #epochs = new Map<string, EpochRow>();
  #tombstones: TombstoneLog;
  #current: EpochRow | undefined;
  /** From the first registration on reads may carry what the dictionary holds. */
  #isRegistered = false;
  /** What the running transaction has given up so far, or the last one. */
  #givenUp: GivenUp[] = [];
  readonly #space: FileSpace;

  constructor(database: DatabaseSync, limits: SessionLimits, processMs: () => number) {
    this.#database = database;
    this.#limits = limits;
    this.#statements = new Statements(database);
    this.#tables = new OutboxTables(this.#statements);
    this.#blocks = new BlockTable(new BlockRows(this.#statements), processMs);
    for (const row of this.#tables.epochs()) this.#epochs.set(row.name, row);
    this.#tombstones = this.#loadTombstones();
    this.#restoreEpochs();
    this.layouts = this.#tables.layouts();
    this.#space = new FileSpace(database, this.#statements);
    this.#space.count();
  }

  /** Bytes of the file that hold something, as of the last change. */
  get usedBytes(): number {
    return this.#space.usedBytes;
  }

  get tombstones(): StoredTombstone[] {
    return this.#tombstones.all();
  }

  /** What there is to know when the file is opened. */
  contents(): SessionContents {
    const bdSeq = this.#tables.meta('bdSeq');
    return {
      epochs: this.#earlierEpochs(),
      layouts: [...this.layouts],
      devices: this.#tables.devices(),
      tombstones: this.tombstones,
      bdSeq: typeof bdSeq === 'number' ? bdSeq : undefined,
      usedBytes: this.usedBytes,
    };
  }

  saveBdSeq(bdSeq: number): void {
    this.#tables.setMeta('bdSeq', bdSeq);
  }

  /** Begins an epoch, or goes on with it; earlier ones in which nothing was ever taken are forgotten. */
  startEpoch(name: string, nowMs: number): void {
    this.transaction(() => {
      const busy = new Set(this.#blocks.index.epochNames());
      for (const row of [...this.#epochs.values()]) {
        if (row.name !== name && row.lastN === 0 && !busy.has(row.name)) this.#forget(row);
      }
      const known = this.#epochs.get(name);
      const id = known?.id ?? this.#tables.addEpoch(name, nowMs);
      this.#current = known ?? { id, name, startedMs: nowMs, lastN: 0 };
      this.#epochs.set(name, this.#current);
    });
  }

  /** The epochs of earlier starts, oldest first. */
  #earlierEpochs(): EarlierEpoch[] {
    return [...this.#epochs.values()]
      .filter(({ name }) => name !== this.#current?.name)
      .map(({ name, startedMs, lastN }) => {
        const waiting = this.#blocks.index.waitingOf(name);
        return { epoch: name, startedMs, lastN: Math.max(lastN, waiting.max ?? 0), waiting: waiting.toArray() };
      });
  }

  /** Puts layouts and devices into the dictionary, beside those of earlier calls; returns the layouts' numbers. */
  register(layouts: readonly StoredLayout[], devices: readonly DeviceRow[]): number[] {
    const isUnused = !this.#isRegistered && this.#blocks.index.size === 0;
    const numbers = this.transaction(() => {
      if (isUnused) this.#clearDictionary(new Set(devices.map(({ id }) => id)));
      for (const device of devices) this.#tables.setDevice(device);
      return layouts.map((layout) => {
        const id = this.#tables.addLayout(layout);
        this.layouts.set(id, layout);
        return id;
      });
    });
    this.#isRegistered = true;
    return numbers;
  }

  /** Takes over from the session of a damaged file what memory knows and the file may have lost. */
  adopt(damaged: StoreSession): void {
    this.#isRegistered = damaged.#isRegistered;
    this.transaction(() => {
      for (const row of damaged.#epochs.values()) this.#tables.restoreEpoch(row);
      for (const [id, layout] of damaged.layouts) {
        this.#tables.restoreLayout(id, layout);
        this.layouts.set(id, layout);
      }
      for (const tombstone of damaged.tombstones) this.#tables.restoreTombstone(tombstone);
    });
    // Epochs and tombstones are read again, as after a transaction that was undone.
    this.#undo();
  }

  /**
   * Applies a change in one transaction, with its blocks or without; returns the tombstones that it made or grew, and what
   * they stand for.
   */
  apply(change: Change, withBlocks: boolean): Pick<ChangeResult, 'tombstones' | 'losses'> {
    const touched = this.transaction(() => {
      for (const { epoch, ranges } of change.settled) this.#settle(epoch, ranges);
      for (const id of change.tombstonesDone) this.#tombstones.delete(id);
      const made = change.giveUps.flatMap((giveUp) => this.#giveUp(giveUp, change.nowMs));
      for (const device of change.devices) this.#tables.setDevice(device);
      if (withBlocks) this.#append(change);
      if (this.#current) this.#tables.setLastN(this.#current.id, change.lastN);
      made.push(...this.#makeRoom(change));
      for (const epoch of change.epochsDone) this.#close(epoch);
      return made;
    });
    this.#space.count();
    this.#space.giveBack();
    return {
      tombstones: [...new Map(touched.map((row) => [row.id, row])).values()],
      losses: this.#givenUp.flatMap(countedLosses),
    };
  }

  /** See `BlockTable.read`. */
  read(epochName: string, from: number, maxBytes: number): ReadResult {
    return this.#blocks.read(epochName, from, maxBytes);
  }

  /** Joins small blocks that have waited for long into a compact one; returns whether there was something to do. */
  compactOnce(): boolean {
    const blocks = this.#blocks.nextCompaction();
    if (blocks.length > 0) this.transaction(() => this.#blocks.compact(blocks));
    return blocks.length > 0;
  }

  close(): void {
    this.transaction(() => this.#blocks.saveWaiting());
    this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE);');
    this.#database.close();
  }

  /** Closes without writing anything; for a file that cannot be used any more. */
  abandon(): void {
    this.#database.close();
  }

  /** Runs `work` in a transaction; when it throws, file and memory are as before. */
  transaction<T>(work: () => T): T {
    this.#givenUp = [];
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#undo();
      throw error;
    }
  }

  #undo(): void {
    if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
    // Read first: of a damaged file memory is all that is left.
    const epochs = this.#tables.epochs();
    this.#epochs.clear();
    for (const row of epochs) this.#epochs.set(row.name, row);
    this.#blocks.reload();
    // Their blocks are there again: dropped a second time without a tombstone, they would be missed as damage later.
    for (const { epoch, ranges } of this.#givenUp) this.#blocks.index.unsettle(epoch, ranges);
    this.#givenUp = [];
    this.#current = this.#current && this.#epochs.get(this.#current.name);
    this.#tombstones = this.#loadTombstones();
  }

  /** Reads the tombstones; their records are not sent again. */
  #loadTombstones(): TombstoneLog {
    const log = new TombstoneLog(this.#tables, Math.min(MAX_LOSS_BYTES, this.#limits.limitBytes / 16));
    for (const { epoch, range } of log.all()) this.#blocks.index.settle(epoch, [range]);
    return log;
  }

  /** Blocks and tombstones whose epoch a damaged file has lost get it back: they carry its name. */
  #restoreEpochs(): void {
    const { index } = this.#blocks;
    const names = [...index.epochNames(), ...this.tombstones.map(({ epoch }) => epoch)];
    for (const name of new Set(names)) {
      if (this.#epochs.has(name)) continue;
      const id = this.#tables.addEpoch(name, 0);
      this.#epochs.set(name, { id, name, startedMs: 0, lastN: 0 });
    }
  }

  #append(change: Change): void {
    const current = this.#current;
    if (current) for (const block of change.blocks) this.#blocks.append(current.name, block);
  }

  #settle(epochName: string, ranges: readonly Range[]): void {
    this.#blocks.settle(epochName, ranges);
  }

  #giveUp(giveUp: GiveUp, nowMs: number): StoredTombstone[] {
    const epoch = this.#epochs.get(giveUp.epoch);
    if (!epoch || giveUp.ranges.length === 0) return [];
    const facts = giveUp.facts ?? this.#blocks.facts(epoch.name, giveUp.ranges, this.layouts);
    const made = facts.map(({ range, devices, fromMs = epoch.startedMs, toMs = nowMs, counts }) => {
      const losses = lossesOf(counts, this.layouts);
      const { reason } = giveUp;
      return this.#tombstones.add(tombstoneOf({ epoch: epoch.name, range, reason, devices, fromMs, toMs, losses }));
    });
    const ranges = this.#blocks.index.unsettled(epoch.name, giveUp.ranges);
    this.#givenUp.push({ epoch: epoch.name, ranges, reason: giveUp.reason, counts: joinCounts(facts) });
    this.#blocks.settle(epoch.name, giveUp.ranges);
    return made;
  }

  /** Drops what is too old, then what has to go for the rest to fit. */
  #makeRoom({ blocks, nowMs }: Change): StoredTombstone[] {
    const { index, runningMs } = this.#blocks;
    const made = index
      .olderThan(runningMs - this.#limits.maxAgeMs)
      .flatMap((block) => this.#drop(block, 'too_old', nowMs));
    const { limitBytes } = this.#limits;
    const newBytes = blocks.reduce((sum, { data, numbers }) => sum + data.length + numbers.length, 0);
    // A file that is half empty has room for a change without a count.
    if (this.usedBytes + newBytes < limitBytes / 2) return made;
    let excess = this.#space.count() - limitBytes;
    for (let victim = index.nextVictim(); excess > 0 && victim; victim = index.nextVictim()) {
      excess -= victim.bytes;
      made.push(...this.#drop(victim, 'outbox_full', nowMs));
    }
    return made;
  }

  #drop(block: BlockInfo, reason: TombstoneReason, nowMs: number): StoredTombstone[] {
    const ranges = this.#blocks.index.waitingIn(block);
    const made = this.#giveUp({ epoch: block.epoch, ranges, reason }, nowMs);
    this.#blocks.delete(block);
    return made;
  }

  #close(epochName: string): void {
    const epoch = this.#epochs.get(epochName);
    if (epoch && epoch !== this.#current) this.#forget(epoch);
  }

  #forget(epoch: EpochRow): void {
    for (const block of this.#blocks.index.blocksFrom(epoch.name, 0)) this.#blocks.delete(block);
    for (const { id, epoch: name } of this.tombstones) if (name === epoch.name) this.#tombstones.delete(id);
    this.#tables.deleteEpoch(epoch.id);
    this.#epochs.delete(epoch.name);
    this.#blocks.index.forgetEpoch(epoch.name);
  }

  /** Without records the dictionary has no reader; devices and layouts of former configurations go. */
  #clearDictionary(kept: ReadonlySet<string>): void {
    for (const id of this.layouts.keys()) this.#tables.deleteLayout(id);
    for (const { id } of this.#tables.devices()) if (!kept.has(id)) this.#tables.deleteDevice(id);
    this.layouts.clear();
  }
}
