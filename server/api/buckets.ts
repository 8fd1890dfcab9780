import { offsetChanges, zoneOffsetMs } from './time-zone.ts';

/** A part of a range in which buckets of one width are aligned in one way. */
export interface BucketSegment {
  readonly fromMs: number;
  readonly toMs: number;
  readonly everyMs: number;
  /** Bucket borders are `offsetMs + k · everyMs`. */
  readonly offsetMs: number;
}

/**
 * Cuts a range so that buckets follow local time: they begin at local midnight and multiples of the width from there.
 * Where the clocks change, the bucket around the change stands in a segment of its own and is as long as it really was
 * (a day of 23 or 25 hours). One segment, unless the change moves the borders.
 */
export function bucketSegments(fromMs: number, toMs: number, everyMs: number, timeZone: string): BucketSegment[] {
  const segments: BucketSegment[] = [];
  let beginMs = fromMs;
  let offsetMs = borderOffset(fromMs, everyMs, timeZone);
  for (const changeMs of offsetChanges(timeZone, fromMs, toMs)) {
    const nextOffsetMs = borderOffset(changeMs, everyMs, timeZone);
    if (nextOffsetMs === offsetMs) continue;
    const lastMs = borderAtOrBefore(changeMs, everyMs, offsetMs);
    const firstMs = borderAtOrAfter(changeMs, everyMs, nextOffsetMs);
    add(segments, { fromMs: beginMs, toMs: Math.min(lastMs, toMs), everyMs, offsetMs });
    const [innerFromMs, innerToMs] = [Math.max(beginMs, lastMs), Math.min(firstMs, toMs)];
    add(segments, {
      fromMs: innerFromMs,
      toMs: innerToMs,
      everyMs: firstMs - lastMs,
      offsetMs: mod(lastMs, firstMs - lastMs),
    });
    beginMs = Math.max(beginMs, firstMs);
    offsetMs = nextOffsetMs;
  }
  add(segments, { fromMs: beginMs, toMs, everyMs, offsetMs });
  return segments;
}

/** Most buckets that a range can give. */
export function bucketCount(fromMs: number, toMs: number, everyMs: number): number {
  return Math.ceil((toMs - fromMs) / everyMs) + 1;
}

function add(segments: BucketSegment[], segment: BucketSegment): void {
  if (segment.toMs > segment.fromMs) segments.push(segment);
}

/** Local midnight of 1970-01-01 has local time 0, so borders are at `−offset` modulo the width. */
function borderOffset(atMs: number, everyMs: number, timeZone: string): number {
  return mod(-zoneOffsetMs(timeZone, atMs), everyMs);
}

function borderAtOrBefore(atMs: number, everyMs: number, offsetMs: number): number {
  return Math.floor((atMs - offsetMs) / everyMs) * everyMs + offsetMs;
}

function borderAtOrAfter(atMs: number, everyMs: number, offsetMs: number): number {
  return Math.ceil((atMs - offsetMs) / everyMs) * everyMs + offsetMs;
}

function mod(value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor;
}
