import type { Delivery } from '../outbox/delivery.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { StoredTombstone } from '../outbox/outbox-tables.ts';
import { Reports } from '../outbox/reports.ts';
import { DELIVERY, type DeliveryAck, type Tombstone } from '../protocol/delivery.ts';
import type { NodeTable } from './node-table.ts';
import type { SparkplugSession } from './session.ts';

/** Reports told at once, and the size of one message; the rest goes the next time. */
const MAX_REPORTS = 200;
const MAX_TEXT_CHARS = 64 * 1024;
/** What was given up last becomes a tombstone with the next commit; the epoch is not closed before that. */
const CLOSE_AFTER_MS = 3000;

/** Tells the host what was given up and which epochs have ended, until it has confirmed that. */
export class ReportSender {
  readonly #reports = new Reports();
  readonly #delivery: Delivery;
  readonly #outbox: Outbox;
  readonly #session: SparkplugSession;
  readonly #table: NodeTable;
  /** Since when nothing waits of an earlier epoch. */
  readonly #drainedMs = new Map<string, number>();

  constructor(parts: {
    readonly delivery: Delivery;
    readonly outbox: Outbox;
    readonly session: SparkplugSession;
    readonly table: NodeTable;
  }) {
    this.#delivery = parts.delivery;
    this.#outbox = parts.outbox;
    this.#session = parts.session;
    this.#table = parts.table;
  }

  /** Takes on a tombstone; returns how many records it explains that were not explained before. */
  owe(tombstone: StoredTombstone): number {
    this.#delivery.gaveUp(tombstone.epoch, [tombstone.range]);
    return this.#reports.tombstone(tombstone);
  }

  born(): void {
    this.#reports.born();
  }

  /** Below this number of an epoch all is settled, or given up with the host's knowledge. */
  firstOpen(epoch: string): number {
    return Math.min(this.#delivery.first, this.#reports.firstOwed(epoch) ?? Infinity);
  }

  /** Tells what is due. Only a host that acknowledges cares. */
  send(processMs: number, gridMs: number): void {
    for (const { epoch, lastN, waiting } of this.#delivery.earlierEpochs()) {
      if (waiting > 0 || this.#reports.owesTombstoneOf(epoch)) this.#drainedMs.delete(epoch);
      else if (processMs - this.#drainedAt(epoch, processMs) >= CLOSE_AFTER_MS) this.#reports.close({ epoch, lastN });
    }
    if (!this.#delivery.isAcknowledged || !this.#session.isReady) return;
    const { tombstones, closes } = this.#reports.due(processMs, MAX_REPORTS);
    for (const text of texts(tombstones)) {
      this.#session.send('NDATA', undefined, this.#table.occasion(DELIVERY.tombstones, text, gridMs));
    }
    for (const close of closes) {
      this.#session.send('NDATA', undefined, this.#table.occasion(DELIVERY.close, JSON.stringify(close), gridMs));
    }
  }

  #drainedAt(epoch: string, processMs: number): number {
    const drainedMs = this.#drainedMs.get(epoch) ?? processMs;
    this.#drainedMs.set(epoch, drainedMs);
    return drainedMs;
  }

  /** Takes what an acknowledgement of the primary host confirms. */
  acknowledge(ack: DeliveryAck): void {
    const { tombstones, epochs } = this.#reports.acknowledge(ack);
    if (tombstones.length > 0) this.#outbox.tombstonesDone(tombstones);
    for (const epoch of epochs) {
      this.#delivery.forget(epoch);
      this.#outbox.closeEpoch(epoch);
    }
  }
}

/** Tombstones as JSON lists, each below the size of a message. */
function texts(tombstones: readonly StoredTombstone[]): string[] {
  const lists: string[][] = [];
  let length = Infinity;
  for (const { id: _, ...tombstone } of tombstones) {
    const text = JSON.stringify(tombstone satisfies Tombstone);
    if (length + text.length > MAX_TEXT_CHARS) {
      lists.push([]);
      length = 0;
    }
    lists.at(-1)?.push(text);
    length += text.length + 1;
  }
  return lists.map((list) => `[${list.join(',')}]`);
}
