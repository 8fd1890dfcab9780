import type { Hole } from '../profiles/model.ts';
import type { FunctionCode } from '../profiles/schema.ts';
import { HoleMap } from './holes.ts';

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
 * that itself lies in a hole is left out (it cannot be read); see `unreadable`. Registers must not overlap.
 *
 * The optimum by dynamic programming over the registers in order of address: the best plan of the first k registers
 * ends with a block that begins at some register i ≤ k. How far back it may begin only moves forward with k, so that
 * the best beginning is kept in a queue of those that may still become it, and the whole takes linear time.
 */
export function planBlocks<R extends PlannedRegister>(
  registers: readonly R[],
  limits: PlanLimits,
  cost: PlanCost = TYPICAL_COST,
): Block<R>[] {
  const holes = new HoleMap(limits.holes);
  const readable = registers.filter((register) => !holes.crosses(register));
  readable.sort((a, b) => a.functionCode - b.functionCode || a.address - b.address);
  return cutAt(readable, bestStarts(readable, limits, holes, cost));
}

/** For each register: the first register of the last block in the cheapest plan that ends with it. */
function bestStarts(
  readable: readonly PlannedRegister[],
  limits: PlanLimits,
  holes: HoleMap,
  cost: PlanCost,
): number[] {
  const startOf: number[] = [];
  /** Beginnings that may be the best for this register or a later one, with what they cost less their address. */
  const starts: { readonly at: number; readonly address: number; readonly cost: number }[] = [];
  let oldest = 0;
  let costBefore = 0;
  readable.forEach((last, k) => {
    const before = readable[k - 1];
    if (before !== undefined && !mayJoin(before, last, limits, holes)) oldest = starts.length;
    const end = last.address + last.count;
    const start = { at: k, address: last.address, cost: costBefore - 2 * last.address };
    // On a tie the longer block wins: fewer requests.
    while (starts.length > oldest && (starts.at(-1)?.cost ?? 0) > start.cost) starts.pop();
    starts.push(start);
    let best = starts[oldest] ?? start;
    while (best.at < k && end - best.address > limits.maxRegistersPerRead) {
      oldest += 1;
      best = starts[oldest] ?? start;
    }
    costBefore = best.cost + cost.requestBytes + 2 * end;
    startOf.push(best.at);
  });
  return startOf;
}

/** The registers that no plan can read, because they lie in a hole. */
export function unreadable<R extends PlannedRegister>(registers: readonly R[], holes: readonly Hole[]): R[] {
  if (holes.length === 0) return [];
  const map = new HoleMap(holes);
  return registers.filter((register) => map.crosses(register));
}

/** Whether a block may go on from a register to the next one, as far as what lies between them is concerned. */
function mayJoin(before: PlannedRegister, next: PlannedRegister, limits: PlanLimits, holes: HoleMap): boolean {
  const { functionCode } = before;
  if (functionCode !== next.functionCode) return false;
  const address = before.address + before.count - 1;
  if (next.address - address > 1 && !limits.readsAcrossGaps) return false;
  return !holes.crosses({ functionCode, address, count: next.address - address + 1 });
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
