import type { DeliveryAck } from '../protocol/delivery.ts';
import type { Range } from '../protocol/ranges.ts';
import type { EarlierEpoch, EpochRanges } from './change.ts';
import { EpochDelivery } from './epoch-delivery.ts';
import { SendWindow, type WindowSettings } from './send-window.ts';

export interface DeliverySettings extends WindowSettings {
  /** The only host whose acknowledgements count; without one nothing is ever pruned. */
  readonly primaryHost: string | undefined;
  /** A record of which so many sends stayed unsettled, while records sent after it were settled, is given up. */
  readonly maxSends: number;
  /** How long the first send of a record waits for its answer; each further one waits twice as long. */
  readonly firstTimeoutMs: number;
  readonly maxTimeoutMs: number;
}

export const DELIVERY_DEFAULTS = {
  maxSends: 5,
  firstTimeoutMs: 15_000,
  maxTimeoutMs: 300_000,
  maxWindow: 64,
  targetAnswerMs: 1000,
} as const;

/** Records on their way. */
interface Flight {
  readonly epoch: EpochDelivery;
  ranges: Range[];
  readonly isLive: boolean;
  readonly sinceMs: number;
  deadlineMs: number;
  /** Records in it that waited when the last acknowledgement came. */
  waiting: number;
}

/** Live sends of so long count as one flight. */
const LIVE_FLIGHT_MS = 1000;
/** A bound on flights while nobody answers: the oldest are joined. */
const MAX_LIVE_FLIGHTS = 64;

/**
 * Which records are on their way, which are settled, and what is to be sent next. Pure: no clock, no I/O. The rules:
 * - live records are sent at once, whatever the host says; everything else waits for an acknowledgement since the birth;
 * - what the host has received is not sent again while the connection lives;
 * - a birth makes everything unsettled that was on its way a backlog again;
 * - only the primary host settles.
 */
export class Delivery {
  readonly #settings: DeliverySettings;
  readonly #current: EpochDelivery;
  /** Oldest first; the running epoch last. */
  readonly #epochs = new Map<string, EpochDelivery>();
  readonly #window: SendWindow;
  #flights: Flight[] = [];
  #acknowledged = false;
  /** Newest send of which a record was settled: what was sent before and is not has failed, not just waited. */
  #answeredSinceMs = -Infinity;
  /** Time-outs in a row without anything settled: while the store is down, repeats become rare. */
  #silence = 0;

  constructor(settings: DeliverySettings, epoch: string, earlier: readonly EarlierEpoch[] = []) {
    this.#settings = settings;
    this.#window = new SendWindow(settings);
    for (const { epoch: name, lastN, waiting } of earlier) {
      this.#epochs.set(name, new EpochDelivery(name, lastN, waiting));
    }
    this.#current = new EpochDelivery(epoch, 0, []);
    this.#epochs.set(epoch, this.#current);
  }

  /** Records that wait, over all epochs. */
  get waiting(): number {
    let waiting = 0;
    for (const epoch of this.#epochs.values()) waiting += epoch.waiting;
    return waiting;
  }

  /** The lowest number of the running epoch that is not settled. */
  get first(): number {
    return this.#current.first;
  }

  /** Whether the primary host has acknowledged anything since the birth. */
  get isAcknowledged(): boolean {
    return this.#acknowledged;
  }

  /** Epochs of earlier starts, oldest first. */
  earlierEpochs(): { readonly epoch: string; readonly lastN: number; readonly waiting: number }[] {
    return [...this.#epochs.values()]
      .filter((epoch) => epoch !== this.#current)
      .map(({ epoch, lastN, waiting }) => ({ epoch, lastN, waiting }));
  }

  isWaiting(epoch: string, n: number): boolean {
    return this.#epochs.get(epoch)?.isWaiting(n) ?? false;
  }

  /** Records up to `to` are taken. */
  taken(to: number): void {
    this.#current.taken(to);
  }

  /** Records of the running epoch that were just sent as live values. */
  sentLive(from: number, to: number, nowMs: number): void {
    this.#current.sent([[from, to]]);
    const last = this.#flights.findLast(({ isLive }) => isLive);
    if (last && nowMs - last.sinceMs < LIVE_FLIGHT_MS) {
      extend(last.ranges, from, to);
      last.waiting += to - from + 1;
      return;
    }
    this.#flights.push(this.#flight(this.#current, [[from, to]], true, nowMs));
    this.#joinLiveFlights();
  }

  /** A birth is out: the host's knowledge is asked anew. */
  born(): void {
    this.#restart();
  }

  /** The connection is gone. */
  lost(): void {
    this.#restart();
  }

  /** Takes an acknowledgement; returns what it settled, undefined when it is not from the primary host or of no epoch of ours. */
  acknowledge(ack: DeliveryAck, nowMs: number): Range[] | undefined {
    const epoch = this.#epochs.get(ack.epoch);
    if (ack.host !== this.#settings.primaryHost || !epoch) return undefined;
    this.#acknowledged = true;
    const settled = epoch.settle(ack.done);
    epoch.receivedUpTo(ack.received);
    this.#window.grant(ack.credit);
    if (settled.length > 0) this.#silence = 0;
    this.#land(nowMs);
    return settled;
  }

  /** Records that became tombstones. */
  gaveUp(epochName: string, ranges: readonly Range[]): void {
    const epoch = this.#epochs.get(epochName);
    epoch?.settle(ranges);
    // Only what the host settles counts as an answer.
    for (const flight of this.#flights) {
      if (flight.epoch === epoch) flight.waiting = countOf(epoch.unsettled(flight.ranges));
    }
  }

  /** An earlier epoch of which the host knows the end. */
  forget(epochName: string): void {
    if (epochName !== this.#current.epoch) this.#epochs.delete(epochName);
  }

  /** How many records of the backlog may be sent now. */
  allowance(): number {
    if (!this.#acknowledged) return 0;
    return this.#window.allowance(this.#flights.reduce((count, { isLive }) => count + (isLive ? 0 : 1), 0));
  }

  /** Where the oldest backlog begins. */
  backlog(): { readonly epoch: string; readonly from: number } | undefined {
    for (const epoch of this.#epochs.values()) {
      const from = epoch.backlogFrom;
      if (from !== undefined) return { epoch: epoch.epoch, from };
    }
    return undefined;
  }

  /** Takes the backlog of an epoch between two numbers into hand: it is sent or released. */
  claim(epochName: string, from: number, to: number): Range[] {
    return this.#epochs.get(epochName)?.claim(from, to) ?? [];
  }

  release({ epoch, ranges }: EpochRanges): void {
    this.#epochs.get(epoch)?.release(ranges);
  }

  /** A message of the backlog was sent. */
  sentBacklog({ epoch: name, ranges }: EpochRanges, nowMs: number): void {
    const epoch = this.#epochs.get(name);
    if (!epoch) return;
    epoch.sent(ranges);
    this.#window.sent(countOf(ranges));
    this.#flights.push(this.#flight(epoch, [...ranges], false, nowMs));
  }

  /** Looks after what was not answered in time; returns what is to be given up. */
  tick(nowMs: number): EpochRanges[] {
    if (!this.#acknowledged) return [];
    const abandoned: EpochRanges[] = [];
    const overdue = this.#flights.filter(({ deadlineMs }) => nowMs >= deadlineMs);
    if (overdue.some(({ sinceMs }) => sinceMs >= this.#answeredSinceMs)) this.#silence += 1;
    for (const flight of overdue) this.#overdue(flight, nowMs, abandoned);
    if (overdue.length > 0) this.#flights = this.#flights.filter(({ ranges }) => ranges.length > 0);
    return abandoned;
  }

  /** What is missing is backlog again, or given up; what the host has received goes on waiting. */
  #overdue(flight: Flight, nowMs: number, abandoned: EpochRanges[]): void {
    const { epoch, sinceMs } = flight;
    const missing = epoch.missing(flight.ranges);
    if (sinceMs < this.#answeredSinceMs) {
      epoch.failed(missing);
      const hopeless = epoch.exhausted(missing, this.#settings.maxSends);
      epoch.settle(hopeless);
      if (hopeless.length > 0) abandoned.push({ epoch: epoch.epoch, ranges: hopeless });
    }
    epoch.release(missing);
    if (missing.length > 0 && !flight.isLive) this.#window.timedOut();
    flight.ranges = epoch.unsettled(flight.ranges).flatMap((range) => without(range, missing));
    flight.deadlineMs = nowMs + this.#settings.maxTimeoutMs;
  }

  /** Flights whose records are all settled or received have landed; their time says how fast the host is. */
  #land(nowMs: number): void {
    this.#flights = this.#flights.filter((flight) => {
      const { epoch, sinceMs, isLive } = flight;
      const waiting = countOf(epoch.unsettled(flight.ranges));
      if (waiting < flight.waiting) this.#answeredSinceMs = Math.max(this.#answeredSinceMs, sinceMs);
      flight.waiting = waiting;
      if (isLive) return waiting > 0;
      if (epoch.missing(flight.ranges).length > 0) return true;
      this.#window.answered(nowMs - sinceMs);
      return false;
    });
  }

  #flight(epoch: EpochDelivery, ranges: Range[], isLive: boolean, nowMs: number): Flight {
    const failures = ranges.reduce((most, [from]) => Math.max(most, epoch.failuresOf(from)), this.#silence);
    const { firstTimeoutMs, maxTimeoutMs } = this.#settings;
    const deadlineMs = nowMs + Math.min(maxTimeoutMs, firstTimeoutMs * 2 ** Math.min(failures, 30));
    return { epoch, ranges, isLive, sinceMs: nowMs, deadlineMs, waiting: countOf(ranges) };
  }

  #joinLiveFlights(): void {
    const live = this.#flights.filter(({ isLive }) => isLive);
    const [first, second] = live;
    if (live.length <= MAX_LIVE_FLIGHTS || !first || !second) return;
    second.ranges = first.ranges.concat(second.ranges).reduce<Range[]>((all, [from, to]) => {
      extend(all, from, to);
      return all;
    }, []);
    second.waiting += first.waiting;
    this.#flights = this.#flights.filter((flight) => flight !== first);
  }

  #restart(): void {
    this.#flights = [];
    this.#acknowledged = false;
    this.#answeredSinceMs = -Infinity;
    this.#silence = 0;
    this.#window.reset();
    for (const epoch of this.#epochs.values()) epoch.releaseAll();
  }
}

function countOf(ranges: readonly Range[]): number {
  return ranges.reduce((count, [from, to]) => count + to - from + 1, 0);
}

/** Adds a range at the end of a list, growing the last one where it can. */
function extend(ranges: Range[], from: number, to: number): void {
  const last = ranges.at(-1);
  if (last && last[1] + 1 === from) ranges[ranges.length - 1] = [last[0], to];
  else ranges.push([from, to]);
}

function without(range: Range, taken: readonly Range[]): Range[] {
  return taken.reduce<Range[]>(
    (rest, [from, to]) =>
      rest.flatMap(([start, end]): Range[] => {
        if (to < start || from > end) return [[start, end]];
        const parts: Range[] = [];
        if (start < from) parts.push([start, from - 1]);
        if (end > to) parts.push([to + 1, end]);
        return parts;
      }),
    [range],
  );
}
