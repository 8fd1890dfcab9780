import type { DeviceKind } from '../../edge/protocol/delivery.ts';
import { GOOD } from '../../edge/protocol/quality.ts';
import { SlotFlags } from './change-feed.ts';

/** `stale`: born and not dead, but its agent or its data is lost. */
export type Presence = 'online' | 'offline' | 'stale';

export interface AgentState {
  /** `group/node` */
  readonly id: string;
  readonly group: string;
  readonly node: string;
  presence: Presence;
  sinceMs: number;
  lastSeenMs: number;
  bdSeq: number | undefined;
  /** Epoch of the records it sends now; undefined for a foreign node. */
  epoch: string | undefined;
  /** Node metrics that are not the protocol's own: uptime, outbox depth, … */
  readonly metrics: Map<string, NodeMetric>;
  readonly devices: Set<string>;
}

export interface NodeMetric {
  readonly name: string;
  readonly dataType: string;
  value: number | string | boolean | null;
  timeMs: number;
  stale: boolean;
}

export interface DeviceState {
  readonly id: string;
  agent: string;
  model: string | undefined;
  kind: DeviceKind;
  serial: string | undefined;
  presence: Presence;
  sinceMs: number;
  /** Source time of the newest live record. */
  lastReadingMs: number | undefined;
  /** Slots of its metrics, in the order of birth. */
  readonly slots: number[];
}

/** What stays the same of a slot as long as the process runs. */
export interface Slot {
  readonly index: number;
  readonly device: string;
  readonly metric: string;
  unit: string;
  /** Where a register starts again from zero, in its unit; undefined when it does not, or is not known. */
  rollover?: number | undefined;
  /** Sparkplug data type of the birth. */
  dataType: number;
  /** Number of the series in the telemetry store. */
  readonly series: number;
}

/** Told of each slot at each change, after it: a `ChangeFeed`, or what has to see every value. */
export interface ChangeListener {
  mark(slot: number): void;
}

/**
 * The latest value of every metric, in columns, and who is online. Written by the Sparkplug host only; read by the API,
 * the live stream and the alarms. A slot is one metric of one device and is never reused.
 */
export class LiveState {
  readonly agents = new Map<string, AgentState>();
  readonly devices = new Map<string, DeviceState>();
  readonly slots: Slot[] = [];
  #value = new Float64Array(1024);
  #timeMs = new Float64Array(1024);
  #quality = new Uint8Array(1024);
  #stale = new SlotFlags();
  /** Values of metrics that are not numbers, by slot. */
  readonly texts = new Map<number, string>();
  /** By device, then metric: a key of both would have to be put together and hashed anew for each metric of a birth. */
  readonly #byDevice = new Map<string, Map<string, Slot>>();
  #listeners: readonly ChangeListener[] = [];

  slotOf(device: string, metric: string): Slot | undefined {
    return this.#byDevice.get(device)?.get(metric);
  }

  /** Makes a slot, or returns the one that is there. It begins as never seen: time 0, not good, stale. */
  addSlot(fields: Omit<Slot, 'index'>): Slot {
    const known = this.slotOf(fields.device, fields.metric);
    if (known) {
      known.unit = fields.unit;
      known.rollover = fields.rollover ?? known.rollover;
      known.dataType = fields.dataType;
      return known;
    }
    const slot = { ...fields, index: this.slots.length };
    this.slots.push(slot);
    const ofDevice = this.#byDevice.get(slot.device) ?? new Map<string, Slot>();
    this.#byDevice.set(slot.device, ofDevice.set(slot.metric, slot));
    this.#grow(slot.index + 1);
    this.#value[slot.index] = Number.NaN;
    this.#quality[slot.index] = 255;
    this.#stale.set(slot.index, true);
    this.devices.get(slot.device)?.slots.push(slot.index);
    return slot;
  }

  /** A newer value of a slot; the caller has made sure that it is newer. It is fresh from now on. */
  set(slot: number, value: number, quality: number, timeMs: number): void {
    this.#value[slot] = value;
    this.#quality[slot] = quality;
    this.#timeMs[slot] = timeMs;
    this.#stale.set(slot, false);
    this.#tell(slot);
  }

  setStale(slot: number, stale: boolean): void {
    if (this.#stale.has(slot) === stale) return;
    this.#stale.set(slot, stale);
    this.#tell(slot);
  }

  /** NaN when there is no number: see `quality`. */
  value(slot: number): number {
    return this.#value[slot] ?? Number.NaN;
  }

  /** 0 when never seen. */
  timeMs(slot: number): number {
    return this.#timeMs[slot] ?? 0;
  }

  /** A quality code; 255 when never seen. */
  quality(slot: number): number {
    return this.#quality[slot] ?? 255;
  }

  isStale(slot: number): boolean {
    return this.#stale.has(slot);
  }

  /** Good and fresh: fit to be acted on. */
  isFresh(slot: number): boolean {
    return this.quality(slot) === GOOD && !this.isStale(slot);
  }

  /** Registers a reader of changes; each has its own list, so that none takes another's. */
  attach(feed: ChangeListener): () => void {
    this.#listeners = [...this.#listeners, feed];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== feed);
    };
  }

  #tell(slot: number): void {
    for (let index = 0; index < this.#listeners.length; index++) this.#listeners[index]?.mark(slot);
  }

  #grow(size: number): void {
    if (size <= this.#value.length) return;
    const capacity = this.#value.length * 2;
    this.#value = copied(new Float64Array(capacity), this.#value);
    this.#timeMs = copied(new Float64Array(capacity), this.#timeMs);
    this.#quality = copied(new Uint8Array(capacity), this.#quality);
  }
}

function copied<T extends Float64Array | Uint8Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
