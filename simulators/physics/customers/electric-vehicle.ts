import { between, uniform } from '../hash.ts';
import type { Draw } from './moment.ts';

/** An electric vehicle at home: on two days of three it is charged from the evening on, at its wall box's power. */
export function electricVehicle(seed: number): Draw {
  const powerKw = uniform(seed, 1) < 0.5 ? 3.3 : 7;
  const usualHour = between(seed, 2, 17.5, 23.5);
  return ({ day, hour }) => chargingKw(day, hour) + chargingKw(day - 1, hour + 24);

  /** `hour` counted from that day's midnight; a charge may last past the next one. */
  function chargingKw(day: number, hour: number): number {
    if (hour < 15 || uniform(seed, day * 3 + 10) > 0.66) return 0;
    const startHour = usualHour + between(seed, day * 3 + 11, -1, 1);
    const lengthH = between(seed, day * 3 + 12, 4, 24) / powerKw;
    return hour >= startHour && hour < startHour + lengthH ? powerKw : 0;
  }
}
