import type { Range } from '../protocol/ranges.ts';
import { BlockIndex, type BlockInfo } from './block-index.ts';
import type { GiveUp, NewBlock } from './change.ts';
import type { OutboxRecord, StoredLayout } from './record.ts';
import { decodeRanges, decodeRecords } from './record-codec.ts';
import { FactsOfRanges } from './record-facts.ts';

/** The running epoch's place in the index; memory holds no other. */
const EPOCH = 'now';

/**
 * Records that the disk has no room for: taken, sent and acknowledged as usual, but gone with the process. The oldest of
 * the lowest class goes when there are too many.
 */
export class MemoryBlocks {
  readonly #index = new BlockIndex();
  readonly #blocks = new Map<number, NewBlock>();
  readonly #maxBytes: number;
  #nextId = 1;
  #count = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Records that wait here. */
  get count(): number {
    return this.#count;
  }

  get bytes(): number {
    return this.#index.bytes;
  }

  /** All blocks, oldest first, for another try to write them. */
  blocks(): NewBlock[] {
    return [...this.#blocks.values()];
  }

  add(block: NewBlock): void {
    const id = this.#nextId++;
    this.#blocks.set(id, block);
    const { keepClass, count, fromMs, toMs, data } = block;
    const numbers = decodeRanges(block.numbers);
    const place = { id, epoch: EPOCH, runningMs: id, isCompact: false, bytes: data.length };
    this.#index.add({ ...place, keepClass, count, fromMs, toMs, numbers });
    this.#count += count;
  }

  /** Marks records as no longer waiting. */
  settle(ranges: readonly Range[]): void {
    if (this.#blocks.size === 0) return;
    for (const block of this.#index.settle(EPOCH, ranges)) this.#remove(block);
    this.#recount();
  }

  /** The disk has them. */
  clear(): void {
    this.#blocks.clear();
    this.#index.forgetEpoch(EPOCH);
    this.#count = 0;
  }

  /** Gives up what is beyond the limit. */
  makeRoom(epoch: string, layouts: ReadonlyMap<number, StoredLayout>): GiveUp[] {
    const givenUp: GiveUp[] = [];
    while (this.#index.bytes > this.#maxBytes) {
      const victim = this.#index.nextVictim();
      if (!victim) break;
      const ranges = this.#index.waitingIn(victim);
      const facts = new FactsOfRanges(ranges, layouts);
      facts.take(this.#records(victim));
      givenUp.push({ epoch, ranges, reason: 'unprotected_lost', facts: facts.finish() });
      this.#remove(victim);
    }
    if (givenUp.length > 0) this.#recount();
    return givenUp;
  }

  #records(info: BlockInfo): OutboxRecord[] {
    return decodeRecords(this.#blocks.get(info.id)?.data ?? new Uint8Array());
  }

  #remove(info: BlockInfo): void {
    this.#blocks.delete(info.id);
    this.#index.remove(info);
  }

  #recount(): void {
    this.#count = this.#index.waitingOf(EPOCH).count;
  }
}
