import type { LoadShape } from './load-shape.ts';

/** Something that draws power: a customer, or an area seen from its supply meter. */
export interface Load {
  /** Active power at a moment, kW. */
  powerKw(timeMs: number): number;
  /** Energy since the scenario's origin, kWh: the integral of `powerKw`. */
  energyKwh(timeMs: number): number;
}

/** The supply of several customers: what they use, and the loss on the way to them as a share of it. */
export class SumLoad implements Load {
  readonly #loads: readonly Load[];
  readonly #factor: number;

  constructor(loads: readonly (Load | LoadShape)[], lossShare: number) {
    this.#loads = loads;
    this.#factor = 1 + lossShare;
  }

  powerKw(timeMs: number): number {
    let sum = 0;
    for (const load of this.#loads) sum += load.powerKw(timeMs);
    return sum * this.#factor;
  }

  energyKwh(timeMs: number): number {
    let sum = 0;
    for (const load of this.#loads) sum += load.energyKwh(timeMs);
    return sum * this.#factor;
  }
}
