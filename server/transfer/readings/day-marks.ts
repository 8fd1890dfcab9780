import type { DatabaseSync } from 'node:sqlite';
import type { Days, DirtyDayTable, DirtySpan } from '../../state/dirty-days.ts';
import { inTransaction } from '../../state/transaction.ts';

export type DirtyMarks = Pick<DirtyDayTable, 'mark' | 'daysOf' | 'settled'>;

/**
 * The marks of one import. Days are marked before rows are stored, so that none is ever there without its mark, and once more
 * after them when something was settled meanwhile. What this import has marked already is not written again.
 */
export class DayMarks {
  readonly #database: DatabaseSync;
  readonly #dirty: DirtyMarks;
  readonly #marked = new Map<string, Days>();
  #settled: number;

  constructor(database: DatabaseSync, dirty: DirtyMarks) {
    this.#database = database;
    this.#dirty = dirty;
    this.#settled = dirty.settled;
  }

  /** In a transaction of its own. */
  before(spans: readonly DirtySpan[]): void {
    this.#forgetSettled();
    const missing = spans.filter((span) => !this.#isMarked(span));
    if (missing.length === 0) return;
    inTransaction(this.#database, () => this.#dirty.mark(missing, 'import'));
    for (const span of missing) {
      const days = this.#dirty.daysOf(span);
      if (days) this.#marked.set(span.device, days);
    }
  }

  /** Within the transaction that notes that the rows are stored. */
  after(spans: readonly DirtySpan[]): void {
    if (this.#forgetSettled()) this.#dirty.mark(spans, 'import');
  }

  #isMarked(span: DirtySpan): boolean {
    const days = this.#dirty.daysOf(span);
    const marked = this.#marked.get(span.device);
    if (!days) return true;
    return marked !== undefined && marked.fromDay <= days.fromDay && days.toDay <= marked.toDay;
  }

  #forgetSettled(): boolean {
    if (this.#settled === this.#dirty.settled) return false;
    this.#settled = this.#dirty.settled;
    this.#marked.clear();
    return true;
  }
}
