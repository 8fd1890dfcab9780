import type { DatabaseSync } from 'node:sqlite';
import { codeOf, GridwardenError, messageOf } from '../platform/errors.ts';
import type { Change, ChangeResult, Note, OpenedOutbox, ReadResult } from './change.ts';
import {
  checkpointPages,
  isRoomMissing,
  openOutboxFile,
  PAGE_BYTES,
  putBack,
  setAside,
  troubleOf,
} from './outbox-file.ts';
import type { DeviceRow } from './outbox-tables.ts';
import type { StoredLayout } from './record.ts';
import { Reserve } from './reserve.ts';
import { type Salvaged, salvage } from './salvage.ts';
import { type SessionContents, type SessionLimits, StoreSession } from './store-session.ts';

export interface StoreSettings {
  readonly file: string;
  /** Largest size of file, log and reserve together. */
  readonly maxBytes: number;
  /** Records are given up when outboxes have been open for longer than this since they were written. */
  readonly maxAgeMs: number;
}

/**
 * The outbox on disk, synchronous. It survives what files do: a damaged one is set aside and what can be read of it is
 * carried over; on a full disk pruning goes on while new records wait with the caller.
 */
export class OutboxStore {
  readonly #settings: StoreSettings;
  readonly #limits: SessionLimits;
  readonly #reserve: Reserve;
  readonly #processMs: () => number;
  #session: StoreSession | undefined;
  #epoch = '';
  #notes: Note[] = [];

  /** @param processMs a monotonic clock in ms */
  constructor(settings: StoreSettings, processMs: () => number) {
    const { file, maxBytes, maxAgeMs } = settings;
    this.#settings = settings;
    this.#processMs = processMs;
    this.#reserve = new Reserve(file, maxBytes);
    // A transaction may make the log as long again before it is copied into the file.
    const logBytes = 2 * checkpointPages(maxBytes) * PAGE_BYTES;
    this.#limits = { limitBytes: maxBytes - logBytes - this.#reserve.maxBytes, maxAgeMs };
  }

  /**
   * Opens the file and begins an epoch.
   *
   * @throws GridwardenError STORE_FOREIGN, SCHEMA_NEWER, FILE_LOCKED, DISK_FULL, DIRECTORY_UNWRITABLE
   */
  open(epoch: string, nowMs: number): OpenedOutbox {
    this.#epoch = epoch;
    // Another try after the first got only half way: the file is held by none but ourselves.
    this.#session?.abandon();
    this.#session = undefined;
    const contents = this.#openFile(nowMs);
    this.#reserve.hold();
    return { ...contents, notes: this.#takeNotes() };
  }

  /** Puts layouts and devices into the dictionary; returns the layouts' numbers, which blocks refer to. */
  register(layouts: readonly StoredLayout[], devices: readonly DeviceRow[], nowMs: number): number[] {
    try {
      return this.#opened().register(layouts, devices);
    } catch (error) {
      if (troubleOf(error) !== 'damaged') throw this.#explain(error);
      this.#recover(nowMs, error);
      return this.#opened().register(layouts, devices);
    }
  }

  /** Makes the number durable before the connection that uses it is opened. */
  saveBdSeq(bdSeq: number): void {
    this.#opened().saveBdSeq(bdSeq);
  }

  /** One transaction, one fsync. It does not throw on what the disk does; the result says what is durable. */
  commit(change: Change): ChangeResult {
    const hasRoom = this.#reserve.isHeld || this.#reserve.hold();
    try {
      return this.#apply(change, hasRoom);
    } catch (error) {
      return this.#afterFailure(change, error);
    }
  }

  /** See `BlockTable.read`. */
  read(epoch: string, from: number, maxBytes: number, nowMs: number): ReadResult {
    try {
      return this.#opened().read(epoch, from, maxBytes);
    } catch (error) {
      if (troubleOf(error) !== 'damaged') throw error;
      this.#recover(nowMs, error);
      return this.#opened().read(epoch, from, maxBytes);
    }
  }

  /** One step of joining small blocks; returns whether there may be another. */
  compactOnce(nowMs: number): boolean {
    // Joining needs room for both forms at once.
    if (!this.#reserve.isHeld) return false;
    try {
      return this.#opened().compactOnce();
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === undefined) throw error;
      if (trouble === 'damaged') this.#recover(nowMs, error);
      return false;
    }
  }

  close(): void {
    try {
      this.#session?.close();
    } catch (error) {
      // What is durable stays so in the log.
      if (!isRoomMissing(error)) throw error;
      this.#session?.abandon();
    }
    this.#session = undefined;
  }

  #opened(): StoreSession {
    if (!this.#session) throw new GridwardenError('INTERNAL', 'the outbox is not open');
    return this.#session;
  }

  #apply(change: Change, withBlocks: boolean): ChangeResult {
    const session = this.#opened();
    const { tombstones, losses } = session.apply(change, withBlocks);
    const isAll = withBlocks || change.blocks.length === 0;
    const result = { tombstones, losses, usedBytes: session.usedBytes, notes: this.#takeNotes() };
    if (isAll) return { ...result, persisted: 'all' };
    const message = `There is no room for the outbox ${this.#settings.file} on its disk`;
    return { ...result, persisted: 'pruned', trouble: { kind: 'full', message } };
  }

  #afterFailure(change: Change, error: unknown): ChangeResult {
    const kind = troubleOf(error);
    if (kind === undefined) throw error;
    const trouble = { kind, message: `The outbox ${this.#settings.file} cannot be written: ${messageOf(error)}` };
    try {
      if (kind === 'damaged') {
        this.#recover(change.nowMs, error);
        return this.#apply(change, true);
      }
      this.#reserve.free();
      return { ...this.#apply(change, false), trouble };
    } catch (second) {
      if (troubleOf(second) === undefined) throw second;
      return { persisted: 'none', trouble, tombstones: [], losses: [], usedBytes: 0, notes: this.#takeNotes() };
    }
  }

  #openFile(nowMs: number): SessionContents {
    try {
      return this.#start(this.#load(), nowMs);
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === 'damaged') return this.#startDamaged(nowMs, error);
      if (!isRoomMissing(error) || !this.#reserve.isHeld) throw this.#explain(error);
      // Opening needs a little room for the log and the row of the epoch.
      this.#reserve.free();
      return this.#openFile(nowMs);
    }
  }

  /** Begins the epoch in a file that was loaded, and makes that file the open one. */
  #start(session: StoreSession, nowMs: number): SessionContents {
    try {
      session.startEpoch(this.#epoch, nowMs);
      const contents = session.contents();
      this.#session = session;
      return contents;
    } catch (error) {
      session.abandon();
      throw error;
    }
  }

  #startDamaged(nowMs: number, error: unknown): SessionContents {
    try {
      return this.#start(this.#startAnew(nowMs, error), nowMs);
    } catch (failure) {
      if (!isRoomMissing(failure) || !this.#reserve.isHeld) throw this.#explain(failure);
      this.#reserve.free();
      return this.#openFile(nowMs);
    }
  }

  #load(): StoreSession {
    const database = openOutboxFile(this.#settings.file, this.#settings);
    try {
      return new StoreSession(database, this.#limits, this.#processMs);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Replaces a damaged file while the edge runs. */
  #recover(nowMs: number, error: unknown): void {
    const damaged = this.#opened();
    damaged.abandon();
    const session = this.#startAnew(nowMs, error);
    session.adopt(damaged);
    session.startEpoch(this.#epoch, nowMs);
    this.#session = session;
  }

  #startAnew(nowMs: number, error: unknown): StoreSession {
    const { file } = this.#settings;
    const aside = setAside(file, nowMs);
    let database: DatabaseSync | undefined;
    try {
      database = openOutboxFile(file, this.#settings);
      const { rows, isComplete } = this.#salvage(aside, database);
      const session = new StoreSession(database, this.#limits, this.#processMs);
      const rest = isComplete ? '' : '; there was no room for the rest';
      this.#notes.push({
        code: 'OUTBOX_CORRUPT',
        message: `The outbox ${file} is damaged (${messageOf(error)}); it was set aside as ${aside}, ${rows} of its rows were saved${rest}`,
      });
      return session;
    } catch (failure) {
      database?.close();
      // The next try has to find what there is to save.
      putBack(file, aside);
      throw failure;
    }
  }

  #salvage(aside: string, database: DatabaseSync): Salvaged {
    const saved = salvage(aside, database);
    if (saved.isComplete || !this.#reserve.isHeld) return saved;
    this.#reserve.free();
    const more = salvage(aside, database);
    return { rows: saved.rows + more.rows, isComplete: more.isComplete };
  }

  #explain(error: unknown): unknown {
    const trouble = troubleOf(error);
    if (codeOf(error) !== undefined || trouble === undefined) return error;
    const { file } = this.#settings;
    if (trouble === 'locked') {
      return new GridwardenError('FILE_LOCKED', `The outbox ${file} is held by another process`, { cause: error });
    }
    const code = trouble === 'full' ? 'DISK_FULL' : 'DIRECTORY_UNWRITABLE';
    return new GridwardenError(code, `The outbox ${file} cannot be opened: ${messageOf(error)}`, { cause: error });
  }

  #takeNotes(): Note[] {
    const notes = this.#notes;
    this.#notes = [];
    return notes;
  }
}
