import { between } from './hash.ts';

const DAY_S = 86_400;

/** Ambient temperature at a place, °C: a yearly and a daily swing; warmest in July and at three in the afternoon local time. */
export function ambientC(timeMs: number, utcOffsetMs: number, seed: number): number {
  const local = (timeMs + utcOffsetMs) / 1000;
  const yearly = -11 * Math.cos((2 * Math.PI * (local / DAY_S - 15)) / 365.25);
  const daily = -4.5 * Math.cos((2 * Math.PI * (local - 3 * 3600)) / DAY_S);
  return 15 + yearly + daily + between(seed, Math.floor(local / DAY_S), -2, 2);
}

export interface OilSettings {
  /** Top-oil rise at rated load, K. */
  readonly ratedRiseK: number;
  /** Load loss over no-load loss at rated load. */
  readonly lossRatio: number;
  readonly exponent: number;
  readonly timeConstantMin: number;
}

/** ONAN distribution transformer, IEC 60076-7:2018 table 4: rise 55 K, R 5, x 0.8, τo 180 min. */
export const ONAN_OIL: OilSettings = { ratedRiseK: 55, lossRatio: 5, exponent: 0.8, timeConstantMin: 180 };

/**
 * Top-oil temperature, °C, from the load rate of the hours before: the steady rise of each past step, weighted by the
 * exponential of the oil's time constant. A function of time alone, so that a restarted simulator shows the same.
 */
export function topOilC(
  loadRateAt: (timeMs: number) => number,
  ambientAt: (timeMs: number) => number,
  timeMs: number,
  settings: OilSettings = ONAN_OIL,
): number {
  const stepMs = settings.timeConstantMin * 60_000 * 0.25;
  const anchorMs = Math.floor(timeMs / stepMs) * stepMs;
  const fraction = (timeMs - anchorMs) / stepMs;
  return lagged(anchorMs) * (1 - fraction) + lagged(anchorMs + stepMs) * fraction;

  function lagged(atMs: number): number {
    let sum = 0;
    let weights = 0;
    for (let step = 0; step < 16; step++) {
      const weight = Math.exp(-0.25 * step);
      const pastMs = atMs - step * stepMs;
      sum += weight * (ambientAt(pastMs) + steadyRiseK(loadRateAt(pastMs), settings));
      weights += weight;
    }
    return sum / weights;
  }
}

/** Steady top-oil rise over ambient, K: Δθor·((1 + R·K²)/(1 + R))^x (IEC 60076-7:2018, 8.2.2). */
export function steadyRiseK(loadRate: number, settings: OilSettings): number {
  const ratio = (1 + settings.lossRatio * loadRate ** 2) / (1 + settings.lossRatio);
  return settings.ratedRiseK * ratio ** settings.exponent;
}
