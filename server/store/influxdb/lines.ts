import { GOOD, qualityOf } from '../../../edge/protocol/quality.ts';
import { ORIGINS, type PointBatch } from '../telemetry-store.ts';
import type { BucketIndex, SeriesNames } from './series-names.ts';

/** One line of the line protocol and the points it holds. */
export interface Line {
  readonly text: string;
  /** Indices of its points in the batch. */
  readonly points: readonly number[];
}

/**
 * The lines of a batch for one bucket. Neighbouring points of one device, time and origin become one line: lines of twenty fields
 * are written four times as fast as twenty lines (measured against InfluxDB 2.9.1). Times have microseconds.
 *
 * @param skip marks points that are left out.
 */
export function buildLines(
  points: PointBatch,
  names: SeriesNames,
  bucket: BucketIndex,
  skip: (index: number) => boolean,
): Line[] {
  const lines: Line[] = [];
  let open: OpenLine | undefined;
  for (let index = 0; index < points.length; index++) {
    const series = points.series[index] ?? 0;
    if (names.bucket[series] !== bucket || skip(index)) continue;
    const device = names.device[series] ?? 0;
    const timeUs = points.timeUs[index] ?? 0;
    const origin = points.origin[index] ?? 0;
    if (!open || open.device !== device || open.timeUs !== timeUs || open.origin !== origin) {
      if (open) lines.push(closed(open));
      open = { device, timeUs, origin, text: `${names.linePrefix[device]}${ORIGINS[origin]} `, points: [] };
    } else {
      open.text += ',';
    }
    open.text += fieldText(points, names, index);
    open.points.push(index);
  }
  if (open) lines.push(closed(open));
  return lines;
}

/** A line with one point alone. */
export function lineOfPoint(points: PointBatch, names: SeriesNames, index: number): Line {
  const device = names.device[points.series[index] ?? 0] ?? 0;
  const origin = ORIGINS[points.origin[index] ?? 0];
  const text = `${names.linePrefix[device]}${origin} ${fieldText(points, names, index)} ${points.timeUs[index]}`;
  return { text, points: [index] };
}

interface OpenLine {
  readonly device: number;
  readonly timeUs: number;
  readonly origin: number;
  text: string;
  readonly points: number[];
}

function closed({ text, timeUs, points }: OpenLine): Line {
  return { text: `${text} ${timeUs}`, points };
}

/** A number without a suffix is a float to InfluxDB, so that a field never changes its type. */
function fieldText(points: PointBatch, names: SeriesNames, index: number): string {
  const series = points.series[index] ?? 0;
  const quality = points.quality[index] ?? GOOD;
  if (quality === GOOD) return `${names.fieldKey[series]}=${points.value[index]}`;
  return `${names.qualityKey[series]}="${qualityOf(quality)}"`;
}
