import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RefusalSearch } from '../../../../edge/modbus/bisect.ts';
import { type Block, blockOf, type PlannedRegister } from '../../../../edge/modbus/plan.ts';

function block(registers: readonly PlannedRegister[]): Block {
  const made = blockOf(registers);
  if (made === undefined) throw new Error('a block has registers');
  return made;
}

function at(address: number, count = 2): PlannedRegister {
  return { functionCode: 4, address, count };
}

/** Runs a search against a device that refuses every read which touches one of `bad`. */
function search(registers: readonly PlannedRegister[], bad: ReadonlySet<number>, longest = 1000, known?: number) {
  const found = new RefusalSearch(block(registers), known);
  const read: PlannedRegister[] = [];
  let reads = 0;
  for (let next = found.next(); next !== undefined; next = found.next()) {
    reads += 1;
    const { address, count, registers: within } = next;
    const refused = count > longest || Array.from({ length: count }, (_, i) => address + i).some((one) => bad.has(one));
    if (!refused && !found.isChecking) read.push(...within);
    found.answer(refused ? 'refused' : 'readable');
  }
  const { holes: learned, longestRead } = found.findings;
  return { learned, longestRead, read, reads };
}

describe('finds what the device refuses', () => {
  test('a register that it does not have', () => {
    const { learned, read } = search([at(0), at(2), at(4), at(6)], new Set([4]));
    expect(learned).toEqual([{ functionCode: 4, from: 4, to: 5 }]);
    expect(read).toEqual([at(0), at(2), at(6)]);
  });

  test('a gap that it does not let through', () => {
    const { learned, read } = search([at(0), at(2), at(10), at(12)], new Set([5]));
    expect(learned).toEqual([{ functionCode: 4, from: 4, to: 9 }]);
    expect(read).toHaveLength(4);
  });

  test('a read that is too long, although every address is there', () => {
    const { learned, longestRead, read } = search([at(0), at(2), at(4), at(6)], new Set(), 4);
    expect(learned).toEqual([]);
    expect(longestRead).toBe(4);
    expect(read).toHaveLength(4);
  });

  test('a border between two parts of its memory', () => {
    const registers = [at(0), at(2), at(4), at(6)];
    const found = new RefusalSearch(block(registers));
    for (let next = found.next(); next !== undefined; next = found.next()) {
      const spansBorder = next.address < 4 && next.address + next.count > 4;
      found.answer(spansBorder ? 'refused' : 'readable');
    }
    expect(found.findings).toEqual({ holes: [{ functionCode: 4, from: 4, to: 3 }] });
  });

  test('nothing, when the refusal does not come again', () => {
    const registers = [at(0), at(2), at(4), at(6)];
    const found = new RefusalSearch(block(registers));
    while (found.next() !== undefined) found.answer('readable');
    expect(found.findings).toEqual({ holes: [] });
  });

  test('how to cut a block, when the longest read is known', () => {
    const { learned, read, reads } = search([at(0), at(2), at(4), at(6), at(8)], new Set(), 4, 4);
    expect([learned, read.length, reads]).toEqual([[], 5, 3]);
  });

  test('a block of one register, at once', () => {
    expect(search([at(8)], new Set([8]))).toEqual({
      learned: [{ functionCode: 4, from: 8, to: 9 }],
      longestRead: undefined,
      read: [],
      reads: 0,
    });
  });
});

const map = fc
  .array(fc.record({ gap: fc.integer({ min: 0, max: 6 }), count: fc.constantFrom(1, 2, 4) }), {
    minLength: 2,
    maxLength: 30,
  })
  .map((parts) => {
    let next = 0;
    return parts.map((part) => {
      const register = at(next + part.gap, part.count);
      next = register.address + part.count;
      return register;
    });
  });

test('over random maps: every register that the device has is read, every other one lies in a learned hole', () => {
  fc.assert(
    fc.property(map, fc.array(fc.nat({ max: 150 }), { minLength: 1, maxLength: 6 }), (registers, addresses) => {
      const bad = new Set(addresses);
      const { learned, read } = search(registers, bad);
      for (const register of registers) {
        const has = Array.from({ length: register.count }, (_, i) => register.address + i).every(
          (one) => !bad.has(one),
        );
        const inHole = learned.some((hole) => hole.from <= register.address && register.address <= hole.to);
        expect(read.includes(register)).toBe(has);
        expect(inHole).toBe(!has);
      }
    }),
  );
});

test('over random maps: the longest read that a device answers is found, and every register is read once', () => {
  fc.assert(
    fc.property(map, fc.integer({ min: 8, max: 125 }), (registers, longest) => {
      const whole = block(registers);
      fc.pre(whole.count > longest);
      const { learned, longestRead = 0, read } = search(registers, new Set(), longest);
      expect([...read].sort((a, b) => a.address - b.address)).toEqual(registers);
      expect(longestRead).toBeLessThanOrEqual(longest);
      // What is learned as a hole instead lies in a gap that no read of this length gets across.
      for (const hole of learned) expect(hole.to).toBeGreaterThanOrEqual(hole.from);
      // No block of the map is longer than was found and short enough for the device.
      if (learned.length === 0) expect(longestRead).toBeGreaterThan(longest - 4 - 6);
    }),
  );
});

test('one culprit among n costs at most 2·log2(n) reads, and some for an uneven split', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 125 }), fc.nat(), (n, seed) => {
      const registers = Array.from({ length: n }, (_, i) => at(i, 1));
      const { reads, learned } = search(registers, new Set([seed % n]));
      expect(learned).toEqual([{ functionCode: 4, from: seed % n, to: seed % n }]);
      expect(reads).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(n)));
    }),
  );
});
