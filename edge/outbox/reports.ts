import type { CloseRecord, DeliveryAck } from '../protocol/delivery.ts';
import { RangeSet } from '../protocol/ranges.ts';
import type { StoredTombstone } from './outbox-tables.ts';

const FIRST_REPEAT_MS = 30_000;
const MAX_REPEAT_MS = 600_000;
/** A close is told so often; the host learns of the end from the list of open epochs at the next birth in any case. */
const MAX_CLOSE_SENDS = 5;

interface Owed<T> {
  readonly what: T;
  sends: number;
  dueMs: number;
}

/** What is to be told now. */
export interface DueReports {
  readonly tombstones: readonly StoredTombstone[];
  readonly closes: readonly CloseRecord[];
}

/** What the host has confirmed. */
export interface ConfirmedReports {
  readonly tombstones: readonly number[];
  readonly epochs: readonly string[];
}

/**
 * What the host has to know besides records: what was given up, and which epochs have ended. Each is told again until it
 * is confirmed. Pure.
 */
export class Reports {
  readonly #tombstones = new Map<number, Owed<StoredTombstone>>();
  readonly #closes = new Map<string, Owed<CloseRecord>>();

  get count(): number {
    return this.#tombstones.size + this.#closes.size;
  }

  /** A tombstone that grew replaces what was told of it. Returns how many more records it explains. */
  tombstone(tombstone: StoredTombstone): number {
    const before = this.#tombstones.get(tombstone.id)?.what.records ?? 0;
    this.#tombstones.set(tombstone.id, { what: tombstone, sends: 0, dueMs: -Infinity });
    return tombstone.records - before;
  }

  /** Whether records of the epoch still have to be explained. */
  owesTombstoneOf(epoch: string): boolean {
    return [...this.#tombstones.values()].some(({ what }) => what.epoch === epoch);
  }

  /** The lowest number of an epoch whose loss the host has not confirmed. */
  firstOwed(epoch: string): number | undefined {
    const owed = [...this.#tombstones.values()].filter(({ what }) => what.epoch === epoch);
    return owed.length === 0 ? undefined : Math.min(...owed.map(({ what }) => what.range[0]));
  }

  close(record: CloseRecord): void {
    if (!this.#closes.has(record.epoch)) this.#closes.set(record.epoch, { what: record, sends: 0, dueMs: -Infinity });
  }

  /** A new session: the host may have missed what was told before. */
  born(): void {
    for (const owed of [...this.#tombstones.values(), ...this.#closes.values()]) {
      owed.sends = 0;
      owed.dueMs = -Infinity;
    }
  }

  /** What is due now, at most so much of it; it counts as told. */
  due(nowMs: number, most: number): DueReports {
    return { tombstones: take(this.#tombstones, nowMs, most), closes: take(this.#closes, nowMs, most) };
  }

  /** Takes an acknowledgement of the primary host. */
  acknowledge(ack: DeliveryAck): ConfirmedReports {
    const tombstones: number[] = [];
    const done = new RangeSet(ack.done);
    for (const [id, { what }] of this.#tombstones) {
      if (what.epoch === ack.epoch && done.covers(what.range[0], what.range[1])) tombstones.push(id);
    }
    for (const id of tombstones) this.#tombstones.delete(id);
    const isConfirmed = (this.#closes.get(ack.epoch)?.sends ?? 0) > 0;
    return { tombstones, epochs: [...(isConfirmed ? this.#drop(ack.epoch) : []), ...this.#dropTiresome()] };
  }

  #dropTiresome(): string[] {
    const tiresome = [...this.#closes].filter(([, { sends }]) => sends >= MAX_CLOSE_SENDS);
    return tiresome.flatMap(([epoch]) => this.#drop(epoch));
  }

  #drop(epoch: string): string[] {
    this.#closes.delete(epoch);
    return [epoch];
  }
}

function take<K, T>(owed: ReadonlyMap<K, Owed<T>>, nowMs: number, most: number): T[] {
  const due: T[] = [];
  for (const one of owed.values()) {
    if (due.length >= most) break;
    if (one.dueMs > nowMs) continue;
    one.dueMs = nowMs + Math.min(MAX_REPEAT_MS, FIRST_REPEAT_MS * 2 ** Math.min(one.sends, 20));
    one.sends += 1;
    due.push(one.what);
  }
  return due;
}
