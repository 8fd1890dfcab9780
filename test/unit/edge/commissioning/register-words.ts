import type { GoldenProfile } from '../../../support/golden-profiles.ts';

interface Range {
  readonly functionCode: 3 | 4;
  readonly address: number;
  readonly count: number;
}

/** The words of a range in the register image of a golden case; undefined where the device would refuse. */
export function wordsOf({ image }: GoldenProfile, { functionCode, address, count }: Range): number[] | undefined {
  for (const unit of image.units) {
    for (const block of (functionCode === 3 ? unit.holding : unit.input) ?? []) {
      const at = address - block.address;
      if (at >= 0 && at + count <= block.registers.length) return block.registers.slice(at, at + count);
    }
  }
  return undefined;
}
