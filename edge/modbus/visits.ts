import type { ProcessClock } from '../platform/clock.ts';
import type { QualityCode } from '../protocol/quality.ts';
import type { BusDevice } from './device.ts';
import type { Line } from './line.ts';
import { Visit, type VisitOrder, type VisitResult } from './visit.ts';

/** What a visit took, ms: of the bus, and from its beginning to its end, with what went between its requests. */
export interface VisitTime {
  readonly tookMs: number;
  readonly durationMs: number;
}

export interface VisitsOptions {
  readonly line: Line;
  readonly clock: ProcessClock;
  /** Whether anybody waits for a turn. */
  readonly areOthersWaiting: () => boolean;
  /** Between two requests: whether the visit is to wait. It took `tookMs` since this was asked last, and `restMs` are to come. */
  readonly waits: (device: BusDevice, tookMs: number, restMs: number) => boolean;
  /** The visit waits: the bus is free for another. */
  readonly onFree: () => void;
  readonly onEnd: (result: VisitResult, time: VisitTime) => void;
}

/** The visits of a bus: one is at work, others may wait between two of their requests. */
export class Visits {
  readonly #options: VisitsOptions;
  readonly #waiting = new Map<BusDevice, Stay>();
  /** For the next visits: a bus mostly has one. */
  readonly #spare: Stay[] = [];
  #current: Stay | undefined;

  constructor(options: VisitsOptions) {
    this.#options = options;
  }

  /** A visit is at work. */
  get busy(): boolean {
    return this.#current !== undefined;
  }

  /** Whether a visit to the device has begun and waits. */
  isWaiting(device: BusDevice): boolean {
    return this.#waiting.has(device);
  }

  begin(order: VisitOrder): void {
    const stay = this.#spare.pop() ?? new Stay(this.#options.line, this);
    stay.beginMs = this.#options.clock.nowMs();
    stay.sinceMs = stay.beginMs;
    stay.tookMs = 0;
    this.#current = stay;
    stay.visit.begin(order);
  }

  /** Goes on with a visit that waits. */
  goOn(device: BusDevice): void {
    const stay = this.#taken(device);
    if (stay === undefined) return;
    stay.sinceMs = this.#options.clock.nowMs();
    this.#current = stay;
    stay.visit.goOn();
  }

  /** Ends a visit that waits with what it has. */
  breakOff(device: BusDevice, reason: QualityCode): void {
    this.#taken(device)?.visit.breakOff(reason);
  }

  /** For a stay: whether its next request may be sent now. */
  mayGoOn(stay: Stay): boolean {
    if (!this.#options.areOthersWaiting()) return true;
    const { device, requests, requestsLeft } = stay.visit;
    if (device === undefined) return true;
    const tookMs = this.#account(stay);
    if (!this.#options.waits(device, tookMs, (stay.tookMs / requests) * requestsLeft)) return true;
    this.#waiting.set(device, stay);
    this.#current = undefined;
    this.#options.onFree();
    return false;
  }

  /** For a stay: it is over. */
  ended(stay: Stay, result: VisitResult): void {
    if (this.#current === stay) {
      this.#account(stay);
      this.#current = undefined;
    }
    this.#spare.push(stay);
    const durationMs = this.#options.clock.nowMs() - stay.beginMs;
    this.#options.onEnd(result, { tookMs: stay.tookMs, durationMs });
  }

  #taken(device: BusDevice): Stay | undefined {
    const stay = this.#waiting.get(device);
    this.#waiting.delete(device);
    return stay;
  }

  /** Counts what was had of the bus since this was done last; returns it. */
  #account(stay: Stay): number {
    const nowMs = this.#options.clock.nowMs();
    const tookMs = nowMs - stay.sinceMs;
    stay.sinceMs = nowMs;
    stay.tookMs += tookMs;
    return tookMs;
  }
}

/** A visit, and what it has taken so far. */
class Stay {
  readonly visit: Visit;
  beginMs = 0;
  /** Since when what it has of the bus is not counted yet. */
  sinceMs = 0;
  tookMs = 0;

  constructor(line: Line, visits: Visits) {
    this.visit = new Visit(
      line,
      (result) => visits.ended(this, result),
      () => visits.mayGoOn(this),
    );
  }
}
