/** What is left of a run of a node that is settled altogether. */
export interface RunCounts {
  readonly lastN: number;
  readonly stored: number;
  readonly explained: number;
}

/** Runs of long ago, as one. */
export interface RunSum extends RunCounts {
  readonly runs: number;
}

/** Runs that are to stand in the sum only, and the sum with them. */
export interface Surplus {
  readonly epochs: readonly string[];
  readonly sum: RunSum;
}

const NONE: RunSum = { runs: 0, lastN: 0, stored: 0, explained: 0 };

/**
 * Runs whose ranges the store no longer keeps, because all of each is settled: their counts, and of those that ended long
 * ago the sum. A run that is only in the sum is not known any more: records of it that turn up again count as new.
 */
export class EndedRuns {
  /** By node and epoch, in the order in which they ended. */
  readonly #runs = new Map<string, Map<string, RunCounts>>();
  readonly #older = new Map<string, RunSum>();

  remember(node: string, epoch: string, { lastN, stored, explained }: RunCounts): void {
    const runs = this.#runs.get(node) ?? new Map<string, RunCounts>();
    runs.set(epoch, { lastN, stored, explained });
    this.#runs.set(node, runs);
  }

  rememberSum(node: string, sum: RunSum): void {
    this.#older.set(node, sum);
  }

  of(node: string, epoch: string): RunCounts | undefined {
    return this.#runs.get(node)?.get(epoch);
  }

  remove(node: string, epoch: string): void {
    this.#runs.get(node)?.delete(epoch);
  }

  nodes(): IterableIterator<string> {
    return this.#runs.keys();
  }

  /** All of a node's ended runs. */
  total(node: string): RunSum {
    return [...(this.#runs.get(node)?.values() ?? [])].reduce(plus, this.#older.get(node) ?? NONE);
  }

  /** What `surplus` has answered is so from now on. */
  fold(node: string, { epochs, sum }: Surplus): void {
    for (const epoch of epochs) this.remove(node, epoch);
    this.rememberSum(node, sum);
  }

  /** The oldest runs beyond `most`, of those that may go, and what the sum is with them. Changes nothing. */
  surplus(node: string, most: number, mayGo: (epoch: string) => boolean): Surplus | undefined {
    const runs = this.#runs.get(node);
    if (!runs || runs.size <= most) return undefined;
    const oldest = [...runs].slice(0, runs.size - most).filter(([epoch]) => mayGo(epoch));
    if (oldest.length === 0) return undefined;
    const sum = oldest.map(([, counts]) => counts).reduce(plus, this.#older.get(node) ?? NONE);
    return { epochs: oldest.map(([epoch]) => epoch), sum };
  }
}

function plus(sum: RunSum, { lastN, stored, explained }: RunCounts): RunSum {
  return {
    runs: sum.runs + 1,
    lastN: sum.lastN + lastN,
    stored: sum.stored + stored,
    explained: sum.explained + explained,
  };
}
