import { DAY_KIND } from '../../../../../simulators/physics/calendar.ts';
import type { Draw, Moment } from '../../../../../simulators/physics/customers/moment.ts';
import { momentAt, type PlaceSettings } from '../../../../../simulators/physics/place.ts';
import { generatedWeather } from '../../../../../simulators/physics/weather.ts';

/** A place in eastern China, 2026 from local midnight on, in steps of an hour; weekends are free, no holidays. */
export const PLACE: PlaceSettings = {
  originMs: Date.UTC(2025, 11, 31, 16),
  stepMs: 3_600_000,
  utcOffsetMs: 8 * 3_600_000,
  calendar: (day) => ((day + 4) % 7 === 0 || (day + 4) % 7 === 6 ? DAY_KIND.weekend : DAY_KIND.work),
  weather: generatedWeather({ latitudeDeg: 32, meanC: 16, yearlySwingC: 12, dailySwingC: 4.5 }, 5),
};

export const YEAR: readonly Moment[] = Array.from({ length: 365 * 24 }, (_, step) => momentAt(PLACE, step));

export interface Statistics {
  readonly mean: number;
  readonly max: number;
  /** Mean over maximum. */
  readonly loadFactor: number;
  /** Standard deviation over mean. */
  readonly variation: number;
  /** Mean from 1 to 5 at night over the mean. */
  readonly nightShare: number;
}

export function statisticsOf(powers: Float64Array): Statistics {
  const mean = powers.reduce((sum, value) => sum + value, 0) / powers.length;
  const square = powers.reduce((sum, value) => sum + value * value, 0) / powers.length;
  const night = powers.filter((_, step) => (YEAR[step]?.hour ?? 0) > 1 && (YEAR[step]?.hour ?? 0) < 5);
  const nightMean = night.reduce((sum, value) => sum + value, 0) / night.length;
  const max = powers.reduce((most, value) => Math.max(most, value), 0);
  return {
    mean,
    max,
    loadFactor: mean / max,
    variation: Math.sqrt(square - mean * mean) / mean,
    nightShare: nightMean / mean,
  };
}

export function yearOf(draw: Draw): Float64Array {
  return Float64Array.from(YEAR, draw);
}

export function sumOf(years: readonly Float64Array[]): Float64Array {
  return YEAR.reduce((sum, _, step) => {
    sum[step] = years.reduce((total, year) => total + (year[step] ?? 0), 0);
    return sum;
  }, new Float64Array(YEAR.length));
}
