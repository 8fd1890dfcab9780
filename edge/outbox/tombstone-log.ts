import type { Tombstone } from '../protocol/delivery.ts';
import type { OutboxTables, StoredTombstone } from './outbox-tables.ts';
import { joinTombstones } from './tombstones.ts';

/** The tombstones in the file. A new one grows the last of its epoch where it can. */
export class TombstoneLog {
  readonly #tables: OutboxTables;
  readonly #rows = new Map<number, StoredTombstone>();
  /** The newest row of an epoch. */
  readonly #last = new Map<string, StoredTombstone>();

  constructor(tables: OutboxTables) {
    this.#tables = tables;
    for (const row of tables.tombstones()) this.#keep(row);
  }

  all(): StoredTombstone[] {
    return [...this.#rows.values()];
  }

  /** Writes a tombstone and returns its row. */
  add(tombstone: Tombstone): StoredTombstone {
    const last = this.#last.get(tombstone.epoch);
    const joined = last && joinTombstones(last, tombstone);
    if (last && joined) {
      const row = { ...joined, id: last.id };
      this.#tables.updateTombstone(row);
      return this.#keep(row);
    }
    return this.#keep({ ...tombstone, id: this.#tables.addTombstone(tombstone) });
  }

  delete(id: number): void {
    const row = this.#rows.get(id);
    this.#tables.deleteTombstone(id);
    this.#rows.delete(id);
    if (row && this.#last.get(row.epoch)?.id === id) this.#last.delete(row.epoch);
  }

  #keep(row: StoredTombstone): StoredTombstone {
    this.#rows.set(row.id, row);
    this.#last.set(row.epoch, row);
    return row;
  }
}
