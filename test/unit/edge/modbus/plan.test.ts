import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  blockCost,
  type PlanLimits,
  type PlannedRegister,
  planBlocks,
  TYPICAL_COST,
  unreadable,
} from '../../../../edge/modbus/plan.ts';
import type { Hole } from '../../../../edge/profiles/model.ts';
import type { FunctionCode } from '../../../../edge/profiles/schema.ts';

const OPEN: PlanLimits = { maxRegistersPerRead: 125, holes: [], readsAcrossGaps: true };

function at(address: number, count = 2, functionCode: FunctionCode = 4): PlannedRegister {
  return { functionCode, address, count };
}

function spans(registers: readonly PlannedRegister[], limits: Partial<PlanLimits> = {}, requestBytes = 40): string[] {
  return planBlocks(registers, { ...OPEN, ...limits }, { requestBytes }).map(
    (block) => `${block.functionCode}:${block.address}+${block.count}`,
  );
}

describe('joining', () => {
  test('neighbours are one read, whatever their order', () => {
    expect(spans([at(4), at(0), at(2)])).toEqual(['4:0+6']);
  });

  test('a gap is read along while it costs less than a request', () => {
    expect(spans([at(0), at(22)])).toEqual(['4:0+24']);
    expect(spans([at(0), at(23)])).toEqual(['4:0+2', '4:23+2']);
  });

  test('never beyond what the device answers at once', () => {
    expect(spans([at(0), at(2), at(4), at(6)], { maxRegistersPerRead: 4 })).toEqual(['4:0+4', '4:4+4']);
  });

  test('never across a hole, nor across a cut', () => {
    expect(spans([at(0), at(4)], { holes: [{ functionCode: 4, from: 3, to: 3 }] })).toEqual(['4:0+2', '4:4+2']);
    expect(spans([at(0), at(2)], { holes: [{ functionCode: 4, from: 2, to: 1 }] })).toEqual(['4:0+2', '4:2+2']);
    expect(spans([at(0), at(4)], { holes: [{ functionCode: 3, from: 3, to: 3 }] })).toEqual(['4:0+6']);
  });

  test('function codes are never mixed', () => {
    expect(spans([at(0, 2, 4), at(2, 2, 3)])).toEqual(['3:2+2', '4:0+2']);
  });

  test('no gap at all where the device does not allow it', () => {
    expect(spans([at(0), at(2), at(5)], { readsAcrossGaps: false })).toEqual(['4:0+4', '4:5+2']);
  });

  test('a register in a hole is left out and named', () => {
    const holes = [{ functionCode: 4 as const, from: 2, to: 3 }];
    expect(spans([at(0), at(2), at(4)], { holes })).toEqual(['4:0+2', '4:4+2']);
    expect(unreadable([at(0), at(2), at(4)], holes)).toEqual([at(2)]);
  });

  test('the cheapest split of a long run is not the greedy one', () => {
    // 0…3 and 6…9 fit into 4 + 4 registers; taking 0…7 first would leave 8…9 and cost the gap as well.
    expect(spans([at(0), at(2), at(6), at(8)], { maxRegistersPerRead: 8 }, 10)).toEqual(['4:0+4', '4:6+4']);
  });
});

const functionCode = fc.constantFrom<FunctionCode>(3, 4);

/** Registers that do not overlap: gaps and widths, laid one after the other. */
const registerMap = fc
  .array(fc.record({ gap: fc.integer({ min: 0, max: 40 }), count: fc.constantFrom(1, 2, 4), functionCode }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((parts) => {
    const next = { 3: 0, 4: 0 };
    return parts.map((part): PlannedRegister => {
      const address = next[part.functionCode] + part.gap;
      next[part.functionCode] = address + part.count;
      return { functionCode: part.functionCode, address, count: part.count };
    });
  });

const limits = fc.record({
  maxRegistersPerRead: fc.integer({ min: 4, max: 125 }),
  readsAcrossGaps: fc.boolean(),
  holes: fc.array(
    fc
      .record({ functionCode, from: fc.integer({ min: 0, max: 400 }), length: fc.integer({ min: 0, max: 6 }) })
      .map((hole) => ({ functionCode: hole.functionCode, from: hole.from, to: hole.from + hole.length - 1 })),
    { maxLength: 6 },
  ),
});

describe('over random maps', () => {
  test('every register that can be read is read exactly once, in a block that holds it', () => {
    fc.assert(
      fc.property(registerMap, limits, (registers, limit) => {
        const blocks = planBlocks(registers, limit);
        const read = blocks.flatMap((block) => block.registers);
        const refused = registers.filter((register) => crossesHole(register, limit.holes));
        expect(unreadable(registers, limit.holes)).toEqual(refused);
        expect(new Set(read).size).toBe(read.length);
        expect(new Set([...read, ...refused])).toEqual(new Set(registers));
        for (const block of blocks) {
          for (const register of block.registers) {
            expect(register.functionCode).toBe(block.functionCode);
            expect(register.address).toBeGreaterThanOrEqual(block.address);
            expect(register.address + register.count).toBeLessThanOrEqual(block.address + block.count);
          }
        }
      }),
    );
  });

  test('no block crosses a hole or a limit', () => {
    fc.assert(
      fc.property(registerMap, limits, (registers, limit) => {
        for (const block of planBlocks(registers, limit)) {
          expect(block.count).toBeLessThanOrEqual(limit.maxRegistersPerRead);
          expect(crossesHole(block, limit.holes)).toBe(false);
          const wanted = block.registers.reduce((sum, register) => sum + register.count, 0);
          if (!limit.readsAcrossGaps) expect(block.count).toBe(wanted);
        }
      }),
    );
  });

  test('the cost is the least there is: never above one request a register, nor above joining as far as it goes', () => {
    fc.assert(
      fc.property(registerMap, limits, fc.integer({ min: 0, max: 300 }), (registers, limit, requestBytes) => {
        const cost = { requestBytes };
        const total = (blocks: readonly { count: number }[]) =>
          blocks.reduce((sum, block) => sum + blockCost(block, cost), 0);
        const planned = total(planBlocks(registers, limit, cost));
        const readable = registers.filter((register) => !crossesHole(register, limit.holes));
        expect(planned).toBeLessThanOrEqual(total(readable));
        expect(planned).toBeLessThanOrEqual(total(greedy(readable, limit)));
        expect(planned).toBe(cheapest(readable, limit, requestBytes));
      }),
    );
  });
});

/** Whether a read touches a hole, or both sides of a cut; said the plain way. */
function crossesHole(read: PlannedRegister, holes: readonly Hole[]): boolean {
  const addresses = new Set(Array.from({ length: read.count }, (_, i) => read.address + i));
  return holes.some(({ functionCode, from, to }) => {
    if (functionCode !== read.functionCode) return false;
    if (to < from) return addresses.has(to) && addresses.has(from);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i).some((address) => addresses.has(address));
  });
}

/** The cheapest of all plans, by trying every last block of every beginning. */
function cheapest(registers: readonly PlannedRegister[], limit: PlanLimits, requestBytes: number): number {
  const sorted = [...registers].sort((a, b) => a.functionCode - b.functionCode || a.address - b.address);
  const best = [0];
  sorted.forEach((last, k) => {
    const costs = sorted.slice(0, k + 1).map((first, i) => {
      const count = last.address + last.count - first.address;
      const alone = i === k;
      const gapless = sorted.slice(i, k + 1).reduce((sum, register) => sum + register.count, 0) === count;
      const fits =
        first.functionCode === last.functionCode &&
        (alone || count <= limit.maxRegistersPerRead) &&
        (alone || limit.readsAcrossGaps || gapless) &&
        !crossesHole({ ...first, count }, limit.holes);
      return fits ? (best[i] ?? 0) + requestBytes + 2 * count : Number.POSITIVE_INFINITY;
    });
    best.push(Math.min(...costs));
  });
  return best.at(-1) ?? 0;
}

/** Joins each register to the block before it whenever the limits allow. */
function greedy(registers: readonly PlannedRegister[], limit: PlanLimits): PlannedRegister[] {
  const sorted = [...registers].sort((a, b) => a.functionCode - b.functionCode || a.address - b.address);
  const blocks: PlannedRegister[] = [];
  for (const register of sorted) {
    const last = blocks.at(-1);
    const joined = last && { ...last, count: register.address + register.count - last.address };
    const fits =
      last !== undefined &&
      joined !== undefined &&
      last.functionCode === register.functionCode &&
      joined.count <= limit.maxRegistersPerRead &&
      (limit.readsAcrossGaps || last.address + last.count === register.address) &&
      !crossesHole(joined, limit.holes);
    if (fits && joined) blocks[blocks.length - 1] = joined;
    else blocks.push(register);
  }
  return blocks;
}

test('the usual cost joins a gap of twenty registers', () => {
  expect(TYPICAL_COST.requestBytes).toBe(40);
  expect(spans([at(0), at(22)], {}, TYPICAL_COST.requestBytes)).toHaveLength(1);
});
