import type { Impedance } from './network.ts';

/** A distribution transformer's name plate; voltages and currents on its low-voltage side. */
export interface TransformerRating {
  readonly ratedKva: number;
  /** Between phases, V. */
  readonly ratedVoltageV: number;
  readonly noLoadLossW: number;
  readonly loadLossW: number;
  readonly shortCircuitPercent: number;
  readonly connection: 'Dyn11' | 'Yyn0';
}

/** GB 20052-2020, oil-immersed, grade 2 (losses of these ratings are known practice); impedance voltage of GB/T 6451: 4 and 4.5 %. */
export const TRANSFORMER_RATINGS: readonly TransformerRating[] = [
  [100, 135, 1265, 4],
  [200, 215, 2185, 4],
  [400, 370, 3615, 4],
  [630, 510, 4960, 4.5],
].map(([ratedKva = 0, noLoadLossW = 0, loadLossW = 0, shortCircuitPercent = 0]) => ({
  ratedKva,
  ratedVoltageV: 400,
  noLoadLossW,
  loadLossW,
  shortCircuitPercent,
  connection: 'Dyn11',
}));

/** Rated current of the low-voltage side, A. */
export function ratedCurrentA(rating: TransformerRating): number {
  return (rating.ratedKva * 1000) / (Math.sqrt(3) * rating.ratedVoltageV);
}

/** Series impedance of a phase on the low-voltage side, ohm: R = Pk/(3·In²), |Z| = uk·Un²/Sn. */
export function seriesOhm(rating: TransformerRating): Impedance {
  const r = rating.loadLossW / (3 * ratedCurrentA(rating) ** 2);
  const z = ((rating.shortCircuitPercent / 100) * rating.ratedVoltageV ** 2) / (rating.ratedKva * 1000);
  return { r, x: Math.sqrt(z * z - r * r) };
}

/** No-load loss at a voltage, W: P0·(U/Un)². `voltageV` is between phase and neutral. */
export function noLoadLossW(rating: TransformerRating, voltageV: number): number {
  return rating.noLoadLossW * ((voltageV * Math.sqrt(3)) / rating.ratedVoltageV) ** 2;
}
