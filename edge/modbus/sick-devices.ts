import type { ProcessClock } from '../platform/clock.ts';
import { ProbeBudget } from './allowance.ts';
import type { BusDevice } from './device.ts';

/** The devices of a bus that failed last time, and when each may be probed: with back-off, and all within a budget. */
export class SickDevices {
  readonly #clock: ProcessClock;
  readonly #devices = new Set<BusDevice>();
  readonly #budget = new ProbeBudget();

  constructor(clock: ProcessClock) {
    this.#clock = clock;
  }

  [Symbol.iterator](): Iterator<BusDevice> {
    return this.#devices.values();
  }

  /** A visit failed after `costMs`; `onBus` is the number of devices on the bus, this one included. */
  add(device: BusDevice, costMs: number, onBus: number): void {
    const nowMs = this.#clock.nowMs();
    device.sick = true;
    device.fastDue = false;
    device.probeAtMs = nowMs + device.backoff.nextMs();
    this.#devices.add(device);
    this.#budget.spend(costMs, nowMs, this.#devices.size < onBus);
  }

  remove(device: BusDevice): void {
    device.sick = false;
    device.backoff.reset();
    this.#devices.delete(device);
  }

  /** The device to probe next and how long until then; undefined when all are well. */
  next(): { readonly device: BusDevice; readonly waitMs: number } | undefined {
    let first: BusDevice | undefined;
    for (const device of this.#devices) if (first === undefined || device.probeAtMs < first.probeAtMs) first = device;
    if (first === undefined) return undefined;
    return { device: first, waitMs: Math.max(first.probeAtMs, this.#budget.freeAtMs) - this.#clock.nowMs() };
  }
}
