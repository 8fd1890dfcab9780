import { DAY_KIND } from '../calendar.ts';
import { between, mix, uniform } from '../hash.ts';
import { logBell } from '../noise.ts';
import { electricVehicle } from './electric-vehicle.ts';
import { atHour, clamp01, type Draw, type Moment, normal } from './moment.ts';

/**
 * Use of a household beyond its base at each hour, by habit. In form after the standard profile H0 of BDEW (working
 * family) and the classes of occupancy in the UK time use survey: who is at home uses.
 */
const HABITS: readonly {
  readonly share: number;
  readonly work: readonly number[];
  readonly free: readonly number[];
}[] = [
  {
    share: 0.45,
    work: normal([3, 2, 2, 2, 2, 4, 12, 16, 8, 4, 4, 5, 6, 5, 4, 5, 7, 14, 22, 25, 23, 19, 13, 6]),
    free: normal([5, 3, 2, 2, 2, 2, 4, 8, 13, 16, 16, 18, 20, 16, 13, 12, 13, 16, 22, 25, 23, 20, 15, 9]),
  },
  {
    share: 0.3,
    work: normal([3, 2, 2, 2, 2, 5, 10, 13, 13, 12, 12, 16, 18, 13, 10, 10, 12, 17, 22, 22, 19, 15, 10, 5]),
    free: normal([3, 2, 2, 2, 2, 4, 8, 12, 14, 14, 14, 18, 19, 14, 11, 11, 13, 17, 22, 22, 19, 15, 10, 5]),
  },
  {
    share: 0.15,
    work: normal([12, 9, 6, 4, 3, 2, 2, 3, 5, 6, 7, 10, 12, 10, 8, 8, 9, 12, 17, 22, 25, 25, 22, 17]),
    free: normal([16, 13, 9, 6, 4, 3, 2, 2, 4, 6, 10, 13, 15, 14, 12, 12, 13, 15, 18, 21, 23, 24, 22, 19]),
  },
  {
    share: 0.1,
    work: normal([14, 6, 3, 3, 3, 3, 8, 10, 14, 12, 8, 6, 5, 5, 6, 10, 12, 11, 9, 7, 8, 12, 18, 20]),
    free: normal([10, 6, 3, 3, 3, 3, 6, 9, 13, 14, 14, 15, 15, 13, 12, 12, 13, 16, 20, 21, 20, 18, 15, 13]),
  },
];

/** When somebody is at home to want it warm or cool, by hour. */
const COMFORT = [9, 8, 8, 8, 8, 8, 7, 5, 4, 4, 5, 6, 7, 7, 6, 6, 6, 7, 9, 10, 10, 10, 10, 10].map(
  (tenths) => tenths / 10,
);

const COOL_ABOVE_C = 25.5;
const HEAT_BELOW_C = 11;

/** A household: base, habits, holidays away, heating and cooling by weather, and for some an electric vehicle. */
export function household(seed: number): Draw {
  const habit = habitOf(uniform(seed, 1));
  const meanKw = 0.34 * logBell(seed, 2, 0.5);
  const baseKw = meanKw * between(seed, 3, 0.2, 0.42);
  const activeKw = meanKw - baseKw;
  const shiftH = between(seed, 4, -1, 1);
  const sigma = between(seed, 5, 0.55, 0.95);
  const coolKw = uniform(seed, 6) < 0.78 ? between(seed, 7, 0.5, 1.7) : 0;
  const heatKw = uniform(seed, 8) < 0.35 ? between(seed, 9, 0.6, 2) : 0;
  const vehicle = uniform(seed, 10) < 0.06 ? electricVehicle(mix(seed, 11)) : undefined;
  return (moment) => {
    const { day, hour, step, dayKind } = moment;
    const fridgeKw = baseKw * (0.85 + 0.3 * uniform(seed, step * 4 + 1_000_003));
    if (isAway(seed, moment)) return fridgeKw;
    const curve = dayKind === DAY_KIND.work ? habit.work : habit.free;
    const dayFactor = logBell(seed, day * 4 + 500_009, 0.22) * (dayKind === DAY_KIND.work ? 0.97 : 1.08);
    const use = activeKw * atHour(curve, hour + shiftH) * dayFactor * logBell(seed, step * 4 + 1_000_002, sigma);
    return fridgeKw + use + comfortKw(seed, coolKw, heatKw, moment) + (vehicle?.(moment) ?? 0);
  };
}

function habitOf(u: number) {
  let sum = 0;
  for (const habit of HABITS) {
    sum += habit.share;
    if (u < sum) return habit;
  }
  return HABITS[0] ?? { share: 1, work: [], free: [] };
}

/** Some weeks nobody is at home; over long holidays in a quarter of the homes. */
function isAway(seed: number, { day, dayKind }: Moment): boolean {
  if (dayKind === DAY_KIND.holiday) return uniform(seed, Math.floor(day / 10) + 300_007) < 0.25;
  return uniform(seed, Math.floor((day + (seed % 7)) / 7) + 200_003) < 0.035;
}

/** Air conditioning and electric heating: with the temperature beyond its change point, when somebody is there. */
function comfortKw(seed: number, coolKw: number, heatKw: number, { temperatureC, hour, step }: Moment): number {
  const wanted =
    coolKw * clamp01((temperatureC - COOL_ABOVE_C) / 10) + heatKw * clamp01((HEAT_BELOW_C - temperatureC) / 16);
  if (wanted === 0) return 0;
  return wanted * atHour(COMFORT, hour) * (0.6 + 0.8 * uniform(seed, step * 4 + 1_000_000));
}
