import type { GridClock, ProcessClock, Timer } from '../platform/clock.ts';
import type { Logger } from '../platform/log.ts';
import type { TombstoneReason } from '../protocol/delivery.ts';
import type { Range } from '../protocol/ranges.ts';
import type { DeviceHealth, DeviceRead, RecordLayout } from '../reading.ts';
import type { OutboxBackend } from './backend.ts';
import { BatchWriter, type TakenBatch } from './batch.ts';
import type { ChangeResult, Loss, NewBlock, OpenedOutbox } from './change.ts';
import { Compaction } from './compaction.ts';
import { BoundaryWatch } from './keep-class.ts';
import { LayoutBook, layoutText } from './layout-book.ts';
import { MemoryBlocks } from './memory-blocks.ts';
import type { OutboxMetrics } from './outbox-metrics.ts';
import type { DeviceRow, StoredTombstone } from './outbox-tables.ts';
import { PendingChange } from './pending-change.ts';
import type { OutboxRecord, StoredLayout } from './record.ts';
import { decodeRecords } from './record-codec.ts';

/**
 * One fsync for all that waits, at most every so often. With a commit three threads are woken and a dozen pages written,
 * however few the records: at 1 000 reads a second, each commit that is saved a second saves about a microsecond a read.
 * With slots of 20 ms it comes to 80 ms, which a second is no multiple of: no device always waits longest.
 */
export const COMMIT_INTERVAL_MS = 70;
/** By then what falls due in a slot has been asked for, and the answers keep the process awake. */
const AFTER_SLOT_MS = 2;
/** What is only to be deleted can wait for so long. */
const PRUNE_INTERVAL_MS = 500;
/** How often a disk without room is tried again. */
const RETRY_MS = 1000;

export interface OutboxOptions {
  readonly backend: OutboxBackend;
  /** The random name of this start. */
  readonly epoch: string;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly logger: Logger;
  readonly metrics: OutboxMetrics;
  /** Bound on records that wait for a slow disk, and on those that it has no room for. */
  readonly maxMemoryBytes: number;
  /** Polling wakes the process at multiples of this grid time; a commit that may wait joins it. Default: it does not wait. */
  readonly slotMs?: number;
}

/** Who is told what became of the reads. */
export interface OutboxListener {
  /** The records are taken: durable, or as well kept as a full disk allows. */
  taken(batch: TakenBatch): void;
  /** Records were given up; a tombstone that grew comes again under its id. */
  gaveUp(tombstones: readonly StoredTombstone[]): void;
  /** The thread that writes has ended unexpectedly. */
  failed(error: unknown): void;
}

export interface OutboxStats {
  /** Bytes of the file that hold something. */
  readonly bytes: number;
  /** Records that wait in memory only. */
  readonly unprotected: number;
}

/**
 * Takes reads, numbers them and makes them durable in groups. Everything else that changes the file travels with the
 * next group.
 */
export class Outbox {
  readonly epoch: string;
  readonly #options: OutboxOptions;
  readonly #batch = new BatchWriter();
  readonly #pending = new PendingChange();
  readonly #boundaries = new BoundaryWatch();
  readonly #memory: MemoryBlocks;
  readonly #compaction: Compaction;
  readonly #layouts = new LayoutBook();
  /** Why reads were refused so far; each reason is told once. */
  readonly #refusals = new Set<string>();
  #listener: OutboxListener | undefined;
  #timer: Timer | undefined;
  #timerDueMs = Infinity;
  #lastCommitMs = -Infinity;
  #committing: Promise<void> | undefined;
  #retryAtMs = -Infinity;
  #lastN = 0;
  #usedBytes = 0;
  #troubled = false;
  #stopped = false;

  constructor(options: OutboxOptions) {
    this.epoch = options.epoch;
    this.#options = options;
    this.#memory = new MemoryBlocks(options.maxMemoryBytes);
    this.#compaction = new Compaction(options);
  }

  /** Highest number that was taken. */
  get lastN(): number {
    return this.#lastN;
  }

  /** Layouts by their number, also those that only waiting records have. */
  get layouts(): ReadonlyMap<number, StoredLayout> {
    return this.#layouts.byId;
  }

  stats(): OutboxStats {
    return { bytes: this.#usedBytes, unprotected: this.#memory.count };
  }

  /**
   * Opens the file and puts what reads will carry into its dictionary. It may be tried again after an error.
   *
   * @throws GridwardenError STORE_FOREIGN, SCHEMA_NEWER, FILE_LOCKED, DISK_FULL, DIRECTORY_UNWRITABLE
   */
  async open(layouts: readonly RecordLayout[], devices: readonly DeviceRow[]): Promise<OpenedOutbox> {
    const { backend, gridClock } = this.#options;
    const opened = await backend.open(this.epoch, gridClock.nowMs());
    for (const { code, message } of opened.notes) this.#options.logger.warn({ code }, message);
    for (const [id, layout] of opened.layouts) this.#layouts.byId.set(id, layout);
    await this.register(layouts, devices);
    this.#usedBytes = opened.usedBytes;
    this.#compaction.start();
    return opened;
  }

  /**
   * Puts what further reads will carry into the dictionary of the open file.
   *
   * @throws GridwardenError DISK_FULL, DIRECTORY_UNWRITABLE
   */
  async register(layouts: readonly RecordLayout[], devices: readonly DeviceRow[]): Promise<void> {
    const { backend, gridClock } = this.#options;
    const ids = await backend.register(layouts, devices, gridClock.nowMs());
    for (const [index, layout] of layouts.entries()) this.#layouts.add(ids[index] ?? 0, layout);
  }

  /** Who is told what becomes of the reads; to be set before the first. */
  listen(listener: OutboxListener): void {
    this.#listener = listener;
  }

  /** Numbers a read and takes care of it. A read beyond the memory's limit, or of a layout never registered, is refused. */
  take(read: DeviceRead): void {
    const layoutId = this.#layouts.idOf(read.layout);
    if (layoutId === undefined || this.#batch.bytes > this.#options.maxMemoryBytes || this.#stopped) {
      this.#refuse(read, layoutId === undefined);
      return;
    }
    this.#batch.add(read, layoutId, this.#boundaries.classOf(layoutId, read));
    this.#schedule(this.#lastCommitMs + COMMIT_INTERVAL_MS);
  }

  /** A change of health: it comes back in the batch, at its place among the reads. */
  note(health: DeviceHealth): void {
    this.#batch.note(health);
    this.#schedule(this.#lastCommitMs + COMMIT_INTERVAL_MS);
  }

  setDevice(device: DeviceRow): void {
    this.#pending.setDevice(device);
    this.#scheduleLater();
  }

  /** The primary host has these records, or knows why not: they are deleted. */
  settle(epoch: string, ranges: readonly Range[]): void {
    if (epoch === this.epoch) this.#memory.settle(ranges);
    this.#pending.settle(epoch, ranges);
    this.#scheduleLater();
  }

  /** Records that nobody will send any more; they become tombstones. */
  giveUp(epoch: string, ranges: readonly Range[], reason: TombstoneReason): void {
    if (epoch === this.epoch) this.#memory.settle(ranges);
    this.#pending.giveUp({ epoch, ranges, reason });
    this.#scheduleLater();
  }

  tombstonesDone(ids: readonly number[]): void {
    this.#pending.tombstonesDone(ids);
    this.#scheduleLater();
  }

  closeEpoch(epoch: string): void {
    this.#pending.closeEpoch(epoch);
    this.#scheduleLater();
  }

  saveBdSeq(bdSeq: number): Promise<void> {
    return this.#options.backend.saveBdSeq(bdSeq);
  }

  /**
   * Gives the records of an epoch from number `from` on to `each`, block by block, and returns up to which number none
   * is left out. Between two blocks others have their turn.
   */
  async read(
    epoch: string,
    from: number,
    maxBytes: number,
    each: (records: readonly OutboxRecord[]) => void,
  ): Promise<number> {
    const nowMs = this.#options.gridClock.nowMs();
    // Taken before the file is read: what moves from memory to the file meanwhile is in one of them at least.
    const inMemory = epoch === this.epoch ? this.#memory.blocks() : [];
    const { blocks, coveredTo } = await this.#options.backend.read(epoch, from, maxBytes, nowMs);
    for (const data of [...blocks, ...inMemory.map((block) => block.data)]) {
      each(decodeRecords(data));
      await new Promise((resolve) => setImmediate(resolve));
    }
    return coveredTo;
  }

  /** Makes everything durable that came so far. */
  async flush(): Promise<void> {
    await this.#committing;
    if (!this.#batch.isEmpty || !this.#pending.isEmpty || this.#memory.count > 0) {
      this.#retryAtMs = -Infinity;
      await this.#commit();
    }
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    this.#compaction.stop();
    await this.flush();
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#options.backend.close();
  }

  #refuse({ layout }: DeviceRead, isUnknown: boolean): void {
    const { metrics, logger } = this.#options;
    metrics.refused.inc();
    const reason = isUnknown ? `layout ${layoutText(layout)}` : 'memory';
    // A read that was under way when all was stopped is nobody's fault.
    if (this.#stopped || this.#refusals.has(reason)) return;
    this.#refusals.add(reason);
    const text = isUnknown
      ? 'its layout was never registered'
      : 'the disk is too slow and the memory for it is used up';
    logger.error({ device: layout.device, pollClass: layout.pollClass }, `a read was not taken: ${text}`);
  }

  #scheduleLater(): void {
    this.#schedule(this.#options.processClock.nowMs() + PRUNE_INTERVAL_MS);
  }

  /** Sees to it that the next commit begins at `dueMs` at the latest. */
  #schedule(dueMs: number): void {
    if (this.#stopped || this.#committing || dueMs >= this.#timerDueMs) return;
    this.#timer?.cancel();
    this.#timerDueMs = dueMs;
    const { processClock } = this.#options;
    this.#timer = processClock.setTimer(this.#untilSlot(dueMs - processClock.nowMs()), () => {
      this.#commit().catch((error) => this.#listener?.failed(error));
    });
  }

  /** Lengthens a delay until the process is awake anyway: waking up costs as much as all else that a commit does here. */
  #untilSlot(delayMs: number): number {
    const { slotMs = 0, gridClock } = this.#options;
    if (delayMs <= 0 || slotMs === 0) return Math.max(0, delayMs);
    const dueMs = gridClock.nowMs() + delayMs * gridClock.speed;
    const slotDueMs = Math.ceil(dueMs / slotMs) * slotMs;
    return delayMs + (slotDueMs - dueMs) / gridClock.speed + AFTER_SLOT_MS;
  }

  #commit(): Promise<void> {
    this.#timer?.cancel();
    this.#timerDueMs = Infinity;
    this.#committing = this.#commitNow().finally(() => {
      this.#committing = undefined;
      if (!this.#batch.isEmpty) this.#schedule(this.#lastCommitMs + COMMIT_INTERVAL_MS);
      else if (!this.#pending.isEmpty) this.#scheduleLater();
      else if (this.#memory.count > 0) this.#schedule(this.#retryAtMs);
    });
    return this.#committing;
  }

  async #commitNow(): Promise<void> {
    const { processClock, gridClock, backend, metrics } = this.#options;
    const startMs = processClock.nowMs();
    this.#lastCommitMs = startMs;
    const { batch, blocks } = this.#batch.finish();
    const triesDisk = startMs >= this.#retryAtMs;
    if (!triesDisk) this.#keepInMemory(blocks);
    const pending = this.#pending.take();
    const written = triesDisk ? [...this.#memory.blocks(), ...blocks] : [];
    // Without room on the disk the live values do not wait for it.
    if (!triesDisk) this.#announce(batch);
    const result = await backend.commit({ ...pending, blocks: written, lastN: batch.lastN, nowMs: gridClock.nowMs() });
    if (result.persisted === 'none') this.#pending.putBack(pending);
    if (triesDisk) this.#afterTry(result, blocks);
    this.#report(result, triesDisk);
    metrics.commitSeconds.observe((processClock.nowMs() - startMs) / 1000);
    if (triesDisk) this.#announce(batch);
    this.#countLosses(result.losses);
    if (result.tombstones.length > 0) this.#listener?.gaveUp(result.tombstones);
  }

  #announce(batch: TakenBatch): void {
    this.#lastN = batch.lastN;
    this.#options.metrics.taken.inc(batch.lastN - batch.firstN + 1);
    if (batch.entries.length > 0) this.#listener?.taken(batch);
  }

  #afterTry(result: ChangeResult, blocks: readonly NewBlock[]): void {
    if (result.persisted === 'all') {
      this.#memory.clear();
      return;
    }
    this.#retryAtMs = this.#options.processClock.nowMs() + RETRY_MS;
    this.#keepInMemory(blocks);
  }

  #keepInMemory(blocks: readonly NewBlock[]): void {
    for (const block of blocks) this.#memory.add(block);
    for (const giveUp of this.#memory.makeRoom(this.epoch, this.#layouts.byId)) this.#pending.giveUp(giveUp);
  }

  #countLosses(losses: readonly Loss[]): void {
    for (const { reason, layoutId, records } of losses) {
      const { device = '', metrics = [] } = this.#layouts.byId.get(layoutId) ?? {};
      for (const metric of metrics) this.#options.metrics.lostValues.inc({ device, metric, reason }, records);
    }
  }

  #report({ trouble, notes, usedBytes, persisted }: ChangeResult, triedDisk: boolean): void {
    const { logger, metrics } = this.#options;
    for (const { code, message } of notes) logger.warn({ code }, message);
    if (persisted !== 'none') this.#usedBytes = usedBytes;
    metrics.bytes.set(this.#usedBytes);
    metrics.unprotected.set(this.#memory.count);
    if (!triedDisk) return;
    if (trouble && !this.#troubled) {
      logger.error({ code: 'DISK_FULL', kind: trouble.kind }, `${trouble.message}; records wait in memory meanwhile`);
    }
    if (!trouble && this.#troubled) logger.info('the outbox is written again');
    this.#troubled = trouble !== undefined;
  }
}
