import { CUSTOMER_KINDS, type CustomerKind, KINDS } from '../customers/kinds.ts';
import { between, mix, uniform } from '../hash.ts';
import { fromSequence, type Impedance, type Point, type Section } from './network.ts';
import { seriesOhm, TRANSFORMER_RATINGS, type TransformerRating } from './transformer.ts';

/** A customer's connection in an area. */
export interface Connection {
  readonly kind: CustomerKind;
  readonly seed: number;
  readonly phase: 'a' | 'b' | 'c' | 'abc';
  /** Its points in the network: one, or one a phase. */
  readonly points: readonly number[];
  /** Share of its load on each of its points. */
  readonly shares: readonly number[];
}

/** A transformer area as it is built: who is connected where, by which lines, behind which transformer. */
export interface AreaPlan {
  readonly seed: number;
  readonly transformer: TransformerRating;
  /** Position of the tap changer: the open-circuit voltage over the rated one. */
  readonly tap: number;
  readonly connections: readonly Connection[];
  /** The first is the transformer, at whose low-voltage side the gateway meter stands. */
  readonly sections: readonly Section[];
  readonly points: readonly Point[];
}

/** Share of each kind among an area's customers. */
export type Mix = Readonly<Partial<Record<CustomerKind, number>>>;

/**
 * Lines, ohm per km: four-core cable of 95 and 70 mm², and a service line of 16 mm² there and back; the values are those of the
 * line codes 4c_95_SAC_XC, 4c_70 and 2c_16 of the IEEE European LV test feeder.
 */
const TRUNK = { z1: { r: 0.322, x: 0.074 }, z0: { r: 0.804, x: 0.093 } };
const BRANCH = { z1: { r: 0.446, x: 0.071 }, z0: { r: 1.505, x: 0.083 } };
const SERVICE: Impedance = { r: 2 * 1.15, x: 2 * 0.088 };

const CUSTOMERS_PER_POLE = 5;
const POLES_PER_BRANCH = 8;
const PHASES = ['a', 'b', 'c'] as const;
const PLANNING_MARGIN = 1.25;

/** Builds an area of `customers` customers. A pure function of its arguments. */
export function planArea(seed: number, customers: number, mixOfKinds: Mix, sizeFactor = 1): AreaPlan {
  const kinds = Array.from({ length: customers }, (_, index) => kindFor(mixOfKinds, uniform(seed, 3 * index + 100)));
  const transformer = transformerFor(kinds, sizeFactor);
  const sections: Section[] = [{ parent: -1, phaseOhm: seriesOhm(transformer), neutralOhm: { r: 0, x: 0 } }];
  const poles = layPoles(sections, seed, Math.ceil(customers / CUSTOMERS_PER_POLE));
  const points: Point[] = [];
  const connections = kinds.map((kind, index): Connection => {
    const state = mix(seed, 7 * index + 500_000);
    const pole = poles[Math.floor(index / CUSTOMERS_PER_POLE)] ?? 0;
    const metres = between(state, 1, 8, 35);
    if (uniform(state, 2) < KINDS[kind].threePhaseShare) return threePhase(kind, state, pole, metres, sections, points);
    const phase = Math.floor(uniform(state, 3) * 3) as 0 | 1 | 2;
    points.push({ section: pole, phase, serviceOhm: scaled(SERVICE, metres / 1000) });
    return { kind, seed: state, phase: PHASES[phase] ?? 'a', points: [points.length - 1], shares: [1] };
  });
  return { seed, transformer, tap: uniform(seed, 1) < 0.5 ? 1 : 1.025, connections, sections, points };
}

function threePhase(
  kind: CustomerKind,
  state: number,
  pole: number,
  metres: number,
  sections: Section[],
  points: Point[],
): Connection {
  sections.push({ parent: pole, ...line(BRANCH, metres) });
  const section = sections.length - 1;
  const raw = [0, 1, 2].map((phase) => between(state, 10 + phase, 0.8, 1.2));
  const sum = raw.reduce((total, share) => total + share, 0);
  for (const phase of [0, 1, 2] as const) points.push({ section, phase, serviceOhm: { r: 0, x: 0 } });
  const first = points.length - 3;
  return {
    kind,
    seed: state,
    phase: 'abc',
    points: [first, first + 1, first + 2],
    shares: raw.map((share) => share / sum),
  };
}

/** Poles along branches that leave the transformer. Returns the section at whose end each pole stands. */
function layPoles(sections: Section[], seed: number, count: number): number[] {
  const poles: number[] = [];
  for (let pole = 0; pole < count; pole++) {
    const inBranch = pole % POLES_PER_BRANCH;
    const parent = inBranch === 0 ? 0 : (poles[pole - 1] ?? 0);
    sections.push({ parent, ...line(inBranch < 4 ? TRUNK : BRANCH, between(seed, pole + 50_000, 25, 50)) });
    poles.push(sections.length - 1);
  }
  return poles;
}

function line({ z1, z0 }: { readonly z1: Impedance; readonly z0: Impedance }, metres: number) {
  return fromSequence(scaled(z1, metres / 1000), scaled(z0, metres / 1000));
}

function scaled({ r, x }: Impedance, factor: number): Impedance {
  return { r: r * factor, x: x * factor };
}

function kindFor(mixOfKinds: Mix, u: number): CustomerKind {
  const total = CUSTOMER_KINDS.reduce((sum, kind) => sum + (mixOfKinds[kind] ?? 0), 0);
  let sum = 0;
  for (const kind of CUSTOMER_KINDS) {
    sum += (mixOfKinds[kind] ?? 0) / total;
    if (u < sum) return kind;
  }
  return 'household';
}

/** The smallest rating that carries the planned peak; several large factories get the largest there is. */
function transformerFor(kinds: readonly CustomerKind[], sizeFactor: number): TransformerRating {
  const peakKw = kinds.reduce((sum, kind) => sum + KINDS[kind].planningKw, 0) * PLANNING_MARGIN * sizeFactor;
  const largest = TRANSFORMER_RATINGS.at(-1);
  if (!largest) throw new RangeError('no transformer ratings');
  return TRANSFORMER_RATINGS.find(({ ratedKva }) => ratedKva >= peakKw) ?? largest;
}
