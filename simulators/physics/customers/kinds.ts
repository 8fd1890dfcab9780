import { factory, office, shop } from './business.ts';
import { household } from './household.ts';
import type { Draw } from './moment.ts';
import { irrigation, rooftopPv, streetLighting } from './public.ts';

export const CUSTOMER_KINDS = [
  'household',
  'shop',
  'office',
  'factory',
  'streetLighting',
  'irrigation',
  'rooftopPv',
] as const;
export type CustomerKind = (typeof CUSTOMER_KINDS)[number];

export interface KindFacts {
  readonly draw: (seed: number) => Draw;
  /** Share of the customers of this kind that have three phases. */
  readonly threePhaseShare: number;
  /** tan φ of its load: reactive over active power. */
  readonly tanPhi: number;
  /** Load per customer at the area's peak, kW: what a planner sizes a transformer with. */
  readonly planningKw: number;
}

export const KINDS: Readonly<Record<CustomerKind, KindFacts>> = {
  household: { draw: household, threePhaseShare: 0.04, tanPhi: 0.25, planningKw: 1.3 },
  shop: { draw: shop, threePhaseShare: 0.35, tanPhi: 0.33, planningKw: 3 },
  office: { draw: office, threePhaseShare: 0.8, tanPhi: 0.33, planningKw: 8 },
  factory: { draw: factory, threePhaseShare: 1, tanPhi: 0.55, planningKw: 22 },
  streetLighting: { draw: streetLighting, threePhaseShare: 0.5, tanPhi: 0.3, planningKw: 2.5 },
  irrigation: { draw: irrigation, threePhaseShare: 1, tanPhi: 0.62, planningKw: 5 },
  rooftopPv: { draw: rooftopPv, threePhaseShare: 0.6, tanPhi: 0, planningKw: 0 },
};
