import type { Backfill } from '../ingest/host.ts';
import { type Outgoing, type Recipient, SharedMessage } from './outgoing.ts';

/** Ranges that are kept for clients that are not ready; one that falls further behind is told that it missed some. */
const MAX_KEPT = 10_000;
/** Devices with news at once; above it everybody is told to fetch again. */
const MAX_PENDING = 20_000;

interface Reader {
  readonly client: Recipient;
  readonly id: string;
  readonly devices: ReadonlySet<string> | undefined;
  /** Number of the next range it is to be sent. */
  next: number;
  isAnswered: boolean;
}

/**
 * Tells open charts that historical data were stored. A backlog that drains stores many small pieces: they are joined by
 * device and told once an announcement, not one by one.
 */
export class BackfillsFan {
  readonly #readers = new Set<Reader>();
  readonly #pending = new Map<string, Backfill>();
  #kept: Backfill[] = [];
  /** Number of the first range in `#kept`. */
  #first = 0;

  add(backfill: Backfill): void {
    if (this.#readers.size === 0) return;
    const known = this.#pending.get(backfill.device);
    if (known) this.#pending.set(backfill.device, joined(known, backfill));
    else if (this.#pending.size < MAX_PENDING) this.#pending.set(backfill.device, backfill);
    else this.#forgetAll();
  }

  subscribe(client: Recipient, id: string, devices: ReadonlySet<string> | undefined): () => void {
    const reader: Reader = { client, id, devices, next: this.#end, isAnswered: false };
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /** Sends what has come since the last announcement to those who can take it. */
  announce(): void {
    this.#kept.push(...this.#pending.values());
    this.#pending.clear();
    const surplus = this.#kept.length - MAX_KEPT;
    if (surplus > 0) {
      this.#kept = this.#kept.slice(surplus);
      this.#first += surplus;
    }
    this.#send();
  }

  /** Answers new subscriptions. */
  tick(): void {
    for (const reader of this.#readers) if (!reader.isAnswered) this.#sendTo(reader, new Map());
  }

  get #end(): number {
    return this.#first + this.#kept.length;
  }

  #forgetAll(): void {
    this.#pending.clear();
    this.#first = this.#end + 1;
    this.#kept = [];
  }

  #send(): void {
    // Most readers are up to date and ask for everything: they are sent the same bytes.
    const shared = new Map<number, SharedMessage>();
    for (const reader of this.#readers) this.#sendTo(reader, shared);
  }

  #sendTo(reader: Reader, shared: Map<number, SharedMessage>): void {
    if (reader.isAnswered && reader.next === this.#end) return;
    if (!reader.client.canTake(false)) return;
    const message = reader.devices ? this.#message(reader) : (shared.get(reader.next) ?? this.#message(reader));
    if (!reader.devices && message) shared.set(reader.next, message);
    reader.next = this.#end;
    if (!message) return;
    reader.isAnswered = true;
    reader.client.deliver(message.for(reader.id));
  }

  #message({ next, devices, isAnswered }: Reader): SharedMessage | undefined {
    const missed = next < this.#first;
    const news = this.#kept.slice(Math.max(0, next - this.#first));
    const ranges = joinedByDevice(devices ? news.filter(({ device }) => devices.has(device)) : news);
    if (ranges.length === 0 && !missed && isAnswered) return undefined;
    const rest = JSON.stringify(missed ? { ranges, missed } : { ranges }).slice(1);
    return new SharedMessage((id): Outgoing => {
      return { bytes: Buffer.from(`{"type":"backfilled","id":${JSON.stringify(id)},${rest}`), frame: undefined };
    });
  }
}

function joined(a: Backfill, b: Backfill): Backfill {
  return { device: a.device, fromMs: Math.min(a.fromMs, b.fromMs), toMs: Math.max(a.toMs, b.toMs) };
}

function joinedByDevice(backfills: readonly Backfill[]): Backfill[] {
  const byDevice = new Map<string, Backfill>();
  for (const backfill of backfills) {
    const known = byDevice.get(backfill.device);
    byDevice.set(backfill.device, known ? joined(known, backfill) : backfill);
  }
  return [...byDevice.values()];
}
