import { type Range, RangeSet } from '../protocol/ranges.ts';
import { KEEP_CLASSES, type KeepClass } from './record.ts';

/** A row of the block table, without its data. */
export interface BlockInfo {
  readonly id: number;
  readonly epoch: string;
  readonly keepClass: KeepClass;
  /** The record numbers in it, ascending. */
  readonly numbers: readonly Range[];
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Running time of the outbox when it was written; see `OutboxStore`. */
  readonly runningMs: number;
  readonly bytes: number;
  readonly isCompact: boolean;
}

export interface CompactionLimits {
  /** Records that a compact block holds at most; from half of it on it is left alone. */
  readonly maxRecords: number;
  /** So many small blocks are joined even when they do not fill one. */
  readonly maxBlocks: number;
}

interface EpochBlocks {
  /** What was settled or given up while the file is open. */
  readonly settled: RangeSet;
  /** By class, each ascending by first number. */
  readonly blocks: Map<KeepClass, BlockInfo[]>;
}

/** What blocks the file holds, which of their records wait, and which block goes first when room is needed. */
export class BlockIndex {
  /** In order of age: blocks come in the order in which they were written. */
  readonly #epochs = new Map<string, EpochBlocks>();
  #bytes = 0;
  #size = 0;

  /** Bytes of all blocks, without what SQLite adds. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Number of blocks. */
  get size(): number {
    return this.#size;
  }

  add(block: BlockInfo): void {
    const list = this.#listOf(block.epoch, block.keepClass);
    const first = firstOf(block);
    let at = list.length;
    while (at > 0 && firstOf(list[at - 1]) > first) at -= 1;
    list.splice(at, 0, block);
    this.#bytes += block.bytes;
    this.#size += 1;
  }

  remove(block: BlockInfo): void {
    const list = this.#listOf(block.epoch, block.keepClass);
    const at = list.indexOf(block);
    if (at < 0) return;
    list.splice(at, 1);
    this.#bytes -= block.bytes;
    this.#size -= 1;
  }

  /** Marks numbers as no longer waiting and returns the blocks that hold nothing else. They stay until removed. */
  settle(epoch: string, ranges: readonly Range[]): BlockInfo[] {
    this.#epochOf(epoch).settled.addAll(ranges);
    return this.settledBlocks(
      epoch,
      ranges.reduce((most, range) => Math.max(most, range[1]), 0),
    );
  }

  /** Blocks that begin at or below `upTo` and of which nothing waits. */
  settledBlocks(epoch: string, upTo = Infinity): BlockInfo[] {
    const { settled, blocks } = this.#epochOf(epoch);
    const done: BlockInfo[] = [];
    for (const list of blocks.values()) {
      for (const block of list) {
        if (firstOf(block) > upTo) break;
        if (block.numbers.every(([from, to]) => settled.covers(from, to))) done.push(block);
      }
    }
    return done;
  }

  /** Replaces all blocks by what the file has, after a change of it was undone; what was settled stays settled. */
  reload(blocks: readonly BlockInfo[]): void {
    for (const epoch of this.#epochs.values()) epoch.blocks.clear();
    this.#bytes = 0;
    this.#size = 0;
    for (const block of blocks) this.add(block);
  }

  /** Those of the numbers that are not settled. */
  unsettled(epoch: string, ranges: readonly Range[]): Range[] {
    const { settled } = this.#epochOf(epoch);
    return ranges.flatMap(([from, to]) => settled.missingIn(from, to));
  }

  /** Numbers that were settled by a change which was undone wait again. */
  unsettle(epoch: string, ranges: readonly Range[]): void {
    for (const [from, to] of ranges) this.#epochOf(epoch).settled.remove(from, to);
  }

  /** Numbers of a block that still wait. */
  waitingIn(block: BlockInfo): Range[] {
    return this.unsettled(block.epoch, block.numbers);
  }

  /** Numbers of an epoch that wait, as a set. */
  waitingOf(epoch: string): RangeSet {
    const waiting = new RangeSet();
    for (const list of this.#epochOf(epoch).blocks.values()) {
      for (const block of list) waiting.addAll(this.waitingIn(block));
    }
    return waiting;
  }

  /** Blocks of an epoch that hold numbers from `from` on, ascending by first number. */
  blocksFrom(epoch: string, from: number): BlockInfo[] {
    const blocks: BlockInfo[] = [];
    for (const list of this.#epochOf(epoch).blocks.values()) {
      for (const block of list) if (lastOf(block) >= from) blocks.push(block);
    }
    return blocks.sort((a, b) => firstOf(a) - firstOf(b));
  }

  /** The block to drop when there is no room: the lowest class, then the oldest. */
  nextVictim(): BlockInfo | undefined {
    for (const keepClass of KEEP_CLASSES) {
      for (const { blocks } of this.#epochs.values()) {
        const oldest = blocks.get(keepClass)?.[0];
        if (oldest) return oldest;
      }
    }
    return undefined;
  }

  /** Blocks written before a running time. */
  olderThan(runningMs: number): BlockInfo[] {
    const old: BlockInfo[] = [];
    for (const { blocks } of this.#epochs.values()) {
      for (const list of blocks.values()) old.push(...list.filter((block) => block.runningMs < runningMs));
    }
    return old;
  }

  /**
   * Neighbouring blocks of one epoch and class that together make a good compact block, oldest first; empty when there
   * are none. Only what was written before `writtenBeforeMs` counts: the rest is likely to be settled soon.
   */
  nextCompaction(limits: CompactionLimits, writtenBeforeMs: number): BlockInfo[] {
    for (const { blocks } of this.#epochs.values()) {
      for (const list of blocks.values()) {
        const run = compactionIn(list, limits, writtenBeforeMs);
        if (run.length > 0) return run;
      }
    }
    return [];
  }

  /** Epochs that hold blocks. */
  epochNames(): string[] {
    return [...this.#epochs].flatMap(([name, { blocks }]) =>
      [...blocks.values()].some((list) => list[0]) ? [name] : [],
    );
  }

  forgetEpoch(epoch: string): void {
    for (const list of this.#epochs.get(epoch)?.blocks.values() ?? []) {
      for (const block of [...list]) this.remove(block);
    }
    this.#epochs.delete(epoch);
  }

  #epochOf(epoch: string): EpochBlocks {
    let blocks = this.#epochs.get(epoch);
    if (!blocks) {
      blocks = { settled: new RangeSet(), blocks: new Map() };
      this.#epochs.set(epoch, blocks);
    }
    return blocks;
  }

  #listOf(epoch: string, keepClass: KeepClass): BlockInfo[] {
    const { blocks } = this.#epochOf(epoch);
    let list = blocks.get(keepClass);
    if (!list) {
      list = [];
      blocks.set(keepClass, list);
    }
    return list;
  }
}

function compactionIn(list: readonly BlockInfo[], limits: CompactionLimits, writtenBeforeMs: number): BlockInfo[] {
  const full = limits.maxRecords / 2;
  let run: BlockInfo[] = [];
  let records = 0;
  const isWorth = () => records >= full || run.length >= limits.maxBlocks;
  for (const block of list) {
    if (block.runningMs >= writtenBeforeMs) break;
    const isDone = block.isCompact && block.count >= full;
    if (isDone || records + block.count > limits.maxRecords) {
      run = [];
      records = 0;
    }
    if (isDone) continue;
    run.push(block);
    records += block.count;
    if (isWorth()) return run;
  }
  return [];
}

export function firstOf(block: BlockInfo | undefined): number {
  return block?.numbers[0]?.[0] ?? 0;
}

export function lastOf(block: BlockInfo): number {
  return block.numbers.at(-1)?.[1] ?? 0;
}
