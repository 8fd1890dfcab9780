import { DELIVERY_DEFAULTS, Delivery } from '../../../../edge/outbox/delivery.ts';
import type { DeliveryAck } from '../../../../edge/protocol/delivery.ts';
import { type Range, RangeSet } from '../../../../edge/protocol/ranges.ts';

/** What may happen, one at a time; numbers choose among what there is. */
export type Happening =
  | { readonly kind: 'take'; readonly records: number }
  | { readonly kind: 'drain'; readonly records: number }
  | { readonly kind: 'deliver' | 'lose' | 'repeat'; readonly index: number }
  | { readonly kind: 'deliverAck' | 'loseAck' | 'repeatAck'; readonly index: number }
  | { readonly kind: 'commit' | 'ack' | 'hostCrash' | 'connect' | 'disconnect' | 'edgeCrash' }
  | { readonly kind: 'full'; readonly records: number }
  | { readonly kind: 'pass'; readonly ms: number };

interface Sent {
  readonly session: number;
  readonly epoch: string;
  readonly ns: readonly number[];
}

interface HostEpoch {
  readonly stored: Set<number>;
  readonly waiting: Set<number>;
}

/** The disk of the edge: what a crash leaves. */
interface Disk {
  lastN: number;
  readonly waiting: Set<number>;
  readonly explained: Set<number>;
}

const HOST = 'gridwarden';
const CREDIT = 20;

/**
 * An edge's delivery between a disk that crashes leave alone, a channel that loses, repeats and reorders, and a host
 * whose store commits when it likes. Every step checks that nothing is lost and nothing is counted twice.
 */
export class DeliveryWorld {
  readonly #disk = new Map<string, Disk>();
  readonly #host = new Map<string, HostEpoch>();
  #toHost: Sent[] = [];
  #toEdge: { readonly session: number; readonly ack: DeliveryAck }[] = [];
  #delivery: Delivery;
  #epoch: string;
  #epochs = 0;
  #connected = false;
  #session = 0;
  #nowMs = 0;

  constructor() {
    this.#epoch = this.#newEpoch();
    this.#delivery = new Delivery(this.#settings(), this.#epoch);
  }

  get waiting(): number {
    return [...this.#disk.values()].reduce((sum, { waiting }) => sum + waiting.size, 0);
  }

  get explained(): number {
    return [...this.#disk.values()].reduce((sum, { explained }) => sum + explained.size, 0);
  }

  get stored(): number {
    return [...this.#host.values()].reduce((sum, { stored }) => sum + stored.size, 0);
  }

  happen(happening: Happening): void {
    if (happening.kind === 'take') this.#take(happening.records);
    else if (happening.kind === 'drain') this.#drain(happening.records);
    else if (happening.kind === 'full') this.#full(happening.records);
    else if (happening.kind === 'pass') this.#pass(happening.ms);
    else if ('index' in happening) this.#onTheWay(happening.kind, happening.index);
    else this.#occur(happening.kind);
  }

  /** Everyone is well for long enough: what can arrive arrives. */
  settleDown(): void {
    this.#connect();
    for (let round = 0; round < 400 && this.waiting > 0; round++) {
      this.#ack();
      while (this.#toEdge.length > 0) this.#deliverAck(0, false);
      for (let step = 0; step < 5; step++) this.#drain(50);
      while (this.#toHost.length > 0) this.#deliver(0, false);
      this.#commit();
      this.#pass(1000);
    }
  }

  /** Every number is in exactly one place: waiting at the edge, stored, or explained and neither. */
  check(): void {
    for (const [epoch, { lastN, waiting, explained }] of this.#disk) {
      const { stored } = this.#hostEpoch(epoch);
      for (const n of stored) if (n > lastN) throw new Error(`${epoch} ${n} is stored and was never taken`);
      for (let n = 1; n <= lastN; n++) {
        if (!stored.has(n) && !waiting.has(n) && !explained.has(n)) throw new Error(`${epoch} ${n} is lost`);
      }
    }
    if (this.#delivery.waiting !== this.waiting) {
      throw new Error(`the edge counts ${this.#delivery.waiting} waiting, its disk holds ${this.waiting}`);
    }
  }

  #onTheWay(kind: 'deliver' | 'lose' | 'repeat' | 'deliverAck' | 'loseAck' | 'repeatAck', index: number): void {
    if (kind === 'deliver' || kind === 'repeat') this.#deliver(index, kind === 'repeat');
    else if (kind === 'deliverAck' || kind === 'repeatAck') this.#deliverAck(index, kind === 'repeatAck');
    else if (kind === 'lose') this.#toHost.splice(index % Math.max(1, this.#toHost.length), 1);
    else this.#toEdge.splice(index % Math.max(1, this.#toEdge.length), 1);
  }

  #occur(kind: 'commit' | 'ack' | 'hostCrash' | 'connect' | 'disconnect' | 'edgeCrash'): void {
    if (kind === 'commit') this.#commit();
    else if (kind === 'ack') this.#ack();
    else if (kind === 'connect') this.#connect();
    else if (kind === 'disconnect') this.#disconnect();
    else if (kind === 'edgeCrash') this.#edgeCrash();
    else for (const { waiting } of this.#host.values()) waiting.clear();
  }

  #settings() {
    return { ...DELIVERY_DEFAULTS, primaryHost: HOST };
  }

  #newEpoch(): string {
    this.#epochs += 1;
    const epoch = `e${this.#epochs}`;
    this.#disk.set(epoch, { lastN: 0, waiting: new Set(), explained: new Set() });
    return epoch;
  }

  #take(records: number): void {
    const disk = this.#diskOf(this.#epoch);
    const from = disk.lastN + 1;
    const to = disk.lastN + records;
    disk.lastN = to;
    for (let n = from; n <= to; n++) disk.waiting.add(n);
    this.#delivery.taken(to);
    if (!this.#connected) return;
    this.#delivery.sentLive(from, to, this.#nowMs);
    for (let n = from; n <= to; n++) this.#toHost.push({ session: this.#session, epoch: this.#epoch, ns: [n] });
  }

  #drain(records: number): void {
    const backlog = this.#delivery.backlog();
    const allowance = this.#delivery.allowance();
    if (!this.#connected || !backlog || allowance === 0) return;
    const claimed = this.#delivery.claim(backlog.epoch, backlog.from, backlog.from + records - 1);
    const numbers = claimed.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, i) => from + i));
    for (const n of numbers) {
      if (!this.#diskOf(backlog.epoch).waiting.has(n))
        throw new Error(`${backlog.epoch} ${n} is not on the disk any more`);
    }
    const sent = numbers.slice(0, allowance);
    const rest = numbers.slice(allowance);
    if (rest.length > 0) this.#delivery.release({ epoch: backlog.epoch, ranges: rangesOf(rest) });
    this.#delivery.sentBacklog({ epoch: backlog.epoch, ranges: rangesOf(sent) }, this.#nowMs);
    this.#toHost.push({ session: this.#session, epoch: backlog.epoch, ns: sent });
  }

  #deliver(index: number, keep: boolean): void {
    const at = index % Math.max(1, this.#toHost.length);
    const message = this.#toHost[at];
    if (!message) return;
    if (!keep) this.#toHost.splice(at, 1);
    const host = this.#hostEpoch(message.epoch);
    for (const n of message.ns) if (!host.stored.has(n)) host.waiting.add(n);
  }

  #commit(): void {
    for (const { stored, waiting } of this.#host.values()) {
      for (const n of waiting) stored.add(n);
      waiting.clear();
    }
  }

  #ack(): void {
    for (const [epoch, { explained }] of this.#disk) {
      const { stored, waiting } = this.#hostEpoch(epoch);
      const done = new RangeSet([...stored, ...explained].map((n): Range => [n, n]));
      let received = 0;
      while (done.has(received + 1) || waiting.has(received + 1)) received += 1;
      this.#toEdge.push({
        session: this.#session,
        ack: {
          host: HOST,
          epoch,
          done: done.toArray().map(([from, to]): [number, number] => [from, to]),
          received,
          credit: CREDIT,
        },
      });
    }
  }

  #deliverAck(index: number, keep: boolean): void {
    const at = index % Math.max(1, this.#toEdge.length);
    const message = this.#toEdge[at];
    if (!message) return;
    if (!keep) this.#toEdge.splice(at, 1);
    if (message.session !== this.#session || !this.#connected) return;
    for (const [from, to] of this.#delivery.acknowledge(message.ack, this.#nowMs) ?? []) {
      for (let n = from; n <= to; n++) this.#diskOf(message.ack.epoch).waiting.delete(n);
    }
  }

  #connect(): void {
    this.#connected = true;
    this.#session += 1;
    this.#delivery.born();
  }

  #disconnect(): void {
    this.#connected = false;
    this.#delivery.lost();
  }

  #edgeCrash(): void {
    this.#connected = false;
    this.#session += 1;
    const earlier = [...this.#disk].map(([epoch, { lastN, waiting }]) => ({
      epoch,
      startedMs: 0,
      lastN,
      waiting: rangesOf([...waiting].sort((a, b) => a - b)),
    }));
    this.#epoch = this.#newEpoch();
    this.#delivery = new Delivery(this.#settings(), this.#epoch, earlier);
  }

  /** The outbox is full: the oldest records are dropped and explained. */
  #full(records: number): void {
    for (const [epoch, { waiting, explained }] of this.#disk) {
      const dropped = [...waiting].sort((a, b) => a - b).slice(0, records);
      for (const n of dropped) {
        waiting.delete(n);
        explained.add(n);
      }
      this.#delivery.gaveUp(epoch, rangesOf(dropped));
    }
  }

  #pass(ms: number): void {
    this.#nowMs += ms;
    for (const { epoch, ranges } of this.#delivery.tick(this.#nowMs)) {
      const disk = this.#diskOf(epoch);
      for (const [from, to] of ranges) {
        for (let n = from; n <= to; n++) {
          disk.waiting.delete(n);
          disk.explained.add(n);
        }
      }
    }
  }

  #diskOf(epoch: string): Disk {
    const disk = this.#disk.get(epoch);
    if (!disk) throw new Error(`there is no epoch ${epoch}`);
    return disk;
  }

  #hostEpoch(epoch: string): HostEpoch {
    let host = this.#host.get(epoch);
    if (!host) {
      host = { stored: new Set(), waiting: new Set() };
      this.#host.set(epoch, host);
    }
    return host;
  }
}

function rangesOf(ns: readonly number[]): Range[] {
  return new RangeSet(ns.map((n): Range => [n, n])).toArray();
}
