import type { MetricName } from '../../edge/protocol/quantities.ts';
import { between } from './hash.ts';

interface Gas {
  readonly metric: MetricName;
  /** Concentrations of a transformer in good health, ppm: below the typical values of IEC 60599:2015, table A.2 (known practice). */
  readonly from: number;
  readonly to: number;
  readonly isCombustible: boolean;
}

const GASES: readonly Gas[] = [
  { metric: 'dissolved_hydrogen', from: 8, to: 40, isCombustible: true },
  { metric: 'dissolved_methane', from: 3, to: 25, isCombustible: true },
  { metric: 'dissolved_ethane', from: 2, to: 18, isCombustible: true },
  { metric: 'dissolved_ethylene', from: 2, to: 30, isCombustible: true },
  { metric: 'dissolved_acetylene', from: 0, to: 0.8, isCombustible: true },
  { metric: 'dissolved_carbon_monoxide', from: 120, to: 380, isCombustible: true },
  { metric: 'dissolved_carbon_dioxide', from: 900, to: 3500, isCombustible: false },
  { metric: 'dissolved_oxygen', from: 12_000, to: 28_000, isCombustible: false },
  { metric: 'dissolved_nitrogen', from: 50_000, to: 68_000, isCombustible: false },
];

const FIRST_KEY = 60;

/** A gas in the oil of a healthy transformer, ppm by volume; undefined for what is no gas. */
export function dissolvedPpm(metric: MetricName, seed: number): number | undefined {
  if (metric === 'dissolved_combustible') {
    return GASES.filter(({ isCombustible }) => isCombustible).reduce((sum, gas) => sum + ppmOf(gas, seed), 0);
  }
  const gas = GASES.find((one) => one.metric === metric);
  return gas && ppmOf(gas, seed);
}

function ppmOf(gas: Gas, seed: number): number {
  return between(seed, FIRST_KEY + GASES.indexOf(gas), gas.from, gas.to);
}

/**
 * Water in oil as a share of what the oil can hold, %. Solubility in mineral oil, ppm by weight: log10 S = 7.42 − 1670 / T
 * with T in kelvin (Oommen's formula, known practice; 53 ppm at 20 °C, 255 ppm at 60 °C).
 */
export function moistureSaturation(ppm: number, oilC: number): number {
  return (100 * ppm) / 10 ** (7.42 - 1670 / (oilC + 273.15));
}
