import { Fifo } from './fifo.ts';
import { Heap } from './heap.ts';

/** What the order of turns knows of a device, and what it keeps with it. */
export interface TurnTaker {
  /** A read is wanted within this time of falling due, grid milliseconds. */
  readonly servedWithinMs: number;
  /** It has answered before. */
  readonly health: { readonly up: boolean | undefined };
  /** It failed last time: it is read at all only when nobody else waits. */
  readonly sick: boolean;
  /** It waits for its turn. */
  queued: boolean;
  /** By when its turn should have come, process time. */
  turnByMs: number;
  /** Decides between two of the same time. */
  turnOrder: number;
  /** What it has had of the bus in this turn, ms. */
  turnTookMs: number;
  /** It has had its part, or fell due again while it was read. */
  overran: boolean;
}

/** A rest of less than this share of a device's part is not worth an interruption. */
const WORTH_AN_INTERRUPTION = 0.25;

/**
 * Whose turn it is on a bus with one request in flight. The earliest deadline goes first (Liu and Layland 1973), also
 * between two requests of one visit. That alone would let one device that takes more than there is make all others late.
 * So each has its part of the bus, its interval divided by the number of devices: whoever has had it goes on as if it had
 * fallen due an interval later (a constant bandwidth server, Abeni and Buttazzo 1998).
 *
 * Devices that were never heard of may not be there at all: they come after those that were, but before one that has had
 * its part.
 */
export class Turns<D extends TurnTaker> {
  readonly #devices: number;
  readonly #speed: number;
  readonly #known = new Heap<D>(isBefore);
  readonly #unheard = new Fifo<D>();
  #order = 0;

  /** `devices`: how many share the bus; `speed`: grid time to process time. */
  constructor(devices: number, speed: number) {
    this.#devices = devices;
    this.#speed = speed;
  }

  get size(): number {
    return this.#known.size + this.#unheard.size;
  }

  /** A device falls due; `again` when it did so while it was read, and that has ended now. */
  enter(device: D, nowMs: number, again = false): void {
    if (device.queued) return;
    const postponedMs = again ? device.turnByMs : nowMs;
    this.begins(device, nowMs);
    device.turnByMs = Math.max(device.turnByMs, postponedMs);
    device.overran = again;
    if (device.health.up === true) this.#line(device);
    else {
      device.queued = true;
      this.#unheard.push(device);
    }
  }

  /** A turn begins, for a device that did not wait for it. */
  begins(device: D, nowMs: number): void {
    device.turnByMs = nowMs + this.#withinMs(device);
    device.turnTookMs = 0;
    device.overran = false;
  }

  /** Whoever is next; it waits no more. */
  next(): D | undefined {
    const isFirst = this.#known.first?.overran === false || this.#unheard.size === 0;
    const device = isFirst ? this.#known.shift() : this.#unheard.shift();
    if (device !== undefined) device.queued = false;
    return device;
  }

  /**
   * Between two requests of a visit, which took `tookMs` since this was asked last: whether others go first. Then the device waits for
   * the rest, of about `restMs`.
   */
  letsOthersGo(device: D, tookMs: number, restMs: number, nowMs: number): boolean {
    device.turnTookMs += tookMs;
    if (this.size === 0) return false;
    const partMs = device.sick ? 0 : this.#withinMs(device) / this.#devices;
    if (device.turnTookMs >= partMs && restMs > WORTH_AN_INTERRUPTION * partMs) this.#postpone(device, nowMs);
    else if (device.turnByMs <= (this.#known.first?.turnByMs ?? Infinity)) return false;
    this.#line(device);
    return true;
  }

  /** The next part. Not later and later without end: others may overrun, too. */
  #postpone(device: D, nowMs: number): void {
    const withinMs = this.#withinMs(device);
    const latestMs = nowMs + this.#devices * withinMs;
    device.turnByMs = Math.min(Math.max(nowMs, device.turnByMs) + withinMs, latestMs);
    device.turnTookMs = 0;
    device.overran = true;
  }

  #line(device: D): void {
    device.queued = true;
    device.turnOrder = this.#order++;
    this.#known.push(device);
  }

  #withinMs(device: D): number {
    return device.servedWithinMs / this.#speed;
  }
}

function isBefore(one: TurnTaker, other: TurnTaker): boolean {
  return one.turnByMs < other.turnByMs || (one.turnByMs === other.turnByMs && one.turnOrder < other.turnOrder);
}
