import type { ProcessClock, Timer } from '../../edge/platform/clock.ts';
import type { Backfill } from './host.ts';
import type { TimeSpan } from './point-buffer.ts';

/** Listeners hear of one device at most this often. */
const INTERVAL_MS = 1000;

/** Tells who asked that historical readings are stored now: one notice a device and second, with the whole span. */
export class BackfillNotices {
  readonly #processClock: ProcessClock;
  readonly #listeners = new Set<(backfill: Backfill) => void>();
  readonly #spans = new Map<string, TimeSpan>();
  #timer: Timer | undefined;

  constructor(processClock: ProcessClock) {
    this.#processClock = processClock;
  }

  listen(listener: (backfill: Backfill) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stored(spans: ReadonlyMap<string, TimeSpan>): void {
    if (spans.size === 0 || this.#listeners.size === 0) return;
    for (const [device, { fromMs, toMs }] of spans) {
      const known = this.#spans.get(device);
      if (known) {
        known.fromMs = Math.min(known.fromMs, fromMs);
        known.toMs = Math.max(known.toMs, toMs);
      } else this.#spans.set(device, { fromMs, toMs });
    }
    this.#timer ??= this.#processClock.setTimer(INTERVAL_MS, () => this.#tell());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #tell(): void {
    this.#timer = undefined;
    const notices = [...this.#spans].map(([device, { fromMs, toMs }]) => ({ device, fromMs, toMs }));
    this.#spans.clear();
    for (const notice of notices) for (const listener of this.#listeners) listener(notice);
  }
}
