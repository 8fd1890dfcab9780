import type { Tombstone } from '../protocol/delivery.ts';
import { lostRecords, lostValues } from '../protocol/loss-tally.ts';
import type { Losses } from '../protocol/losses.ts';
import type { OutboxTables, StoredTombstone } from './outbox-tables.ts';
import { joinTombstones } from './tombstones.ts';

/**
 * The tombstones in the file. A new one grows the last of its epoch where it can. Once what they name takes `maxLossBytes`,
 * the values of further ones are counted but not named: what explains the dropped records must not take the room of others.
 */
export class TombstoneLog {
  readonly #tables: OutboxTables;
  readonly #maxLossBytes: number;
  readonly #rows = new Map<number, StoredTombstone>();
  /** The newest row of an epoch. */
  readonly #last = new Map<string, StoredTombstone>();
  #lossBytes = 0;

  constructor(tables: OutboxTables, maxLossBytes: number) {
    this.#tables = tables;
    this.#maxLossBytes = maxLossBytes;
    for (const row of tables.tombstones()) this.#keep(row);
  }

  all(): StoredTombstone[] {
    return [...this.#rows.values()];
  }

  /** Writes a tombstone and returns its row. */
  add(full: Tombstone): StoredTombstone {
    const tombstone = this.#lossBytes < this.#maxLossBytes ? full : withoutNames(full);
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
    this.#lossBytes -= bytesOf(row?.losses);
    if (row && this.#last.get(row.epoch)?.id === id) this.#last.delete(row.epoch);
  }

  #keep(row: StoredTombstone): StoredTombstone {
    this.#lossBytes += bytesOf(row.losses) - bytesOf(this.#rows.get(row.id)?.losses);
    this.#rows.set(row.id, row);
    this.#last.set(row.epoch, row);
    return row;
  }
}

function withoutNames(tombstone: Tombstone): Tombstone {
  const { losses } = tombstone;
  if (!losses) return tombstone;
  const counted = { groups: [], otherRecords: lostRecords(losses), otherValues: lostValues(losses) };
  return { ...tombstone, losses: counted };
}

/** What punctuation and a number take beside a name, roughly. */
const BYTES_BESIDE_NAME = 10;

/** About so many bytes of JSON. */
function bytesOf(losses: Losses | undefined): number {
  let bytes = 0;
  for (const { metrics, devices } of losses?.groups ?? []) {
    for (const metric of metrics) bytes += metric.length + BYTES_BESIDE_NAME;
    for (const [device] of devices) bytes += device.length + BYTES_BESIDE_NAME;
  }
  return bytes;
}
