import { DELIVERY, DEVICE_CONTROL, DEVICE_INFO, type DeviceKind } from '../protocol/delivery.ts';
import { GOOD, type QualityCode } from '../protocol/quality.ts';
import type { DeviceRead } from '../reading.ts';
import type { AliasBook } from './alias-book.ts';
import { integersOf } from './metric-fields.ts';

/** Places of a device's own metrics; those of the catalogue follow. */
export const OWN = { epoch: 0, n: 1, clock: 2, draining: 3, rebirth: 4, model: 5, kind: 6, serial: 7 } as const;
export const OWN_NAMES: readonly string[] = [
  DELIVERY.epoch,
  DELIVERY.n,
  DELIVERY.clock,
  DELIVERY.draining,
  DEVICE_CONTROL.rebirth,
  DEVICE_INFO.model,
  DEVICE_INFO.kind,
  DEVICE_INFO.serial,
];
const OWN_COUNT = OWN_NAMES.length;

/** Stands for the quality of a metric that was not read since the start: nothing is known, not even why. */
export const NEVER_READ: QualityCode = 255;

/** A layout as the device sees it; the objects are compared by identity. */
interface LayoutLike {
  readonly metrics: readonly string[];
}

/** What a device knows of a layout's metrics, in their order. */
export interface LayoutPlaces {
  /** -1 for one that the device does not have. */
  readonly places: Int32Array;
  readonly isInteger: readonly boolean[];
  /** Whether the device has them all. */
  readonly isComplete: boolean;
}

const NO_PLACES: LayoutPlaces = { places: new Int32Array(), isInteger: [], isComplete: true };

/** What the node knows of a device: its metrics with their aliases, the newest values, and how it stands on the wire. */
export class WireDevice {
  readonly id: string;
  readonly model: string;
  readonly kind: DeviceKind;
  serial: string | undefined;
  /** Where its registers start again from zero, by metric. */
  readonly rollovers: ReadonlyMap<string, number> | undefined;
  /** Whether the configuration has it; others are only born to drain. */
  isConfigured: boolean;
  /** Whether it answers; undefined until that is known. */
  isUp: boolean | undefined;
  /** Whether a DBIRTH stands that no death has ended. */
  isAlive = false;
  /** Number of the newest record that the values come from; 0 for none. */
  lastN = 0;
  /** Clock generation that the standing birth has told. */
  bornClock = 0;
  #metrics: string[] = [];
  #firstAlias = 0;
  #values = new Float64Array();
  #quality = new Uint8Array();
  #timesMs = new Float64Array();
  readonly #places = new Map<LayoutLike, LayoutPlaces>();
  /** The layout that was asked for last; most devices have no other. */
  #lastLayout: LayoutLike | undefined;
  #lastPlaces = NO_PLACES;

  constructor(facts: {
    readonly id: string;
    readonly model: string;
    readonly kind: DeviceKind;
    readonly serial?: string | undefined;
    readonly rollovers?: ReadonlyMap<string, number> | undefined;
    readonly isConfigured: boolean;
  }) {
    this.id = facts.id;
    this.model = facts.model;
    this.kind = facts.kind;
    this.serial = facts.serial;
    this.rollovers = facts.rollovers;
    this.isConfigured = facts.isConfigured;
  }

  /** Names of its catalogue metrics, in the order of their aliases. */
  get metrics(): readonly string[] {
    return this.#metrics;
  }

  /** Alias of one of `OWN`. */
  ownAlias(place: number): number {
    return this.#firstAlias + place;
  }

  /** Alias of the catalogue metric at a place. */
  aliasAt(place: number): number {
    return this.#firstAlias + OWN_COUNT + place;
  }

  /** Name of the metric behind an alias of this device. */
  nameOf(alias: number): string | undefined {
    const place = alias - this.#firstAlias;
    return OWN_NAMES[place] ?? this.#metrics[place - OWN_COUNT];
  }

  valueAt(place: number): number {
    return this.#values[place] ?? Number.NaN;
  }

  qualityAt(place: number): number {
    return this.#quality[place] ?? NEVER_READ;
  }

  /** Time of the value, 0 before the first. */
  timeMsAt(place: number): number {
    return this.#timesMs[place] ?? 0;
  }

  /**
   * Makes sure that the device has metrics of these names; with a new one it gets new aliases, and needs a birth.
   * Returns whether it got any.
   */
  extend(names: readonly string[], aliases: AliasBook): boolean {
    const added = names.filter((name) => !this.#metrics.includes(name));
    if (added.length === 0 && this.#firstAlias > 0) return false;
    this.#metrics = [...this.#metrics, ...new Set(added)];
    this.#firstAlias = aliases.take(OWN_COUNT + this.#metrics.length);
    const count = this.#metrics.length;
    const [values, quality, timesMs] = [this.#values, this.#quality, this.#timesMs];
    this.#values = new Float64Array(count).fill(Number.NaN);
    this.#quality = new Uint8Array(count).fill(NEVER_READ);
    this.#timesMs = new Float64Array(count);
    this.#values.set(values);
    this.#quality.set(quality);
    this.#timesMs.set(timesMs);
    this.#places.clear();
    this.#lastLayout = undefined;
    return true;
  }

  /** Whether every metric of a layout has a place. */
  knows(layout: LayoutLike): boolean {
    return this.placesOf(layout).isComplete;
  }

  /** Where a layout's metrics are in the device. */
  placesOf(layout: LayoutLike): LayoutPlaces {
    if (layout !== this.#lastLayout) {
      this.#lastPlaces = this.#findPlaces(layout);
      this.#lastLayout = layout;
    }
    return this.#lastPlaces;
  }

  #findPlaces(layout: LayoutLike): LayoutPlaces {
    let found = this.#places.get(layout);
    if (!found) {
      const places = Int32Array.from(layout.metrics, (name) => this.#metrics.indexOf(name));
      found = { places, isInteger: integersOf(layout.metrics), isComplete: !places.includes(-1) };
      this.#places.set(layout, found);
    }
    return found;
  }

  /** Keeps the values of a read for the next birth. */
  update(read: DeviceRead, n: number): void {
    const { places } = this.placesOf(read.layout);
    for (let index = 0; index < places.length; index++) {
      const place = places[index] ?? -1;
      if (place < 0) continue;
      this.#values[place] = read.values[index] ?? Number.NaN;
      this.#quality[place] = read.quality[index] ?? GOOD;
      this.#timesMs[place] = read.timeMs;
    }
    this.lastN = n;
  }
}
