import { allowanceMs, BusLoad } from './allowance.ts';
import { type BusDevice, smooth } from './device.ts';

/** How long a bus waits for each of its devices; learns from how long they usually take. */
export class Patience {
  readonly #load = new BusLoad();
  readonly #speed: number;
  readonly #shortestIntervalMs: number;
  /** Usual time of a request on this bus, whoever it went to. */
  #usualRequestMs: number | undefined;

  constructor(devices: readonly BusDevice[], speed: number) {
    this.#speed = speed;
    // A device alone on its bus disturbs nobody and may take its whole time-out.
    const intervals = devices.length > 1 ? devices.map((device) => device.shortestIntervalMs) : [];
    this.#shortestIntervalMs = intervals.reduce((least, interval) => Math.min(least, interval), Infinity) / speed;
  }

  /** How long to wait for an answer of this device. */
  allowanceMs(device: BusDevice): number {
    return allowanceMs({
      timeoutMs: device.timeoutMs,
      shortestIntervalMs: this.#shortestIntervalMs,
      busyShare: this.#load.share,
      usualMs: device.usualRequestMs ?? this.#usualRequestMs,
    });
  }

  /** A read of the device took `durationMs` in all its requests. */
  took(device: BusDevice, durationMs: number, requests: number): void {
    this.#noteLoad(device, device.tookMs(durationMs, requests));
    this.#usualRequestMs = smooth(this.#usualRequestMs, durationMs / Math.max(1, requests));
  }

  /** The device is not read for now. */
  rests(device: BusDevice): void {
    this.#noteLoad(device, 0);
  }

  #noteLoad(device: BusDevice, usualMs: number): void {
    const share = (usualMs * this.#speed) / device.shortestIntervalMs;
    this.#load.change(device.loadShare, share);
    device.loadShare = share;
  }
}
