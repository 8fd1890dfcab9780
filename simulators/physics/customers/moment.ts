import type { DayKind } from '../calendar.ts';

/** What a customer's load depends on besides the customer: one step of the scenario, at one place. */
export interface Moment {
  /** Steps since the scenario's origin. */
  readonly step: number;
  /** Local day (days since 1970) and day of the year. */
  readonly day: number;
  readonly dayOfYear: number;
  /** Local hour at the middle of the step. */
  readonly hour: number;
  readonly dayKind: DayKind;
  readonly temperatureC: number;
  readonly irradianceKw: number;
  readonly sunHeight: number;
}

/** Mean active power of a step, kW; negative where a customer feeds in. A pure function of the moment. */
export type Draw = (moment: Moment) => number;

/** A curve of 24 hourly values at a fractional hour; linear between the middles of the hours. */
export function atHour(curve: readonly number[], hour: number): number {
  const place = (hour + 23.5) % 24;
  const left = Math.floor(place);
  const part = place - left;
  return (curve[left] ?? 0) * (1 - part) + (curve[(left + 1) % 24] ?? 0) * part;
}

/** A curve scaled to a mean of 1. */
export function normal(curve: readonly number[]): readonly number[] {
  const mean = curve.reduce((sum, value) => sum + value, 0) / curve.length;
  return curve.map((value) => value / mean);
}

export function clamp01(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}
