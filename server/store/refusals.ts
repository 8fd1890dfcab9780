import { GOOD, QUALITIES } from '../../edge/protocol/quality.ts';
import { ORIGINS, type PointBatch, type RejectedPoint } from './telemetry-store.ts';

/** The year 2261: what 64 bits of nanoseconds can hold, so that every store can keep the point. */
export const MAX_TIME_US = 9_200_000_000_000_000;

/** Points that no store can keep, with the reason. */
export function refusals(points: PointBatch, seriesCount: number): RejectedPoint[] {
  const refused: RejectedPoint[] = [];
  const { length, series, timeUs, value, quality, origin } = points;
  for (let index = 0; index < length; index++) {
    const time = timeUs[index] ?? Number.NaN;
    // One comparison for each column keeps this loop cheap; the reason is looked for only when one fails.
    if (
      (series[index] ?? -1) >>> 0 < seriesCount &&
      time >= 0 &&
      time <= MAX_TIME_US &&
      Number.isInteger(time) &&
      (quality[index] === GOOD) === Number.isFinite(value[index]) &&
      (quality[index] ?? QUALITIES.length) < QUALITIES.length &&
      (origin[index] ?? ORIGINS.length) < ORIGINS.length
    ) {
      continue;
    }
    refused.push({ index, reason: reasonFor(points, index, seriesCount) });
  }
  return refused;
}

function reasonFor(points: PointBatch, index: number, seriesCount: number): string {
  const series = points.series[index] ?? -1;
  const time = points.timeUs[index] ?? Number.NaN;
  const value = points.value[index] ?? Number.NaN;
  if (series < 0 || series >= seriesCount) return `series ${series} is not known`;
  if (!(time >= 0 && time <= MAX_TIME_US && Number.isInteger(time))) {
    return `the time ${time} µs is outside 1970 to 2261`;
  }
  if ((points.quality[index] ?? QUALITIES.length) >= QUALITIES.length)
    return `quality ${points.quality[index]} is not known`;
  if ((points.origin[index] ?? ORIGINS.length) >= ORIGINS.length) return `origin ${points.origin[index]} is not known`;
  return points.quality[index] === GOOD
    ? `the value ${value} is not a finite number`
    : 'a value that is not good has a number';
}
