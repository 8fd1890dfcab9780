import type { Hole } from '../profiles/model.ts';
import type { FunctionCode } from '../profiles/schema.ts';

/** Addresses that one request asks for. */
export interface ReadSpan {
  readonly functionCode: FunctionCode;
  readonly address: number;
  readonly count: number;
}

/** Holes of one function code: where each begins, in order, and how far those up to it reach at most. */
interface Reach {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

const NO_HOLES: Reach = { from: [], to: [] };

/**
 * Tells which reads touch a hole, in the time of a binary search. A hole whose `to` is `from − 1` is a cut: it has no
 * address in it, but no read may contain both of its neighbours.
 */
export class HoleMap {
  readonly #byCode: Readonly<Record<FunctionCode, Reach>>;

  constructor(holes: readonly Hole[]) {
    this.#byCode = { 3: reachOf(holes, 3), 4: reachOf(holes, 4) };
  }

  /** Whether a read from `address` over `count` registers touches a hole. */
  crosses({ functionCode, address, count }: ReadSpan): boolean {
    const { from, to } = this.#byCode[functionCode];
    const last = address + count - 1;
    let low = 0;
    let high = from.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((from[middle] ?? 0) <= last) low = middle + 1;
      else high = middle;
    }
    return low > 0 && (to[low - 1] ?? -1) >= address;
  }
}

function reachOf(holes: readonly Hole[], functionCode: FunctionCode): Reach {
  const own = holes.filter((hole) => hole.functionCode === functionCode);
  if (own.length === 0) return NO_HOLES;
  // For a cut both ends change places: a read touches it when it begins before the cut and ends behind it.
  const ends = own.map(({ from, to }) => ({ from: Math.min(from, to + 1), to: Math.max(to, from - 1) }));
  ends.sort((a, b) => a.from - b.from);
  let farthest = -1;
  const to = ends.map((end) => {
    farthest = Math.max(farthest, end.to);
    return farthest;
  });
  return { from: ends.map((end) => end.from), to };
}
