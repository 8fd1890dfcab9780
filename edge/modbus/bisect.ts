import type { Hole } from '../profiles/model.ts';
import { type Block, blockOf, type PlannedRegister } from './plan.ts';

/** What a part of a refused block turned out to be. */
type Verdict = 'readable' | 'refused';

/**
 * Finds out which addresses make a device refuse a block ("illegal address"), by reading its halves, and their halves.
 * The values of every readable part count as read. One search per refused block:
 *
 * - both halves readable: what lies between them cannot be read along; learn it as a hole. If nothing lies between,
 *   learn the cut between the two: the block was too long, or spans a border of the device's memory;
 * - a half refused: it explains the refusal of the whole; search on in it;
 * - a single register refused: the device does not have it; learn its addresses as a hole.
 *
 * Give each block of `next()` to the device and its answer to `answer()`, until `next()` is undefined. One culprit
 * among n registers takes at most 2·log2(n) reads.
 */
export class RefusalSearch<R extends PlannedRegister> {
  readonly #stack: Part<R>[] = [];
  readonly #learned: Hole[] = [];

  constructor(refused: Block<R>) {
    this.#split(refused);
  }

  /** What the search has found so far. */
  get learned(): readonly Hole[] {
    return this.#learned;
  }

  /** The blocks that would still have to be read. */
  get open(): Block<R>[] {
    return this.#stack.map((part) => part.block);
  }

  /** The next block to read; undefined when the search is over. */
  next(): Block<R> | undefined {
    return this.#stack.at(-1)?.block;
  }

  answer(verdict: Verdict): void {
    const part = this.#stack.pop();
    if (part === undefined) return;
    if (verdict === 'refused') this.#split(part.block);
    else part.pair.readable += 1;
    if (part.pair.readable === 2) this.#learned.push(part.pair.between);
  }

  #split(refused: Block<R>): void {
    const at = splitPoint(refused.registers);
    const left = blockOf(refused.registers.slice(0, at));
    const right = blockOf(refused.registers.slice(at));
    if (left === undefined || right === undefined) {
      this.#learned.push(addressesOf(refused));
      return;
    }
    const { functionCode } = refused;
    const between = { functionCode, from: left.address + left.count, to: right.address - 1 };
    const pair = { between, readable: 0 };
    this.#stack.push({ block: right, pair }, { block: left, pair });
  }
}

interface Pair {
  readonly between: Hole;
  readable: number;
}

interface Part<R extends PlannedRegister> {
  readonly block: Block<R>;
  readonly pair: Pair;
}

/** Behind the widest gap, the likeliest culprit; in the middle where there is none. 0 for a single register. */
function splitPoint(registers: readonly PlannedRegister[]): number {
  if (registers.length < 2) return 0;
  let at = registers.length >> 1;
  let widest = 0;
  registers.forEach((register, i) => {
    const before = registers[i - 1];
    const gap = before === undefined ? 0 : register.address - (before.address + before.count);
    if (gap > widest) [at, widest] = [i, gap];
  });
  return at;
}

function addressesOf(block: Block): Hole {
  return { functionCode: block.functionCode, from: block.address, to: block.address + block.count - 1 };
}
