import { LossTally } from '../protocol/loss-tally.ts';
import type { Losses } from '../protocol/losses.ts';
import type { Range } from '../protocol/ranges.ts';
import type { LayoutCounts } from './change.ts';
import type { OutboxRecord, StoredLayout } from './record.ts';

/** What is known of the records of one unbroken range: whose they are, when they were read and what they hold. */
export interface RecordFacts {
  readonly range: Range;
  readonly devices: readonly string[];
  /** Undefined when none of the records could be read. */
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  readonly counts: LayoutCounts;
}

/** Gathers the facts of records range by range. Records whose layout is not in the dictionary tell nothing. */
export class FactsOfRanges {
  readonly #layouts: ReadonlyMap<number, StoredLayout>;
  /** Ascending. */
  readonly #ranges: readonly RangeFacts[];

  constructor(ranges: readonly Range[], layouts: ReadonlyMap<number, StoredLayout>) {
    this.#layouts = layouts;
    this.#ranges = [...ranges].sort(([a], [b]) => a - b).map((range) => new RangeFacts(range));
  }

  /** Takes from records, which ascend by number, those of the ranges. */
  take(records: readonly OutboxRecord[]): void {
    let at = 0;
    for (const record of records) {
      while ((this.#ranges[at]?.range[1] ?? Infinity) < record.n) at += 1;
      const facts = this.#ranges[at];
      if (facts && facts.range[0] <= record.n && this.#layouts.has(record.layoutId)) facts.add(record);
    }
  }

  finish(): RecordFacts[] {
    return this.#ranges.map((facts) => facts.finish(this.#layouts));
  }
}

class RangeFacts {
  readonly range: Range;
  readonly #counts = new Map<number, number>();
  #fromMs: number | undefined;
  #toMs: number | undefined;

  constructor(range: Range) {
    this.range = range;
  }

  add({ layoutId, timeMs }: OutboxRecord): void {
    this.#counts.set(layoutId, (this.#counts.get(layoutId) ?? 0) + 1);
    this.#fromMs = Math.min(this.#fromMs ?? timeMs, timeMs);
    this.#toMs = Math.max(this.#toMs ?? timeMs, timeMs);
  }

  finish(layouts: ReadonlyMap<number, StoredLayout>): RecordFacts {
    const devices = new Set([...this.#counts.keys()].map((id) => layouts.get(id)?.device ?? ''));
    return {
      range: this.range,
      devices: [...devices].sort(),
      fromMs: this.#fromMs,
      toMs: this.#toMs,
      counts: this.#counts,
    };
  }
}

/** The values that went with records, by device and metric. */
export function lossesOf(counts: LayoutCounts, layouts: ReadonlyMap<number, StoredLayout>): Losses | undefined {
  const tally = new LossTally();
  for (const [layoutId, records] of counts) {
    const layout = layouts.get(layoutId);
    if (layout) tally.add(layout.device, layout.metrics, records);
  }
  return tally.finish();
}

/** Numbers of records by layout, over several ranges. */
export function joinCounts(facts: readonly RecordFacts[]): LayoutCounts {
  const joined = new Map<number, number>();
  for (const { counts } of facts) {
    for (const [layoutId, records] of counts) joined.set(layoutId, (joined.get(layoutId) ?? 0) + records);
  }
  return joined;
}
