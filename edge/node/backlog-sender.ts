import type { Delivery } from '../outbox/delivery.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { OutboxRecord, StoredLayout } from '../outbox/record.ts';
import type { ProcessClock, Timer } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import { type Range, RangeSet } from '../protocol/ranges.ts';
import type { DeviceRegistry } from './device-registry.ts';
import type { DeviceVoice, WaitingRecord } from './device-voice.ts';
import type { NodeMetrics } from './node-metrics.ts';
import type { SparkplugSession } from './session.ts';

/** Between two turns live values go first. */
const TURN_PAUSE_MS = 10;
const MESSAGES_A_TURN = 8;
/** Bounds of one message. */
const MAX_RECORDS = 500;
const MAX_METRICS = 4000;
/** Live values would queue behind more than this on a slow line. */
const MAX_BUFFERED_BYTES = 128 * 1024;
/** A read takes in enough for some ten records a device, within bounds. */
const MIN_READ_BYTES = 256 * 1024;
const MAX_READ_BYTES = 16 * 1024 * 1024;
const RECORDS_A_DEVICE = 12;
const USUAL_RECORD_BYTES = 80;

export interface BacklogOptions {
  readonly delivery: Delivery;
  readonly outbox: Outbox;
  readonly session: SparkplugSession;
  readonly registry: DeviceRegistry;
  readonly voice: DeviceVoice;
  readonly processClock: ProcessClock;
  readonly logger: Logger;
  readonly metrics: NodeMetrics;
}

/** Records of one device and epoch that wait to be sent, oldest first. */
interface Parcel {
  /** Of one of them; whose they are. The device itself may become another one before they are sent. */
  readonly layout: StoredLayout;
  readonly epoch: string;
  readonly records: readonly WaitingRecord[];
  next: number;
}

/**
 * Sends what waits, oldest first, in messages of many records of one device. It reads a stretch of the outbox, sorts it
 * by device, and sends as much as the delivery allows, always leaving room for live values.
 */
export class BacklogSender {
  readonly #options: BacklogOptions;
  #parcels: Parcel[] = [];
  #isOpen = false;
  #isReading = false;
  /** Counts sessions: what was read for an earlier one is not sent. */
  #session = 0;
  #timer: Timer | undefined;

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  /** The births are out: sending may begin. */
  open(): void {
    this.#isOpen = true;
    this.pump();
  }

  /** The session has ended, or births begin: what is in hand is dropped. */
  close(): void {
    this.#isOpen = false;
    this.#session += 1;
    this.#parcels = [];
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** Sends what may be sent now. Called whenever something may have changed. */
  pump(): void {
    if (!this.#isOpen) return;
    for (let messages = 0; messages < MESSAGES_A_TURN; messages++) if (!this.#sendNext()) break;
    const { delivery } = this.#options;
    if (this.#parcels.length > 0) this.#pumpLater();
    else if (!this.#isReading && delivery.allowance() > 0 && delivery.backlog()) this.#read();
  }

  /** Returns whether a message was sent. */
  #sendNext(): boolean {
    const { delivery, session, registry, voice, metrics, processClock } = this.#options;
    const allowance = Math.min(delivery.allowance(), MAX_RECORDS);
    const [parcel] = this.#parcels;
    if (!parcel || allowance === 0 || session.bufferedBytes > MAX_BUFFERED_BYTES) return false;
    const records = cut(parcel, allowance, (n) => delivery.isWaiting(parcel.epoch, n));
    if (parcel.next >= parcel.records.length) this.#parcels.shift();
    if (records.length === 0) return true;
    voice.backlog(registry.ofRecord(parcel.layout), parcel.epoch, records);
    delivery.sentBacklog({ epoch: parcel.epoch, ranges: rangesOf(records) }, processClock.nowMs());
    metrics.published.inc({ kind: 'backlog' }, records.length);
    return true;
  }

  #pumpLater(): void {
    this.#timer ??= this.#options.processClock.setTimer(TURN_PAUSE_MS, () => {
      this.#timer = undefined;
      this.pump();
    });
  }

  #read(): void {
    const session = this.#session;
    this.#isReading = true;
    this.#readStretch(session)
      .catch((error) => {
        // At the end of a session, or of the process, nobody waits for the answer.
        if (session === this.#session)
          this.#options.logger.error({ error: messageOf(error) }, 'the outbox cannot be read');
      })
      .finally(() => {
        this.#isReading = false;
        if (this.#parcels.length > 0) this.pump();
      });
  }

  async #readStretch(session: number): Promise<void> {
    const { delivery, outbox } = this.#options;
    const stretch = delivery.backlog();
    if (!stretch) return;
    const { epoch, from } = stretch;
    const found = new Map<number, OutboxRecord>();
    const coveredTo = await outbox.read(epoch, from, this.#readBytes(), (records) => {
      for (const record of records) if (record.n >= from) found.set(record.n, record);
    });
    if (session !== this.#session) return;
    const claimed = new RangeSet(delivery.claim(epoch, from, coveredTo));
    const records = [...found.values()].filter(({ n }) => claimed.has(n)).sort((a, b) => a.n - b.n);
    for (const { n } of records) claimed.remove(n);
    this.#giveUp(epoch, claimed.toArray());
    this.#parcels = this.#sortByDevice(epoch, records);
  }

  /** What the outbox should have and does not is lost, and said to be. */
  #giveUp(epoch: string, missing: readonly Range[]): void {
    if (missing.length === 0) return;
    const { delivery, outbox, logger } = this.#options;
    logger.error({ code: 'OUTBOX_CORRUPT', epoch, ranges: missing.slice(0, 10) }, 'records are missing in the outbox');
    delivery.gaveUp(epoch, missing);
    outbox.giveUp(epoch, missing, 'outbox_corrupt');
  }

  #sortByDevice(epoch: string, records: readonly OutboxRecord[]): Parcel[] {
    const { outbox } = this.#options;
    const byDevice = new Map<string, WaitingRecord[]>();
    for (const record of records) {
      const layout = outbox.layouts.get(record.layoutId);
      if (!layout) this.#giveUp(epoch, [[record.n, record.n]]);
      else addTo(byDevice, layout.device, { layout, record });
    }
    return [...byDevice.values()].flatMap((waiting) => {
      const layout = waiting[0]?.layout;
      return layout ? [{ layout, epoch, records: waiting, next: 0 }] : [];
    });
  }

  #readBytes(): number {
    const wanted = this.#options.outbox.layouts.size * RECORDS_A_DEVICE * USUAL_RECORD_BYTES;
    return Math.min(MAX_READ_BYTES, Math.max(MIN_READ_BYTES, wanted));
  }
}

/** Takes the next records of a parcel that still wait, as many as fit into one message. */
function cut(parcel: Parcel, most: number, isWaiting: (n: number) => boolean): WaitingRecord[] {
  const taken: WaitingRecord[] = [];
  let metrics = 0;
  for (; parcel.next < parcel.records.length && taken.length < most && metrics < MAX_METRICS; parcel.next++) {
    const waiting = parcel.records[parcel.next];
    if (!waiting || !isWaiting(waiting.record.n)) continue;
    taken.push(waiting);
    metrics += waiting.layout.metrics.length + 1;
  }
  return taken;
}

function rangesOf(records: readonly WaitingRecord[]): Range[] {
  return new RangeSet(records.map(({ record }): Range => [record.n, record.n])).toArray();
}

function addTo<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
