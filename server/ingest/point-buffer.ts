import type { RangeSet } from '../../edge/protocol/ranges.ts';
import type { PointBatch, ReceivedRanges, RecordStream } from '../store/telemetry-store.ts';
import type { ReceivedStream } from './received-stream.ts';

/** An epoch of a node as batches refer to it. */
export interface StreamRef {
  readonly id: RecordStream;
  readonly received: ReceivedStream;
  /** Position in the buffer that was filled last; see `PointBuffer.streamIndex`. */
  lastBuffer: PointBuffer | undefined;
  lastIndex: number;
}

interface BatchStream {
  readonly ref: StreamRef;
  readonly ranges: RangeSet;
}

/** Historical readings of a device within a batch. */
export interface TimeSpan {
  fromMs: number;
  toMs: number;
}

/**
 * Points that wait for the store, in columns that are used again for the next batch. A record is begun, filled and then
 * ended or taken back, so that half a record never stays.
 */
export class PointBuffer implements PointBatch {
  length = 0;
  series = new Int32Array(0);
  timeUs = new Float64Array(0);
  value = new Float64Array(0);
  quality = new Uint8Array(0);
  origin = new Uint8Array(0);
  stream = new Int32Array(0);
  n = new Float64Array(0);
  #capacity = 0;
  #recordStart = 0;
  #streams: BatchStream[] = [];
  /** Earliest reading time of the batch, conflicts aside. */
  minTimeMs = Number.POSITIVE_INFINITY;
  maxTimeMs = Number.NEGATIVE_INFINITY;
  readonly backfills = new Map<string, TimeSpan>();
  records = 0;

  constructor(capacity: number) {
    this.#allocate(capacity);
  }

  get capacity(): number {
    return this.#capacity;
  }

  get isEmpty(): boolean {
    return this.length === 0 && this.#streams.length === 0;
  }

  /** Index of a stream in this batch; −1 stands for none. */
  streamIndex(ref: StreamRef): number {
    if (ref.lastBuffer === this) return ref.lastIndex;
    ref.lastBuffer = this;
    ref.lastIndex = this.#streams.length;
    this.#streams.push({ ref, ranges: ref.received.openBatch() });
    return ref.lastIndex;
  }

  beginRecord(): void {
    this.#recordStart = this.length;
  }

  /** A value of the record that was begun; NaN goes with any quality that is not good. */
  push(series: number, value: number, quality: number): void {
    const index = this.length;
    if (index === this.#capacity) this.#grow();
    this.series[index] = series;
    this.value[index] = value;
    this.quality[index] = quality;
    this.length = index + 1;
  }

  /** The record is complete: all its values have the same time and origin. */
  endRecord(timeUs: number, origin: number, stream: number, n: number): void {
    const start = this.#recordStart;
    const end = this.length;
    for (let index = start; index < end; index++) {
      this.timeUs[index] = timeUs;
      this.origin[index] = origin;
      this.stream[index] = stream;
      this.n[index] = n;
    }
    this.#recordStart = end;
    this.records += 1;
  }

  /** Record n of a stream is complete in this batch. */
  take(stream: number, n: number): void {
    const entry = this.#streams[stream];
    entry?.ref.received.take(n, entry.ranges);
  }

  noteTime(timeMs: number): void {
    if (timeMs < this.minTimeMs) this.minTimeMs = timeMs;
    if (timeMs > this.maxTimeMs) this.maxTimeMs = timeMs;
  }

  noteBackfill(device: string, timeMs: number): void {
    const span = this.backfills.get(device);
    if (!span) this.backfills.set(device, { fromMs: timeMs, toMs: timeMs });
    else if (timeMs < span.fromMs) span.fromMs = timeMs;
    else if (timeMs > span.toMs) span.toMs = timeMs;
  }

  takeBackRecord(): void {
    this.length = this.#recordStart;
  }

  /** The streams with the ranges that this batch settles, in the order of `streamIndex`. */
  streamRanges(): ReceivedRanges[] {
    return this.#streams.map(({ ref, ranges }) => ({ stream: ref.id, ranges: ranges.toArray() }));
  }

  streamRefs(): StreamRef[] {
    return this.#streams.map(({ ref }) => ref);
  }

  /** The batch is durable. */
  committed(): void {
    for (const { ref, ranges } of this.#streams) ref.received.committed(ranges);
  }

  /** The batch was given up; its records will be sent again. */
  released(): void {
    for (const { ref, ranges } of this.#streams) ref.received.released(ranges);
  }

  /** Ready for a new batch. */
  reset(): void {
    for (const { ref } of this.#streams) {
      if (ref.lastBuffer === this) ref.lastBuffer = undefined;
    }
    this.#streams = [];
    this.length = 0;
    this.#recordStart = 0;
    this.records = 0;
    this.minTimeMs = Number.POSITIVE_INFINITY;
    this.maxTimeMs = Number.NEGATIVE_INFINITY;
    this.backfills.clear();
    // A store that hands columns to a worker may have taken them for good.
    if (this.series.length !== this.#capacity) this.#allocate(this.#capacity);
  }

  #allocate(capacity: number): void {
    this.series = new Int32Array(capacity);
    this.timeUs = new Float64Array(capacity);
    this.value = new Float64Array(capacity);
    this.quality = new Uint8Array(capacity);
    this.origin = new Uint8Array(capacity);
    this.stream = new Int32Array(capacity);
    this.n = new Float64Array(capacity);
    this.#capacity = capacity;
  }

  #grow(): void {
    const { series, timeUs, value, quality, origin, stream, n } = this;
    this.#allocate(this.#capacity * 2);
    this.series.set(series);
    this.timeUs.set(timeUs);
    this.value.set(value);
    this.quality.set(quality);
    this.origin.set(origin);
    this.stream.set(stream);
    this.n.set(n);
  }
}
