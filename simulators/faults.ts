import type { DeviceFaultKind } from './scenario/fault-kinds.ts';

export interface Fault {
  readonly device: string;
  readonly kind: DeviceFaultKind;
  readonly fromMs: number;
  /** Infinity: until it is taken away. */
  readonly toMs: number;
}

/** Most faults remembered; the oldest that have ended go first. */
const MAX_FAULTS = 100_000;

/**
 * Which device misbehaves how, and when: the faults planned at the start and those told while running. The newest one
 * that is in force decides.
 */
export class FaultBook {
  readonly #byDevice = new Map<string, Fault[]>();
  #count = 0;

  constructor(planned: Iterable<Fault> = []) {
    for (const fault of planned) this.add(fault);
  }

  add(fault: Fault): void {
    if (this.#count >= MAX_FAULTS) this.#forgetEnded(fault.fromMs);
    const faults = this.#byDevice.get(fault.device);
    if (faults) faults.push(fault);
    else this.#byDevice.set(fault.device, [fault]);
    this.#count += 1;
  }

  /** The fault in force at a moment. */
  at(device: string, timeMs: number): Fault | undefined {
    return this.#byDevice.get(device)?.findLast((fault) => fault.fromMs <= timeMs && timeMs < fault.toMs);
  }

  /** Ends what is in force for a device. Returns how many faults that were. */
  end(device: string, timeMs: number): number {
    const faults = this.#byDevice.get(device) ?? [];
    const ended = faults.filter((fault) => fault.fromMs <= timeMs && timeMs < fault.toMs).length;
    const kept = faults.map((fault) =>
      fault.fromMs <= timeMs && timeMs < fault.toMs ? { ...fault, toMs: timeMs } : fault,
    );
    this.#byDevice.set(device, kept);
    return ended;
  }

  /** Every fault known, with its label: the truth that a score is measured against. */
  all(): Fault[] {
    return [...this.#byDevice.values()].flat();
  }

  #forgetEnded(nowMs: number): void {
    for (const [device, faults] of this.#byDevice) {
      const kept = faults.filter((fault) => fault.toMs > nowMs);
      this.#count -= faults.length - kept.length;
      if (kept.length === 0) this.#byDevice.delete(device);
      else this.#byDevice.set(device, kept);
    }
  }
}
