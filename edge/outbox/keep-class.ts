import { GOOD } from '../protocol/quality.ts';
import type { DeviceRead } from '../reading.ts';
import { INTERVAL_MS, KEEP_CLASS, type KeepClass } from './record.ts';

/** Tells the registers that settlement needs from those read in between: a device's first good read of each interval. */
export class BoundaryWatch {
  readonly #intervals = new Map<number, number>();

  classOf(layoutId: number, read: DeviceRead): KeepClass {
    if (read.layout.pollClass === 'fast') return KEEP_CLASS.fast;
    const interval = Math.floor(read.timeMs / INTERVAL_MS);
    if (this.#intervals.get(layoutId) === interval || !read.quality.includes(GOOD)) return KEEP_CLASS.registers;
    this.#intervals.set(layoutId, interval);
    return KEEP_CLASS.boundary;
  }
}
