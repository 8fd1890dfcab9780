import { qualityCode } from '../../../edge/protocol/quality.ts';
import type { Range } from '../../../edge/protocol/ranges.ts';
import {
  type CommitRequest,
  ORIGINS,
  type Origin,
  type ReceivedRanges,
  type RecordStream,
} from '../../../server/store/telemetry-store.ts';

/** One point as a test writes it down. */
export interface TestPoint {
  readonly series: number;
  readonly timeMs: number;
  /** Undefined: missing; then `quality` says why. */
  readonly value?: number;
  readonly quality?: Parameters<typeof qualityCode>[0];
  readonly origin?: Origin;
  /** Microseconds beyond the millisecond, as conflicts have. */
  readonly micros?: number;
  /** Record number; without it the point has none. */
  readonly n?: number;
  readonly stream?: RecordStream;
}

export const STREAM: RecordStream = { node: 'east/agent-1', epoch: 'epoch-1' };

/** A commit of these points; each stream settles the numbers of its points and those of `more`. */
export function request(
  points: readonly TestPoint[],
  more: readonly { stream?: RecordStream; ranges: readonly Range[] }[] = [],
): CommitRequest {
  const streams = new Map<string, { stream: RecordStream; ranges: Range[] }>();
  const indexOf = (stream: RecordStream) => {
    const key = `${stream.node} ${stream.epoch}`;
    if (!streams.has(key)) streams.set(key, { stream, ranges: [] });
    return [...streams.keys()].indexOf(key);
  };
  const entryAt = (index: number) => [...streams.values()][index];
  const length = points.length;
  const batch = {
    length,
    series: new Int32Array(length),
    timeUs: new Float64Array(length),
    value: new Float64Array(length),
    quality: new Uint8Array(length),
    origin: new Uint8Array(length),
    stream: new Int32Array(length).fill(-1),
    n: new Float64Array(length),
  };
  for (const [index, point] of points.entries()) {
    batch.series[index] = point.series;
    batch.timeUs[index] = point.timeMs * 1000 + (point.micros ?? 0);
    batch.value[index] = point.value ?? Number.NaN;
    batch.quality[index] = qualityCode(point.quality ?? (point.value === undefined ? 'silent' : 'good'));
    batch.origin[index] = ORIGINS.indexOf(point.origin ?? 'live');
    if (point.n === undefined) continue;
    const stream = indexOf(point.stream ?? STREAM);
    batch.stream[index] = stream;
    batch.n[index] = point.n;
    entryAt(stream)?.ranges.push([point.n, point.n]);
  }
  for (const { stream, ranges } of more) entryAt(indexOf(stream ?? STREAM))?.ranges.push(...ranges);
  return { points: batch, streams: [...streams.values()] };
}

/** Ranges by stream, in a form that compares. */
export function rangesByStream(received: readonly ReceivedRanges[]): Record<string, readonly Range[]> {
  return Object.fromEntries(received.map(({ stream, ranges }) => [`${stream.node} ${stream.epoch}`, ranges]));
}
