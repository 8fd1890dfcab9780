import type { Hole } from '../profiles/model.ts';
import type { FunctionCode } from '../profiles/schema.ts';

/** What a plan needs to know of a register. */
export interface PlannedRegister {
  readonly functionCode: FunctionCode;
  readonly address: number;
  /** Registers of 16 bits that the number takes. */
  readonly count: number;
}

/** One request: it reads `count` registers from `address`, in which the numbers of `registers` lie. */
export interface Block<R extends PlannedRegister = PlannedRegister> {
  readonly functionCode: FunctionCode;
  readonly address: number;
  readonly count: number;
  /** By address. */
  readonly registers: readonly R[];
}

export interface PlanLimits {
  readonly maxRegistersPerRead: number;
  readonly holes: readonly Hole[];
  /** Whether addresses between the registers asked for may be read along. */
  readonly readsAcrossGaps: boolean;
}

/**
 * What a request costs, in bytes on the wire (or the time of as many bytes): `requestBytes` for each request with its
 * answer's frame and the turnaround, and two for each register.
 */
export interface PlanCost {
  readonly requestBytes: number;
}

/** Frame bytes of a request and its answer, and some twenty bytes' time until a device answers. */
export const TYPICAL_COST: PlanCost = { requestBytes: 40 };

/** Bytes that a block costs. */
export function blockCost(block: { readonly count: number }, cost: PlanCost): number {
  return cost.requestBytes + 2 * block.count;
}

/**
 * The cheapest blocks that read every register exactly once, within the limits and never across a hole. A register
 * that itself lies in a hole is left out (it cannot be read); see `unreadable`.
 *
 * The optimum by dynamic programming over the registers in order of address: the best plan of the first k registers
 * ends with a block that begins at some register i ≤ k.
 */
export function planBlocks<R extends PlannedRegister>(
  registers: readonly R[],
  limits: PlanLimits,
  cost: PlanCost = TYPICAL_COST,
): Block<R>[] {
  const readable = registers.filter((register) => isReadable(register, limits.holes));
  readable.sort((a, b) => a.functionCode - b.functionCode || a.address - b.address);
  const best: number[] = [0];
  const startOf: number[] = [];
  readable.forEach((last, k) => {
    let bestCost = Number.POSITIVE_INFINITY;
    let bestStart = k;
    for (let i = k; i >= 0; i--) {
      const first = readable[i];
      if (first === undefined || !fitsWith(first, readable[i + 1], last, i < k, limits)) break;
      const total = (best[i] ?? 0) + blockCost({ count: spanOf(first, last) }, cost);
      // On a tie the longer block wins: fewer requests.
      if (total <= bestCost) [bestCost, bestStart] = [total, i];
    }
    best.push(bestCost);
    startOf.push(bestStart);
  });
  return cutAt(readable, startOf);
}

/** The registers that no plan can read, because they lie in a hole. */
export function unreadable<R extends PlannedRegister>(registers: readonly R[], holes: readonly Hole[]): R[] {
  return registers.filter((register) => !isReadable(register, holes));
}

/**
 * Whether a read from `address` over `count` registers touches a hole. A hole whose `to` is `from − 1` is a cut: it
 * has no address in it, but no read may contain both of its neighbours.
 */
export function crossesHole(
  read: { functionCode: FunctionCode; address: number; count: number },
  holes: readonly Hole[],
): boolean {
  const last = read.address + read.count - 1;
  return holes.some(
    (hole) =>
      hole.functionCode === read.functionCode &&
      read.address <= Math.max(hole.to, hole.from - 1) &&
      last >= Math.min(hole.from, hole.to + 1),
  );
}

function isReadable(register: PlannedRegister, holes: readonly Hole[]): boolean {
  return !crossesHole(register, holes);
}

/** Whether a block may begin with `first` and end with `last`, given that the block from `second` on may. */
function fitsWith(
  first: PlannedRegister,
  second: PlannedRegister | undefined,
  last: PlannedRegister,
  joined: boolean,
  limits: PlanLimits,
): boolean {
  if (!joined || second === undefined) return true;
  if (first.functionCode !== last.functionCode) return false;
  const count = spanOf(first, last);
  if (count > limits.maxRegistersPerRead) return false;
  const gap = second.address - (first.address + first.count);
  if (gap > 0 && !limits.readsAcrossGaps) return false;
  return !crossesHole({ functionCode: first.functionCode, address: first.address, count }, limits.holes);
}

function spanOf(first: PlannedRegister, last: PlannedRegister): number {
  return last.address + last.count - first.address;
}

function cutAt<R extends PlannedRegister>(readable: readonly R[], startOf: readonly number[]): Block<R>[] {
  const blocks: Block<R>[] = [];
  for (let end = readable.length; end > 0; ) {
    const start = startOf[end - 1] ?? end - 1;
    const block = blockOf(readable.slice(start, end));
    if (block) blocks.push(block);
    end = start;
  }
  return blocks.reverse();
}

/** The block that reads exactly these registers, which lie in order of address; undefined for none. */
export function blockOf<R extends PlannedRegister>(registers: readonly R[]): Block<R> | undefined {
  const first = registers[0];
  const last = registers.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { functionCode: first.functionCode, address: first.address, count: spanOf(first, last), registers };
}
