/** Thermal constants of a transformer in the words of IEC 60076-7:2018, clause 8.2. */
export interface ThermalConstants {
  /** Δθor and Δθhr, K. */
  readonly oilRiseK: number;
  readonly hotSpotRiseK: number;
  /** Load loss over no-load loss at rated load. */
  readonly lossRatio: number;
  readonly oilExponent: number;
  readonly windingExponent: number;
  /** τo and τw, min. */
  readonly oilMin: number;
  readonly windingMin: number;
  readonly k11: number;
  readonly k21: number;
  readonly k22: number;
}

/** Distribution transformer, ONAN: IEC 60076-7:2018, table 4. */
export const ONAN_DISTRIBUTION: ThermalConstants = {
  oilRiseK: 55,
  hotSpotRiseK: 23,
  lossRatio: 5,
  oilExponent: 0.8,
  windingExponent: 1.6,
  oilMin: 180,
  windingMin: 4,
  k11: 1,
  k21: 1,
  k22: 2,
};

/** Temperatures of a transformer, °C, and the two parts of the hot spot's rise over the oil, K. */
export interface ThermalState {
  readonly oilC: number;
  readonly rise1K: number;
  readonly rise2K: number;
}

/** The state that a constant load rate leads to. */
export function steadyState(
  constants: ThermalConstants,
  loadRate: number,
  ambientC: number,
  cooling = 1,
): ThermalState {
  const { rise, swing } = targets(constants, loadRate);
  return {
    oilC: ambientC + rise * cooling,
    rise1K: constants.k21 * swing,
    rise2K: (constants.k21 - 1) * swing,
  };
}

/**
 * The state after some minutes of constant load and ambient temperature: the exact solution of the differential equations
 * whose difference form is IEC 60076-7:2018, 8.2.3, so that a long step is as right as many short ones. `cooling` above 1
 * is the factor by which lost cooling raises the oil's rise.
 */
export function thermalAfter(
  constants: ThermalConstants,
  state: ThermalState,
  loadRate: number,
  ambientC: number,
  minutes: number,
  cooling = 1,
): ThermalState {
  const { k11, k22, oilMin, windingMin } = constants;
  const end = steadyState(constants, loadRate, ambientC, cooling);
  return {
    oilC: towards(state.oilC, end.oilC, minutes / (k11 * oilMin)),
    rise1K: towards(state.rise1K, end.rise1K, minutes / (k22 * windingMin)),
    rise2K: towards(state.rise2K, end.rise2K, (minutes * k22) / oilMin),
  };
}

export function hotSpotC({ oilC, rise1K, rise2K }: ThermalState): number {
  return oilC + rise1K - rise2K;
}

/** Δθor·((1 + R·K²)/(1 + R))^x and Δθhr·K^y. */
function targets(constants: ThermalConstants, loadRate: number): { rise: number; swing: number } {
  const { oilRiseK, hotSpotRiseK, lossRatio, oilExponent, windingExponent } = constants;
  return {
    rise: oilRiseK * ((1 + loadRate ** 2 * lossRatio) / (1 + lossRatio)) ** oilExponent,
    swing: hotSpotRiseK * loadRate ** windingExponent,
  };
}

function towards(from: number, to: number, timeConstants: number): number {
  return to + (from - to) * Math.exp(-timeConstants);
}
