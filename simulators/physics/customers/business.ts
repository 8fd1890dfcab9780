import { DAY_KIND, type DayKind } from '../calendar.ts';
import { between, uniform } from '../hash.ts';
import { logBell } from '../noise.ts';
import { clamp01, type Draw } from './moment.ts';

interface Business {
  /** Power when all works, kW, and what is on at night as a share of it. */
  readonly fullKw: number;
  readonly nightShare: number;
  readonly opensH: number;
  readonly closesH: number;
  /** Share of full operation on each kind of day. */
  readonly activity: Readonly<Record<DayKind, number>>;
  /** Cooling at 35 °C over full power. */
  readonly coolingShare: number;
  readonly sigma: number;
}

/** A shop: open seven days, more on free days; refrigeration at night. */
export function shop(seed: number): Draw {
  return business(seed, {
    fullKw: 2.2 * logBell(seed, 1, 0.6),
    nightShare: between(seed, 2, 0.12, 0.35),
    opensH: between(seed, 3, 7, 9.5),
    closesH: between(seed, 4, 19, 22.5),
    activity: { [DAY_KIND.work]: 1, [DAY_KIND.weekend]: 1.08, [DAY_KIND.holiday]: uniform(seed, 5) < 0.4 ? 0.2 : 1.1 },
    coolingShare: 0.5,
    sigma: 0.14,
  });
}

/** An office: working days only. */
export function office(seed: number): Draw {
  return business(seed, {
    fullKw: 6 * logBell(seed, 1, 0.6),
    nightShare: between(seed, 2, 0.1, 0.25),
    opensH: between(seed, 3, 7.5, 9),
    closesH: between(seed, 4, 17.5, 19.5),
    activity: { [DAY_KIND.work]: 1, [DAY_KIND.weekend]: 0.15, [DAY_KIND.holiday]: 0.08 },
    coolingShare: 0.6,
    sigma: 0.1,
  });
}

/** A factory of one, two or three shifts. */
export function factory(seed: number): Draw {
  const shifts = 1 + Math.floor(uniform(seed, 6) * 3);
  const opensH = shifts === 3 ? -1 : between(seed, 3, 6, 8);
  return business(seed, {
    fullKw: 18 * logBell(seed, 1, 0.6),
    nightShare: between(seed, 2, 0.06, 0.15),
    opensH,
    closesH: shifts === 3 ? 25 : opensH + 8.5 * shifts,
    activity: { [DAY_KIND.work]: 1, [DAY_KIND.weekend]: shifts === 3 ? 0.9 : 0.2, [DAY_KIND.holiday]: 0.08 },
    coolingShare: 0.1,
    sigma: 0.18,
  });
}

function business(seed: number, settings: Business): Draw {
  const { fullKw, nightShare, opensH, closesH, activity, coolingShare, sigma } = settings;
  return ({ day, hour, step, dayKind, temperatureC }) => {
    // Work begins and ends within an hour, not at a stroke.
    const rise = clamp01(hour - opensH + 0.5) * clamp01(closesH - hour + 0.5);
    const past = hour + 24 < closesH + 0.5 ? clamp01(closesH - hour - 24 + 0.5) : 0;
    const open = Math.max(rise, past) * activity[dayKind] * logBell(seed, day * 2 + 500_009, 0.07);
    const cooling = coolingShare * clamp01((temperatureC - 24) / 11);
    const level = nightShare + (1 - nightShare) * open * (1 + cooling);
    return fullKw * level * logBell(seed, step * 2 + 1_000_003, sigma);
  };
}
