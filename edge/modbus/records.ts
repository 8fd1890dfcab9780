import type { GridClock } from '../platform/clock.ts';
import { RECORD_ORIGINS } from '../protocol/delivery.ts';
import { GOOD, type QualityCode } from '../protocol/quality.ts';
import type { ReadingSink, RecordLayout } from '../reading.ts';
import type { BusDevice } from './device.ts';
import type { ClassValues } from './visit.ts';

const DEVICE_PROFILE = RECORD_ORIGINS.indexOf('device_profile');

/** Hands reads and health to the sink, with their times in order. */
export class Records {
  readonly #sink: ReadingSink;
  readonly #gridClock: GridClock;
  readonly #clockGeneration: () => number;
  /** Of devices that are not read just now: time and clock generation of their newest records. */
  readonly #newest = new Map<string, Pick<BusDevice, 'lastTimeMs' | 'lastGeneration'>>();

  constructor(sink: ReadingSink, gridClock: GridClock, clockGeneration: () => number) {
    this.#sink = sink;
    this.#gridClock = gridClock;
    this.#clockGeneration = clockGeneration;
  }

  /** The device's bus has ended; should another one read it, the times of its records go on. */
  remember({ id, lastTimeMs, lastGeneration }: BusDevice): void {
    this.#newest.set(id, { lastTimeMs, lastGeneration });
  }

  recall(device: BusDevice): void {
    Object.assign(device, this.#newest.get(device.id));
    this.#newest.delete(device.id);
  }

  nowMs(): number {
    return this.#gridClock.nowMs();
  }

  /** A read with at least one answer behind it, taken at `atMs`; the arrays belong to the sink from now on. */
  take(device: BusDevice, layout: RecordLayout, { values, quality }: ClassValues, atMs: number): void {
    const timeMs = this.#stamp(device, atMs);
    device.lastGoodMs = timeMs;
    this.#sink.take({ layout, timeMs, clockGeneration: device.lastGeneration, values, quality });
  }

  /** A record without values that says why there are none. `atMs` is the time it stands for; default: now. */
  failure(device: BusDevice, layout: RecordLayout, reason: QualityCode, atMs = this.#gridClock.nowMs()): void {
    const values = new Float64Array(layout.metrics.length).fill(Number.NaN);
    const quality = new Uint8Array(layout.metrics.length).fill(reason);
    const timeMs = this.#stamp(device, atMs);
    this.#sink.take({ layout, timeMs, clockGeneration: device.lastGeneration, values, quality });
  }

  /** Values that the device kept itself, at the end of their interval: history, whatever was read meanwhile. */
  fromProfile(layout: RecordLayout, timeMs: number, values: Float64Array, quality: Uint8Array): void {
    const all = new Float64Array(values.length + 1);
    const allQuality = new Uint8Array(values.length + 1);
    all[0] = DEVICE_PROFILE;
    all.set(values, 1);
    allQuality.set(quality, 1);
    this.#sink.take({ layout, timeMs, clockGeneration: this.#clockGeneration(), values: all, quality: allQuality });
  }

  /** The device went up or down, or is down for another reason. */
  health(device: BusDevice): void {
    const { up, reason, sinceMs } = device.health;
    const health = { device: device.id, up: up === true, quality: up ? GOOD : reason, sinceMs };
    this.#sink.health(device.serial === undefined ? health : { ...health, serial: device.serial });
  }

  /**
   * Times of a device's records strictly increase within a clock generation: the host takes a record at or before the
   * newest of its device for a conflict. Two classes of one read are a millisecond apart.
   */
  #stamp(device: BusDevice, timeMs: number): number {
    const generation = this.#clockGeneration();
    const after = generation === device.lastGeneration ? device.lastTimeMs + 1 : Number.NEGATIVE_INFINITY;
    device.lastGeneration = generation;
    device.lastTimeMs = Math.max(timeMs, after);
    return device.lastTimeMs;
  }
}
