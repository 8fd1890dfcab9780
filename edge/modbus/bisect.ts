import type { Hole } from '../profiles/model.ts';
import { type Block, blockOf, type PlannedRegister } from './plan.ts';

/** What a part of a refused block turned out to be. */
type Verdict = 'readable' | 'refused';

/** What refusals have taught. */
export interface Findings {
  readonly holes: readonly Hole[];
  /** The most registers that the device answers at once. */
  readonly longestRead?: number;
}

/**
 * Finds out what makes a device refuse a block ("illegal address", "illegal value"), by reading its halves, and their
 * halves. The values of every readable part count as read. One search per refused block:
 *
 * - both halves readable: the last register of one and the first of the other are read together. Refused, what lies
 *   between cannot be read along, which is learned as a hole; if nothing lies between, as a cut: the block spans a
 *   border of the device's memory. Readable, the block was too long: see `LengthSearch`;
 * - a half refused: it explains the refusal of the whole; search on in it;
 * - a single register refused: the device does not have it; learn its addresses as a hole.
 *
 * Give each block of `next()` to the device and its answer to `answer()`, until `next()` is undefined. One culprit
 * among n registers takes at most 2·log2(n) + 1 reads.
 */
export class RefusalSearch<R extends PlannedRegister> {
  readonly #stack: Part<R>[] = [];
  readonly #holes: Hole[] = [];
  readonly #root: Hole | undefined;
  #doubt: Doubt<R> | undefined;
  #longestRead: number | undefined;

  /** `longestRead` is what is known before: a longer block needs no search but only to be cut. */
  constructor(refused: Block<R>, longestRead?: number) {
    const isTooLong = longestRead !== undefined && refused.count > longestRead && refused.registers.length > 1;
    if (isTooLong) this.#stack.push(...partsWithin(refused, longestRead));
    else this.#root = this.#split(refused);
  }

  /** What the search has found so far. */
  get findings(): Findings {
    return {
      holes: this.#holes,
      ...(this.#longestRead === undefined ? {} : { longestRead: this.#longestRead }),
    };
  }

  /**
   * What is to be kept of a search that goes no further: what it has found; if that is nothing, a cut where it began, so
   * that the next search has only half of the way to go.
   */
  get findingsSoFar(): Findings {
    const { holes, longestRead } = this.findings;
    const isNew = holes.length > 0 || longestRead !== undefined || this.#root === undefined;
    return isNew ? this.findings : { holes: [this.#root] };
  }

  /** The blocks whose values are not read yet. */
  get open(): Block<R>[] {
    return this.#stack.map((part) => part.block);
  }

  /** Whether the next block is read for the answer's sake only: its values are read already. */
  get isChecking(): boolean {
    return this.#doubt !== undefined;
  }

  /** The next block to read; undefined when the search is over. */
  next(): Block<R> | undefined {
    return this.#doubt?.question ?? this.#stack.at(-1)?.block;
  }

  answer(verdict: Verdict): void {
    if (this.#doubt !== undefined) {
      this.#clear(this.#doubt, verdict);
      return;
    }
    const part = this.#stack.pop();
    if (part === undefined) return;
    const { pair } = part;
    if (verdict === 'refused') this.#split(part.block);
    else if (pair !== undefined && ++pair.readable === 2) this.#doubtOf(pair);
  }

  /** Both halves of a refused block are readable: why was the whole not? */
  #doubtOf(pair: Pair<R>): void {
    const { left, right, whole, between } = pair;
    const bridge = blockOf([...left.registers.slice(-1), ...right.registers.slice(0, 1)]);
    if (bridge === undefined || bridge.count >= whole.count) this.#holes.push(between);
    else this.#doubt = { question: bridge, pair };
  }

  #clear({ pair, lengths }: Doubt<R>, verdict: Verdict): void {
    const { left, right, whole, between } = pair;
    this.#doubt = undefined;
    if (lengths === undefined && verdict === 'refused') {
      this.#holes.push(between);
      return;
    }
    const search = lengths ?? new LengthSearch(whole, Math.max(left.count, right.count));
    if (lengths !== undefined) lengths.answer(verdict);
    const question = search.next();
    if (question !== undefined) this.#doubt = { question, pair, lengths: search };
    else if (search.longestRead !== undefined) this.#keepTo(search.longestRead);
  }

  /** What is still to be read and longer than the device answers at once need not be asked for to be known as refused. */
  #keepTo(longestRead: number): void {
    this.#longestRead = longestRead;
    const open = this.#stack.splice(0, this.#stack.length);
    for (const part of open)
      this.#stack.push(...(part.block.count > longestRead ? partsWithin(part.block, longestRead) : [part]));
  }

  /** Lays the halves of a block out to be read; returns what lies between them. */
  #split(whole: Block<R>): Hole | undefined {
    const at = splitPoint(whole.registers);
    const left = blockOf(whole.registers.slice(0, at));
    const right = blockOf(whole.registers.slice(at));
    if (left === undefined || right === undefined) {
      this.#holes.push(addressesOf(whole));
      return undefined;
    }
    const { functionCode } = whole;
    const between = { functionCode, from: left.address + left.count, to: right.address - 1 };
    const pair = { whole, left, right, between, readable: 0 };
    this.#stack.push({ block: right, pair }, { block: left, pair });
    return between;
  }
}

/**
 * Finds the most registers that a device answers at once, between a number that it answered and a block that it refused,
 * by reading ever closer beginnings of that block. Last it asks for the whole block again, unless a shorter one was
 * refused as well: a refusal that does not come again says nothing.
 */
class LengthSearch<R extends PlannedRegister> {
  readonly #whole: Block<R>;
  #answered: number;
  #refused: number;
  #question: Block<R> | undefined;
  #isConfirmed = false;

  constructor(refused: Block<R>, answered: number) {
    this.#whole = refused;
    this.#answered = answered;
    this.#refused = refused.count;
    this.#ask();
  }

  next(): Block<R> | undefined {
    return this.#question;
  }

  /** Undefined when the whole block is answered after all. */
  get longestRead(): number | undefined {
    return this.#isConfirmed ? this.#answered : undefined;
  }

  answer(verdict: Verdict): void {
    const count = this.#question?.count ?? 0;
    if (verdict === 'refused') {
      this.#refused = count;
      this.#isConfirmed = true;
    } else this.#answered = count;
    this.#ask();
  }

  #ask(): void {
    const between = this.#beginnings();
    this.#question = between[between.length >> 1];
    const isOpen = !this.#isConfirmed && this.#answered < this.#whole.count;
    if (this.#question === undefined && isOpen) this.#question = this.#whole;
  }

  /** Beginnings of the block that are longer than what was answered and shorter than what was refused. */
  #beginnings(): Block<R>[] {
    const { registers, address } = this.#whole;
    return registers.flatMap((last, i) => {
      const count = last.address + last.count - address;
      if (count <= this.#answered || count >= this.#refused) return [];
      return blockOf(registers.slice(0, i + 1)) ?? [];
    });
  }
}

interface Pair<R extends PlannedRegister> {
  readonly whole: Block<R>;
  readonly left: Block<R>;
  readonly right: Block<R>;
  readonly between: Hole;
  readable: number;
}

interface Part<R extends PlannedRegister> {
  readonly block: Block<R>;
  /** The halves of which it is one; undefined for a part that was cut off for its length. */
  readonly pair: Pair<R> | undefined;
}

/** A block that is read to find out why the whole was refused. */
interface Doubt<R extends PlannedRegister> {
  readonly question: Block<R>;
  readonly pair: Pair<R>;
  /** Undefined while it is not known that the length is to blame. */
  readonly lengths?: LengthSearch<R>;
}

/** Parts of a block of at most `longest` registers, the first one last: they are taken from the end. */
function partsWithin<R extends PlannedRegister>(block: Block<R>, longest: number): Part<R>[] {
  const parts: Part<R>[] = [];
  let from = 0;
  block.registers.forEach((register, i) => {
    const first = block.registers[from] ?? register;
    const next = block.registers[i + 1];
    if (next !== undefined && next.address + next.count - first.address <= longest) return;
    const part = blockOf(block.registers.slice(from, i + 1));
    if (part !== undefined) parts.push({ block: part, pair: undefined });
    from = i + 1;
  });
  return parts.reverse();
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
