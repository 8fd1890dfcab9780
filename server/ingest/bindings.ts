import type { PollClass } from '../../edge/protocol/quantities.ts';
import { NO_ALIAS, type WireMetric } from './payload-walker.ts';

/** What a metric of a device is for. */
export const ROLE = { value: 0, text: 1, recordNumber: 2, clock: 3, epoch: 4, none: 5, origin: 6 } as const;

/** What the birth said of a metric, ready for the messages that follow. */
export interface Binding {
  readonly name: string;
  readonly role: number;
  readonly dataType: number;
  /** Slot in the live state; −1 for metrics that have none. */
  readonly slot: number;
  /** Number of the series in the store; −1 for metrics that are not stored. */
  readonly series: number;
  readonly pollClass: PollClass;
}

/** Aliases farther apart than this many times their number are looked up by hash, not by position. */
const MAX_SPREAD = 8;

/** Finds the binding of a metric by its alias or name. Aliases of one birth usually follow each other: an array it is. */
export class BindingTable {
  readonly #byName = new Map<string, Binding>();
  readonly #byAlias = new Map<number, Binding>();
  #dense: (Binding | undefined)[] | undefined;
  #base = 0;

  /** Adds a metric of the birth; false when its alias stands for another one already. */
  add(binding: Binding, alias: number): boolean {
    this.#byName.set(binding.name, binding);
    if (alias === NO_ALIAS) return true;
    if (this.#byAlias.has(alias)) return false;
    this.#byAlias.set(alias, binding);
    return true;
  }

  /** No more metrics follow. */
  seal(): void {
    const aliases = [...this.#byAlias.keys()];
    if (aliases.length === 0) return;
    const low = aliases.reduce((a, b) => Math.min(a, b));
    const high = aliases.reduce((a, b) => Math.max(a, b));
    if (high - low >= aliases.length * MAX_SPREAD + 64) return;
    const dense = new Array<Binding | undefined>(high - low + 1).fill(undefined);
    for (const [alias, binding] of this.#byAlias) dense[alias - low] = binding;
    this.#dense = dense;
    this.#base = low;
  }

  find(metric: WireMetric): Binding | undefined {
    const { alias } = metric;
    if (alias !== NO_ALIAS) return this.#dense ? this.#dense[alias - this.#base] : this.#byAlias.get(alias);
    return metric.name === undefined ? undefined : this.#byName.get(metric.name);
  }

  byName(name: string): Binding | undefined {
    return this.#byName.get(name);
  }

  /** The alias that the birth gave to a metric, for commands; undefined when it gave none. */
  aliasOf(binding: Binding): number | undefined {
    for (const [alias, candidate] of this.#byAlias) if (candidate === binding) return alias;
    return undefined;
  }

  bindings(): IterableIterator<Binding> {
    return this.#byName.values();
  }

  get size(): number {
    return this.#byName.size;
  }
}
