import { isRead, type TakenBatch } from '../outbox/batch.ts';
import type { Delivery } from '../outbox/delivery.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { ProcessClock } from '../platform/clock.ts';
import { GOOD } from '../protocol/quality.ts';
import { type DeviceHealth, type DeviceRead, isFromProfile } from '../reading.ts';
import type { DeviceRegistry } from './device-registry.ts';
import type { DeviceVoice } from './device-voice.ts';
import type { NodeMetrics } from './node-metrics.ts';
import type { SparkplugSession } from './session.ts';
import type { WireDevice } from './wire-device.ts';

/** A network this far behind gets no more live records; they wait in the outbox. */
const MAX_BUFFERED_BYTES = 8 * 1024 * 1024;

export interface LiveOptions {
  readonly delivery: Delivery;
  readonly outbox: Outbox;
  readonly session: SparkplugSession;
  readonly registry: DeviceRegistry;
  readonly voice: DeviceVoice;
  readonly processClock: ProcessClock;
  readonly metrics: NodeMetrics;
}

/** Goes through what was taken, in order: publishes the records, and births and deaths where health changed. */
export class LiveSender {
  readonly #options: LiveOptions;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /**
   * Takes over what was read while births are going out: they carry it. The batch has yet to be processed.
   * @param onRead called for each device that was read
   */
  note(batch: TakenBatch, onRead: (device: WireDevice) => void): void {
    const { registry } = this.#options;
    let n = batch.firstN;
    for (const entry of batch.entries) {
      if (!isRead(entry)) continue;
      const device = isFromProfile(entry.layout) ? undefined : registry.get(entry.layout.device);
      if (device) {
        device.update(entry, n);
        onRead(device);
      }
      n += 1;
    }
  }

  /** @param isLive whether the session's births are out; otherwise the records wait in the outbox */
  process(batch: TakenBatch, isLive: boolean): void {
    const { delivery, registry, metrics } = this.#options;
    delivery.taken(batch.lastN);
    const sent = new SentRun(delivery, this.#options.processClock.nowMs());
    let n = batch.firstN;
    for (const entry of batch.entries) {
      const device = registry.get(isRead(entry) ? entry.layout.device : entry.device);
      if (!isRead(entry)) {
        if (device?.isConfigured) this.#health(device, entry, isLive);
        continue;
      }
      // What a device kept of the past is history: it goes with the backlog, and never stands in a birth.
      if (device && !isFromProfile(entry.layout)) {
        if (n > device.lastN) device.update(entry, n);
        if (isLive && this.#publish(device, entry, n)) sent.add(n);
      }
      n += 1;
    }
    sent.end();
    metrics.published.inc({ kind: 'live' }, sent.count);
  }

  /** Returns whether the record was published; a device that is not alive is born by its first good value. */
  #publish(device: WireDevice, read: DeviceRead, n: number): boolean {
    const { session, voice } = this.#options;
    if (session.bufferedBytes > MAX_BUFFERED_BYTES) return false;
    if (!device.isAlive) {
      if (!device.isConfigured || !read.quality.includes(GOOD)) return false;
      device.isUp = true;
      voice.birth(device);
    }
    voice.live(device, read, n);
    return true;
  }

  #health(device: WireDevice, health: DeviceHealth, isLive: boolean): void {
    const { voice, outbox } = this.#options;
    const isOtherSerial = health.serial !== undefined && health.serial !== device.serial;
    device.isUp = health.up;
    if (isOtherSerial) {
      device.serial = health.serial;
      outbox.setDevice({ id: device.id, model: device.model, kind: device.kind, serial: health.serial });
    }
    if (!isLive) return;
    if (health.up && (!device.isAlive || isOtherSerial)) voice.birth(device);
    else if (!health.up && device.isAlive) voice.death(device);
  }
}

/** Tells the delivery of records that were sent, an unbroken run at a time. */
class SentRun {
  count = 0;
  readonly #delivery: Delivery;
  readonly #nowMs: number;
  #from = 0;
  #to = -1;

  constructor(delivery: Delivery, nowMs: number) {
    this.#delivery = delivery;
    this.#nowMs = nowMs;
  }

  add(n: number): void {
    if (n !== this.#to + 1) {
      this.end();
      this.#from = n;
    }
    this.#to = n;
    this.count += 1;
  }

  end(): void {
    if (this.#from > 0) this.#delivery.sentLive(this.#from, this.#to, this.#nowMs);
    this.#from = 0;
    this.#to = -1;
  }
}
