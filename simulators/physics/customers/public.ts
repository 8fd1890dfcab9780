import { between, uniform } from '../hash.ts';
import type { Draw } from './moment.ts';

/** Street lighting: on from dusk to dawn (sun 1° below the horizon), every second line dimmed after 23:30. */
export function streetLighting(seed: number): Draw {
  const fullKw = between(seed, 1, 0.8, 4);
  const dims = uniform(seed, 2) < 0.5;
  return ({ sunHeight, hour }) => {
    if (sunHeight > -0.0175) return 0.005 * fullKw;
    return dims && (hour > 23.5 || hour < 5) ? 0.55 * fullKw : fullKw;
  };
}

/** Irrigation: a pump that runs on dry days of the growing season, for some hours, at one power. */
export function irrigation(seed: number): Draw {
  const pumpKw = between(seed, 1, 3, 11);
  const firstDay = between(seed, 2, 85, 110);
  const lastDay = between(seed, 3, 255, 285);
  return ({ dayOfYear, day, hour, temperatureC }) => {
    if (dayOfYear < firstDay || dayOfYear > lastDay || temperatureC < 8) return 0;
    if (uniform(seed, day * 3 + 10) > 0.55) return 0;
    const startHour = between(seed, day * 3 + 11, 4, 12);
    const lengthH = between(seed, day * 3 + 12, 4, 11);
    return hour >= startHour && hour < startHour + lengthH ? pumpKw : 0;
  };
}

/**
 * Rooftop photovoltaics: feeds in, so its power is negative. Efficiency falls by 0.4 % for each degree of the cells above
 * 25 °C; cells are 30 °C warmer than the air in full sun; 14 % are lost before the meter (PVWatts V5, NREL 2014).
 */
export function rooftopPv(seed: number): Draw {
  const peakKw = between(seed, 1, 4, 20);
  return ({ irradianceKw, temperatureC, step }) => {
    if (irradianceKw === 0) return 0;
    const cellsC = temperatureC + 30 * irradianceKw;
    const shade = 1 - 0.25 * uniform(seed, step + 1_000_003) ** 3;
    return -peakKw * irradianceKw * (1 - 0.004 * (cellsC - 25)) * 0.86 * shade;
  };
}
