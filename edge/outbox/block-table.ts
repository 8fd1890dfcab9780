import { type Range, RangeSet } from '../protocol/ranges.ts';
import { compactBlock, encodeRecords, packBlock, unpackBlock } from './block-data.ts';
import { BlockIndex, type BlockInfo, type CompactionLimits, firstOf } from './block-index.ts';
import { type BlockRow, type BlockRows, CODEC, ROW_BYTES } from './block-rows.ts';
import type { NewBlock, ReadResult } from './change.ts';
import type { OutboxRecord, StoredLayout } from './record.ts';
import { decodeRanges, encodeRanges } from './record-codec.ts';
import { FactsOfRanges, type RecordFacts } from './record-facts.ts';

const COMPACTION: CompactionLimits = { maxRecords: 8192, maxBlocks: 256 };
/** What has waited for so long is likely to wait for longer. */
const COMPACT_AFTER_MS = 30_000;

/** The blocks of the file together with what memory knows of them. Callers bring the transaction. */
export class BlockTable {
  readonly index = new BlockIndex();
  readonly #rows: BlockRows;
  readonly #runningMs: () => number;

  /** @param processMs a monotonic clock */
  constructor(rows: BlockRows, processMs: () => number) {
    this.#rows = rows;
    const blocks = rows.all();
    this.index.reload(blocks);
    // Time that outboxes of this file have been open: the wall clock may step by a year, this does not.
    const start = blocks.reduce((most, block) => Math.max(most, block.runningMs), 0) - processMs();
    this.#runningMs = () => Math.floor(start + processMs());
  }

  get runningMs(): number {
    return this.#runningMs();
  }

  /** Takes the blocks from the file again, after a transaction was undone. */
  reload(): void {
    this.index.reload(this.#rows.all());
  }

  append(epoch: string, block: NewBlock): void {
    const { codec, checksum, data } = packBlock(epoch, CODEC.records, block.data);
    const { keepClass, count, fromMs, toMs, numbers } = block;
    const row = { epoch, keepClass, count, fromMs, toMs, runningMs: this.#runningMs(), numbers };
    this.#insert({ ...row, codec, checksum, data });
  }

  delete(block: BlockInfo): void {
    this.#rows.delete(block.id);
    this.index.remove(block);
  }

  /** Marks records as no longer waiting and deletes the blocks of which nothing waits. */
  settle(epoch: string, ranges: readonly Range[]): void {
    for (const block of this.index.settle(epoch, ranges)) this.delete(block);
  }

  /** The records of a block; undefined when it is damaged. */
  records(block: BlockInfo): OutboxRecord[] | undefined {
    const data = this.#rows.data(block.id);
    return data && unpackBlock(block.epoch, data);
  }

  /** Facts of those records that blocks hold, range by range, ascending. */
  facts(epoch: string, ranges: readonly Range[], layouts: ReadonlyMap<number, StoredLayout>): RecordFacts[] {
    const wanted = new RangeSet(ranges);
    const facts = new FactsOfRanges(ranges, layouts);
    for (const block of this.index.blocksFrom(epoch, wanted.min ?? 0)) {
      if (firstOf(block) > (wanted.max ?? 0)) break;
      facts.take(this.records(block) ?? []);
    }
    return facts.finish();
  }

  /** Blocks with records of an epoch from number `from` on, about `maxBytes` of them but at least one. */
  read(epoch: string, from: number, maxBytes: number): ReadResult {
    const found: Uint8Array[] = [];
    let bytes = 0;
    for (const block of this.index.blocksFrom(epoch, from)) {
      if (bytes >= maxBytes) return { blocks: found, coveredTo: firstOf(block) - 1 };
      const encoded = encodeRecords(this.records(block) ?? []);
      // A damaged block goes: its reader misses the records and gives them up with the reason.
      if (!encoded) this.delete(block);
      else found.push(encoded.data);
      bytes += encoded?.data.length ?? 0;
    }
    return { blocks: found, coveredTo: Number.MAX_SAFE_INTEGER };
  }

  /** The blocks that are worth joining now. */
  nextCompaction(): BlockInfo[] {
    return this.index.nextCompaction(COMPACTION, this.#runningMs() - COMPACT_AFTER_MS);
  }

  /** Replaces blocks by one compact block of what still waits in them. */
  compact(blocks: readonly BlockInfo[]): void {
    const [first] = blocks;
    const records = blocks.flatMap((block) => this.#waitingRecords(block)).sort((a, b) => a.n - b.n);
    for (const block of blocks) this.delete(block);
    if (!first || records.length === 0) return;
    const times = records.map(({ timeMs }) => timeMs);
    this.#insert({
      epoch: first.epoch,
      keepClass: first.keepClass,
      count: records.length,
      fromMs: times.reduce((least, ms) => Math.min(least, ms)),
      toMs: times.reduce((most, ms) => Math.max(most, ms)),
      runningMs: first.runningMs,
      numbers: encodeRanges(new RangeSet(records.map(({ n }): Range => [n, n])).toArray()),
      ...compactBlock(first.epoch, records),
    });
  }

  /** Writes down which records of half-settled blocks wait, so that a clean start does not send the others again. */
  saveWaiting(): void {
    for (const epoch of this.index.epochNames()) {
      for (const block of this.index.blocksFrom(epoch, 0)) {
        const waiting = this.index.waitingIn(block);
        const count = waiting.reduce((sum, [from, to]) => sum + to - from + 1, 0);
        if (count < block.count) this.#rows.setNumbers(block.id, count, encodeRanges(waiting));
      }
    }
  }

  #waitingRecords(block: BlockInfo): OutboxRecord[] {
    const waiting = new RangeSet(this.index.waitingIn(block));
    return (this.records(block) ?? []).filter(({ n }) => waiting.has(n));
  }

  #insert(row: Omit<BlockRow, 'id'>): void {
    const id = this.#rows.add(row);
    const { epoch, keepClass, count, fromMs, toMs, runningMs, codec, numbers, data } = row;
    this.index.add({
      id,
      epoch,
      keepClass,
      numbers: decodeRanges(numbers),
      count,
      fromMs,
      toMs,
      runningMs,
      bytes: data.length + numbers.length + ROW_BYTES,
      isCompact: codec === CODEC.compact,
    });
  }
}
