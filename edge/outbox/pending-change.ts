import { type Range, RangeSet } from '../protocol/ranges.ts';
import type { Change, GiveUp } from './change.ts';
import type { DeviceRow } from './outbox-tables.ts';

/** What waits for the next commit besides new records. */
export class PendingChange {
  readonly #settled = new Map<string, RangeSet>();
  readonly #devices = new Map<string, DeviceRow>();
  readonly #everGivenUp = new Map<string, RangeSet>();
  #giveUps: GiveUp[] = [];
  #tombstonesDone: number[] = [];
  #epochsDone: string[] = [];

  get isEmpty(): boolean {
    const lists = [this.#giveUps, this.#tombstonesDone, this.#epochsDone];
    return this.#settled.size === 0 && this.#devices.size === 0 && lists.every((list) => list.length === 0);
  }

  settle(epoch: string, ranges: readonly Range[]): void {
    let settled = this.#settled.get(epoch);
    if (!settled) {
      settled = new RangeSet();
      this.#settled.set(epoch, settled);
    }
    settled.addAll(ranges);
  }

  /** A record is given up once: until its tombstone is made, others may miss it and think of another reason. */
  giveUp(giveUp: GiveUp): void {
    const before = this.#everGivenUp.get(giveUp.epoch) ?? new RangeSet();
    const ranges = giveUp.ranges.flatMap(([from, to]) => before.missingIn(from, to));
    const isWhole = countOf(ranges) === countOf(giveUp.ranges);
    before.addAll(ranges);
    this.#everGivenUp.set(giveUp.epoch, before);
    const { facts: _, ...rest } = giveUp;
    // Facts of a part are not known.
    if (ranges.length > 0) this.#giveUps.push(isWhole ? giveUp : { ...rest, ranges });
  }

  tombstonesDone(ids: readonly number[]): void {
    this.#tombstonesDone.push(...ids);
  }

  closeEpoch(epoch: string): void {
    this.#epochsDone.push(epoch);
  }

  setDevice(device: DeviceRow): void {
    this.#devices.set(device.id, device);
  }

  /** Everything that waits, which then no longer does. */
  take(): Omit<Change, 'blocks' | 'lastN' | 'nowMs'> {
    const taken = {
      settled: [...this.#settled].map(([epoch, ranges]) => ({ epoch, ranges: ranges.toArray() })),
      giveUps: this.#giveUps,
      tombstonesDone: this.#tombstonesDone,
      epochsDone: this.#epochsDone,
      devices: [...this.#devices.values()],
    };
    this.#settled.clear();
    this.#devices.clear();
    this.#giveUps = [];
    this.#tombstonesDone = [];
    this.#epochsDone = [];
    return taken;
  }

  /** What `take` gave and the file did not. */
  putBack(change: Omit<Change, 'blocks' | 'lastN' | 'nowMs'>): void {
    for (const { epoch, ranges } of change.settled) this.settle(epoch, ranges);
    this.#giveUps.unshift(...change.giveUps);
    this.#tombstonesDone.unshift(...change.tombstonesDone);
    this.#epochsDone.unshift(...change.epochsDone);
    for (const device of change.devices) if (!this.#devices.has(device.id)) this.#devices.set(device.id, device);
  }
}

function countOf(ranges: readonly Range[]): number {
  return ranges.reduce((count, [from, to]) => count + to - from + 1, 0);
}
