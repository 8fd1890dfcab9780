import { GOOD } from '../../../../edge/protocol/quality.ts';
import type { MessageOf } from '../contract.ts';

export interface SeriesKey {
  readonly device: string;
  readonly metric: string;
  readonly unit: string;
}

/** A slot's quality before its first value, on the wire and here. */
export const NEVER_SEEN = 255;

/**
 * The latest points of one subscription, in columns. Frames are applied as they come; what is on the screen is painted
 * from here, at most once per animation frame. The series stay over a reconnection, so that their last values can be
 * shown as what they are, old.
 */
export class PointTable {
  readonly series: SeriesKey[] = [];
  #value = new Float64Array(64);
  #timeMs = new Float64Array(64);
  #quality = new Uint8Array(64);
  #stale = new Uint8Array(64);
  /** Values that are not numbers, by index. */
  readonly #texts = new Map<number, string>();
  readonly #devices = new Set<string>();
  readonly #byKey = new Map<string, number>();
  readonly #bySlot = new Map<number, number>();
  /** Grows with each frame; a view compares it with what it has painted. */
  version = 0;

  /** A new connection: slots mean nothing any more, and no value is current until the snapshot says so. */
  reset(): void {
    this.#bySlot.clear();
    this.#stale.fill(1);
    this.version += 1;
  }

  /** Takes a message; `onPoint` is called for each of its points, with the index of the series. */
  apply(message: MessageOf<'snapshot' | 'points'>, onPoint?: (index: number) => void): void {
    for (const info of message.series ?? []) this.#bySlot.set(info.slot, this.#indexFor(info));
    this.#applyTexts(message.points.texts ?? []);
    const { slot, value, baseMs, offsetMs, quality, stale } = message.points;
    for (let i = 0; i < slot.length; i += 1) {
      const index = this.#bySlot.get(slot[i] ?? -1);
      if (index === undefined) continue;
      this.#value[index] = value[i] ?? Number.NaN;
      this.#timeMs[index] = baseMs + (offsetMs[i] ?? 0);
      this.#quality[index] = quality[i] ?? NEVER_SEEN;
      this.#stale[index] = stale[i] ?? 0;
      onPoint?.(index);
    }
    this.version += 1;
  }

  indexOf(device: string, metric: string): number | undefined {
    return this.#byKey.get(`${device}\0${metric}`);
  }

  /** Whether it has a series of this device. */
  hasDevice(device: string): boolean {
    return this.#devices.has(device);
  }

  /** The value of a metric that is not a number. */
  text(index: number): string | undefined {
    return this.#texts.get(index);
  }

  /** NaN when there is none: see `quality`. */
  value(index: number): number {
    return this.#value[index] ?? Number.NaN;
  }

  /** Source time; 0 when never seen. */
  timeMs(index: number): number {
    return this.#timeMs[index] ?? 0;
  }

  quality(index: number): number {
    return this.#quality[index] ?? NEVER_SEEN;
  }

  isStale(index: number): boolean {
    return this.#stale[index] === 1;
  }

  isFresh(index: number): boolean {
    return this.quality(index) === GOOD && !this.isStale(index);
  }

  #applyTexts(texts: readonly { readonly slot: number; readonly text: string }[]): void {
    for (const { slot, text } of texts) {
      const index = this.#bySlot.get(slot);
      if (index !== undefined) this.#texts.set(index, text);
    }
  }

  #indexFor(key: SeriesKey): number {
    const known = this.indexOf(key.device, key.metric);
    const series = { device: key.device, metric: key.metric, unit: key.unit };
    if (known !== undefined) {
      // Announced again: the device was born with another unit.
      this.series[known] = series;
      return known;
    }
    const index = this.series.length;
    this.series.push(series);
    this.#devices.add(key.device);
    this.#byKey.set(`${key.device}\0${key.metric}`, index);
    this.#grow(index + 1);
    this.#value[index] = Number.NaN;
    this.#quality[index] = NEVER_SEEN;
    this.#stale[index] = 1;
    return index;
  }

  #grow(size: number): void {
    if (size <= this.#value.length) return;
    const capacity = this.#value.length * 2;
    this.#value = copied(new Float64Array(capacity), this.#value);
    this.#timeMs = copied(new Float64Array(capacity), this.#timeMs);
    this.#quality = copied(new Uint8Array(capacity), this.#quality);
    this.#stale = copied(new Uint8Array(capacity), this.#stale);
  }
}

function copied<T extends Float64Array | Uint8Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
