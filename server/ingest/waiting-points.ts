import type { PendingPoint } from './host.ts';
import { PointBuffer } from './point-buffer.ts';

/** Share of the room above which no more backlog is asked for: what is on its way must still fit. */
const CREDIT_SHARE = 0.8;
/** Buffers kept for reuse; more come and go with a backlog. */
const SPARE_BUFFERS = 4;

/**
 * The points that were received and are not in the store yet: one buffer that is being filled, those that are full, and
 * the one that is being committed. Bounded in points; a record that does not fit is not taken over.
 */
export class WaitingPoints {
  readonly #maxPoints: number;
  readonly #batchPoints: number;
  #filling: PointBuffer;
  #sealed: PointBuffer[] = [];
  #committing: PointBuffer | undefined;
  #sealedPoints = 0;
  readonly #spare: PointBuffer[] = [];

  constructor(maxPoints: number, batchPoints: number) {
    this.#maxPoints = maxPoints;
    this.#batchPoints = batchPoints;
    this.#filling = new PointBuffer(batchPoints);
  }

  get points(): number {
    return this.#sealedPoints + this.#filling.length;
  }

  get isEmpty(): boolean {
    return this.#filling.isEmpty && this.#sealed.length === 0 && this.#committing === undefined;
  }

  /** Points that may be asked for beyond what waits. */
  get roomForBacklog(): number {
    return Math.max(0, Math.floor(this.#maxPoints * CREDIT_SHARE) - this.points);
  }

  /** The buffer for a record of about `points` values; undefined when there is no room for it. */
  bufferFor(points: number): PointBuffer | undefined {
    if (this.points + points > this.#maxPoints) return undefined;
    if (this.#filling.length + points > this.#batchPoints && this.#filling.length > 0) this.#seal();
    return this.#filling;
  }

  /** Whether a whole batch waits, so that the commit need not wait for its time. */
  get hasFullBatch(): boolean {
    return this.#sealed.length > 0;
  }

  /** The next batch to commit; it stays readable until `finish`. */
  beginCommit(): PointBuffer | undefined {
    if (this.#committing) return undefined;
    if (this.#sealed.length === 0 && !this.#filling.isEmpty) this.#seal();
    this.#committing = this.#sealed.shift();
    return this.#committing;
  }

  /** The batch is in the store. */
  finish(): void {
    const batch = this.#committing;
    if (!batch) return;
    this.#committing = undefined;
    this.#sealedPoints -= batch.length;
    batch.committed();
    batch.reset();
    if (this.#spare.length < SPARE_BUFFERS && batch.capacity === this.#batchPoints) this.#spare.push(batch);
  }

  /** The commit failed: the batch is the first in turn again. */
  putBack(): void {
    if (!this.#committing) return;
    this.#sealed.unshift(this.#committing);
    this.#committing = undefined;
  }

  /** Earliest reading time that waits; Infinity when nothing does. */
  minTimeMs(): number {
    let minMs = Number.POSITIVE_INFINITY;
    for (const buffer of this.#buffers()) minMs = Math.min(minMs, buffer.minTimeMs);
    return minMs;
  }

  /** What waits of some series in [fromMs, toMs), conflicts aside. */
  pending(series: ReadonlySet<number>, fromMs: number, toMs: number, conflictOrigin: number): PendingPoint[] {
    const found: PendingPoint[] = [];
    for (const buffer of this.#buffers()) {
      if (buffer.maxTimeMs < fromMs || buffer.minTimeMs >= toMs) continue;
      for (let index = 0; index < buffer.length; index++) {
        const number = buffer.series[index] ?? -1;
        if (!series.has(number) || buffer.origin[index] === conflictOrigin) continue;
        const timeMs = Math.floor((buffer.timeUs[index] ?? 0) / 1000);
        if (timeMs < fromMs || timeMs >= toMs) continue;
        found.push({
          series: number,
          timeMs,
          value: buffer.value[index] ?? Number.NaN,
          quality: buffer.quality[index] ?? 0,
          origin: buffer.origin[index] ?? 0,
        });
      }
    }
    return found;
  }

  *#buffers(): Iterable<PointBuffer> {
    if (this.#committing) yield this.#committing;
    yield* this.#sealed;
    yield this.#filling;
  }

  #seal(): void {
    this.#sealed.push(this.#filling);
    this.#sealedPoints += this.#filling.length;
    this.#filling = this.#spare.pop() ?? new PointBuffer(this.#batchPoints);
  }
}
