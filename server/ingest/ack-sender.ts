import type { ProcessClock, Timer } from '../../edge/platform/clock.ts';
import { type DeliveryAck, MAX_RANGES_PER_MESSAGE } from '../../edge/protocol/delivery.ts';
import type { Range } from '../../edge/protocol/ranges.ts';
import type { LedgerStream } from './delivery-ledger.ts';

export interface AckDeps {
  readonly hostId: string;
  readonly intervalMs: number;
  readonly processClock: ProcessClock;
  /** Records the host will take from this node beyond those in flight. */
  credit(node: string): number;
  /** What an acknowledgement rests on is on disk; false when it could not be written, and nothing may be acknowledged. */
  save(): boolean;
  /** Publishes it to the node, when it is there. */
  publish(node: string, ack: DeliveryAck): void;
}

interface Due {
  readonly node: string;
  readonly epoch: string;
  readonly stream: LedgerStream | undefined;
  /** For an epoch that is settled and forgotten. */
  readonly lastN: number;
}

/**
 * Acknowledges what is settled, to each node and epoch at most once an interval: the whole of it each time, since an
 * acknowledgement that got lost is not repeated otherwise. What does not fit into one follows in the next ones, part by
 * part: an edge would wait for ever for a record that no acknowledgement has room for.
 */
export class AckSender {
  readonly #deps: AckDeps;
  readonly #due = new Map<string, Due>();
  readonly #sentMs = new Map<string, number>();
  /** How far the ranges of an epoch are told that do not fit into one acknowledgement. */
  readonly #toldTo = new Map<string, number>();
  /** Epochs of which something was asked while their parts were being told: they begin anew afterwards. */
  readonly #again = new Set<string>();
  #timer: Timer | undefined;

  constructor(deps: AckDeps) {
    this.#deps = deps;
  }

  /** Something is to be said of an epoch: a birth, a commit, a duplicate. */
  request(stream: LedgerStream): void {
    this.#request({ ...stream.id, stream, lastN: 0 });
  }

  /** A record, or the close, of an epoch that is settled altogether came again. */
  requestClosed(node: string, epoch: string, lastN: number): void {
    this.#request({ node, epoch, stream: undefined, lastN });
  }

  /** Sends at once what is due of a node, however recent the last one: after its birth. */
  flush(node: string): void {
    const due = [...this.#due.entries()].filter(([, item]) => item.node === node);
    if (due.length === 0 || !this.#deps.save()) return;
    for (const [key, item] of due) this.#send(key, item);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#due.clear();
    this.#toldTo.clear();
    this.#again.clear();
  }

  #request(item: Due): void {
    const key = `${item.node}\0${item.epoch}`;
    this.#due.set(key, item);
    if (this.#toldTo.has(key)) this.#again.add(key);
    this.#timer ??= this.#deps.processClock.setTimer(this.#deps.intervalMs / 4, () => this.#tick());
  }

  #tick(): void {
    this.#timer = undefined;
    const nowMs = this.#deps.processClock.nowMs();
    if (this.#deps.save()) {
      for (const [key, item] of this.#due) {
        if (nowMs - (this.#sentMs.get(key) ?? Number.NEGATIVE_INFINITY) >= this.#deps.intervalMs) this.#send(key, item);
      }
    }
    if (this.#sentMs.size > 4 * (this.#due.size + 1000)) this.#forgetOld(nowMs);
    if (this.#due.size > 0) {
      this.#timer = this.#deps.processClock.setTimer(this.#deps.intervalMs / 4, () => this.#tick());
    }
  }

  #send(key: string, item: Due): void {
    const { node, epoch, stream, lastN } = item;
    this.#due.delete(key);
    this.#sentMs.set(key, this.#deps.processClock.nowMs());
    const whole: readonly Range[] = lastN >= 1 ? [[1, lastN]] : [];
    const part = stream?.received.done(MAX_RANGES_PER_MESSAGE, this.#toldTo.get(key)) ?? { ranges: whole, next: 0 };
    this.#goOn(key, item, part.next);
    this.#deps.publish(node, {
      host: this.#deps.hostId,
      epoch,
      done: part.ranges.map(([from, to]) => [from, to]),
      received: stream ? stream.received.received() : lastN,
      credit: this.#deps.credit(node),
    });
  }

  /** Sees to the part after this one; after the last, to a new round if there is something new. */
  #goOn(key: string, item: Due, next: number): void {
    if (next > 0) this.#toldTo.set(key, next);
    else this.#toldTo.delete(key);
    if (next > 0 || this.#again.delete(key)) this.#due.set(key, item);
  }

  #forgetOld(nowMs: number): void {
    for (const [key, sentMs] of this.#sentMs) if (nowMs - sentMs > 10 * this.#deps.intervalMs) this.#sentMs.delete(key);
  }
}
