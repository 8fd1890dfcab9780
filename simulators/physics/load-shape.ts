import { between, mix, uniform } from './hash.ts';

/** Knots a day: one every 15 minutes, between which power is linear. */
export const KNOTS = 96;
const KNOT_MS = 900_000;
const DAY_MS = 86_400_000;

export const HABITS = ['household', 'shop', 'office', 'factory', 'street_lighting'] as const;
export type Habit = (typeof HABITS)[number];

/**
 * Relative load at each full hour of a working day; the shapes follow the German standard load profiles of BDEW
 * (H0 household, G4 shop, G1 office, G3 continuous works, street lighting) in form, not in figures.
 */
const HOURLY: Readonly<Record<Habit, readonly number[]>> = {
  household: [40, 32, 28, 26, 27, 34, 58, 80, 78, 70, 66, 72, 84, 78, 66, 60, 64, 84, 112, 128, 122, 104, 80, 56],
  shop: [28, 26, 25, 25, 26, 30, 42, 66, 96, 112, 118, 120, 116, 114, 116, 118, 118, 114, 98, 70, 48, 38, 33, 30],
  office: [24, 23, 23, 23, 24, 28, 44, 84, 122, 134, 138, 134, 118, 126, 134, 130, 114, 82, 52, 38, 32, 28, 26, 25],
  factory: [
    78, 76, 75, 76, 80, 90, 108, 118, 122, 124, 122, 112, 116, 122, 122, 120, 114, 106, 100, 96, 92, 88, 84, 80,
  ],
  street_lighting: [200, 200, 200, 200, 200, 180, 60, 4, 4, 4, 4, 4, 4, 4, 4, 4, 20, 140, 200, 200, 200, 200, 200, 200],
};

const WEEKEND: Readonly<Record<Habit, number>> = {
  household: 1.08,
  shop: 0.7,
  office: 0.35,
  factory: 0.55,
  street_lighting: 1,
};

/** Largest relative deviation of a knot from its shape; below every shape's own ratio, so that power stays positive. */
const KNOT_NOISE = 0.18;

export interface LoadShapeSettings {
  readonly seed: number;
  readonly habit: Habit;
  /** Mean power of a working day, kW. */
  readonly meanKw: number;
  readonly utcOffsetMs: number;
  /** Energy counts from here, UTC ms; a whole local day. */
  readonly originMs: number;
}

/**
 * A customer's active power and energy over time, in closed form: power is linear between 15-minute knots, and energy is
 * its exact integral from `originMs`. Knot noise comes in pairs of opposite sign, so that a day's energy does not depend
 * on it and the sum over past days is one number a day.
 */
export class LoadShape {
  readonly #settings: LoadShapeSettings;
  readonly #shape: Float64Array;
  readonly #shapeSum: number;
  /** Energy of all full days before day i, kWh; grows as days are asked for. */
  readonly #before: number[] = [0];

  constructor(settings: LoadShapeSettings) {
    this.#settings = settings;
    this.#shape = knots(HOURLY[settings.habit], between(settings.seed, 1, -1.5, 1.5));
    this.#shapeSum = this.#shape.reduce((sum, value) => sum + value, 0);
  }

  /** Active power at a moment, kW. */
  powerKw(timeMs: number): number {
    const { day, knot, part } = this.#at(timeMs);
    return this.#knot(day, knot) * (1 - part) + this.#knot(day, knot + 1) * part;
  }

  /** Energy since `originMs`, kWh. */
  energyKwh(timeMs: number): number {
    const { day, knot, part } = this.#at(timeMs);
    const hours = KNOT_MS / 3_600_000;
    let sum = 0;
    for (let i = 0; i < knot; i++) sum += (this.#knot(day, i) + this.#knot(day, i + 1)) / 2;
    const left = this.#knot(day, knot);
    const right = this.#knot(day, knot + 1);
    sum += part * (left + (right - left) * (part / 2));
    return this.#energyBefore(day) + sum * hours;
  }

  #energyBefore(day: number): number {
    const hours = KNOT_MS / 3_600_000;
    for (let known = this.#before.length; known <= day; known++) {
      this.#before.push((this.#before[known - 1] ?? 0) + this.#dayFactor(known - 1) * this.#shapeSum * hours);
    }
    // Trapezoids over whole days telescope: only the first and the last knot remain beside the days' sums.
    return (this.#before[day] ?? 0) + ((this.#knot(day, 0) - this.#knot(0, 0)) / 2) * hours;
  }

  #at(timeMs: number): { day: number; knot: number; part: number } {
    const since = Math.max(0, timeMs - this.#settings.originMs);
    const day = Math.floor(since / DAY_MS);
    const inDay = since - day * DAY_MS;
    const knot = Math.floor(inDay / KNOT_MS);
    return { day, knot, part: (inDay - knot * KNOT_MS) / KNOT_MS };
  }

  #knot(day: number, knot: number): number {
    if (knot >= KNOTS) return this.#knot(day + 1, knot - KNOTS);
    const shape = this.#shape[knot] ?? 0;
    const partner = this.#shape[knot ^ 1] ?? 0;
    const sign = (knot & 1) === 0 ? 1 : -1;
    const noise =
      (uniform(mix(this.#settings.seed, day + 11), knot >> 1) * 2 - 1) * KNOT_NOISE * Math.min(shape, partner);
    return this.#dayFactor(day) * (shape + sign * noise);
  }

  /** Scale of a day, kW per unit of shape: weekday and a day's own deviation of up to 12 %. */
  #dayFactor(day: number): number {
    const { seed, habit, meanKw, originMs, utcOffsetMs } = this.#settings;
    const weekday = (Math.floor((originMs + utcOffsetMs) / DAY_MS) + day + 4) % 7;
    const weekend = weekday === 0 || weekday === 6 ? WEEKEND[habit] : 1;
    return (meanKw / (this.#shapeSum / KNOTS)) * weekend * between(seed, day + 100_003, 0.88, 1.12);
  }
}

/** Hourly values to 15-minute knots, shifted by some hours: not every household dines at the same time. */
function knots(hourly: readonly number[], shiftHours: number): Float64Array {
  return Float64Array.from({ length: KNOTS }, (_, knot) => {
    const hour = (knot / 4 - shiftHours + 48) % 24;
    const before = Math.floor(hour);
    const part = hour - before;
    return (hourly[before] ?? 0) * (1 - part) + (hourly[(before + 1) % 24] ?? 0) * part;
  });
}

/** Start of the local day, UTC ms. */
export function localDayStartMs(timeMs: number, utcOffsetMs: number): number {
  return Math.floor((timeMs + utcOffsetMs) / DAY_MS) * DAY_MS - utcOffsetMs;
}
