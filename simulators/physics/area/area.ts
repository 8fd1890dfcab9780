import { KINDS } from '../customers/kinds.ts';
import type { Draw, Moment } from '../customers/moment.ts';
import { mix, uniform } from '../hash.ts';
import { Network } from './network.ts';
import type { AreaPlan } from './plan.ts';
import { Sweep } from './sweep.ts';
import { hotSpotC, ONAN_DISTRIBUTION, steadyState, type ThermalState, thermalAfter } from './thermal.ts';
import { noLoadLossW, ratedCurrentA } from './transformer.ts';

/** What happens to an area from outside in a step, by connection; nothing of it in an undisturbed one. */
export interface Disturbance {
  /** Factor on the load of all customers: an overload. */
  readonly load?: number;
  /** Which single-phase points hang on another phase than planned: their index and the phase. */
  readonly moved?: ReadonlyMap<number, 0 | 1 | 2>;
  /** Factor on the oil's rise: cooling lost. */
  readonly cooling?: number;
  /** Factor on the voltage of the source. */
  readonly voltage?: number;
  /** Without power nothing is used, and nothing is fed in. */
  readonly isDead?: boolean;
}

const NONE: Disturbance = {};
const SQRT_3 = Math.sqrt(3);
/** Unit vectors of the phases a, b, c (re, im). */
const PHASORS = [1, 0, -0.5, -SQRT_3 / 2, -0.5, SQRT_3 / 2];

/**
 * The physics of one transformer area, a step at a time: loads, voltages, currents, losses, temperatures. Electrical
 * quantities depend on the step alone; temperatures follow from the steps before.
 */
export class AreaPhysics {
  readonly plan: AreaPlan;
  readonly sweep: Sweep;
  /** Mean active power of each connection in the last step, W. */
  readonly connectionW: Float64Array;
  temperatures: ThermalState;
  readonly #draws: readonly Draw[];
  readonly #tanPhi: Float64Array;
  readonly #source = new Float64Array(6);
  readonly #ratedA: number;
  readonly #stepMinutes: number;

  constructor(plan: AreaPlan, stepMs: number, first: Moment) {
    this.plan = plan;
    this.sweep = new Sweep(new Network(plan.sections, plan.points));
    this.connectionW = new Float64Array(plan.connections.length);
    this.#draws = plan.connections.map(({ kind, seed }) => KINDS[kind].draw(seed));
    this.#tanPhi = Float64Array.from(plan.connections, ({ kind }) => KINDS[kind].tanPhi);
    this.#ratedA = ratedCurrentA(plan.transformer);
    this.#stepMinutes = stepMs / 60_000;
    this.temperatures = steadyState(ONAN_DISTRIBUTION, 0.2, first.temperatureC);
  }

  /** Computes a step. Steps are asked for in order. */
  advance(moment: Moment, disturbance: Disturbance = NONE): void {
    this.#load(moment, disturbance);
    this.#movePoints(disturbance.moved);
    this.#setSource(moment, disturbance.voltage ?? 1);
    this.sweep.solve(this.#source);
    const { temperatureC } = moment;
    const cooling = disturbance.cooling ?? 1;
    this.temperatures = thermalAfter(
      ONAN_DISTRIBUTION,
      this.temperatures,
      this.loadRate(),
      temperatureC,
      this.#stepMinutes,
      cooling,
    );
  }

  /** Power that leaves the transformer into the network, W: what a perfect gateway meter measures. */
  supplyW(): number {
    return this.sweep.phaseW(0, 0) + this.sweep.phaseW(0, 1) + this.sweep.phaseW(0, 2);
  }

  /** Reactive power into the network, var. */
  supplyVar(): number {
    const { voltage, current } = this.sweep;
    let vars = 0;
    for (let k = 0; k < 6; k += 2) {
      vars += (voltage[k + 1] ?? 0) * (current[k] ?? 0) - (voltage[k] ?? 0) * (current[k + 1] ?? 0);
    }
    return vars;
  }

  /** Loss in the lines between gateway and customers, W. */
  lineLossW(): number {
    return this.sweep.lineLossW(1);
  }

  /** Loss in the transformer, W: P0·(U/Un)² + Pk·(Ia² + Ib² + Ic²)/(3·In²), the second part as the windings' I²·R. */
  transformerLossW(): number {
    const { voltage } = this.sweep;
    const volts = [0, 2, 4].map((k) => Math.hypot(voltage[k] ?? 0, voltage[k + 1] ?? 0));
    const meanV = volts.reduce((sum, value) => sum + value, 0) / 3;
    return noLoadLossW(this.plan.transformer, meanV) + this.sweep.sectionLossW(0);
  }

  /** Root mean square of the phase currents over the rated current. */
  loadRate(): number {
    const { current } = this.sweep;
    let squares = 0;
    for (let k = 0; k < 6; k++) squares += (current[k] ?? 0) ** 2;
    return Math.sqrt(squares / 3) / this.#ratedA;
  }

  hotSpotC(): number {
    return hotSpotC(this.temperatures);
  }

  #load(moment: Moment, { load: factor = 1, isDead = false }: Disturbance): void {
    const { activeW, reactiveVar } = this.sweep;
    const { connections } = this.plan;
    for (let index = 0; index < connections.length; index++) {
      const connection = connections[index];
      const draw = this.#draws[index];
      if (!connection || !draw) continue;
      const watts = isDead ? 0 : draw(moment) * 1000;
      const total = watts > 0 ? watts * factor : watts;
      this.connectionW[index] = total;
      const tanPhi = this.#tanPhi[index] ?? 0;
      for (let at = 0; at < connection.points.length; at++) {
        const point = connection.points[at] ?? 0;
        const part = total * (connection.shares[at] ?? 0);
        activeW[point] = part;
        reactiveVar[point] = part * tanPhi;
      }
    }
  }

  #movePoints(moved: ReadonlyMap<number, 0 | 1 | 2> | undefined): void {
    const { points } = this.plan;
    const { pointPhase } = this.sweep.network;
    for (let point = 0; point < points.length; point++) {
      pointPhase[point] = moved?.get(point) ?? points[point]?.phase ?? 0;
    }
  }

  /** Open-circuit voltage: the tap, lower by day when the medium-voltage line is loaded, and its unrest. */
  #setSource({ hour, step }: Moment, factor: number): void {
    const { transformer, tap, seed } = this.plan;
    const daily = 0.008 * Math.cos((2 * Math.PI * (hour - 3)) / 24);
    const unrest = 0.006 * (uniform(mix(seed, 9), step) * 2 - 1);
    const volts = (transformer.ratedVoltageV / SQRT_3) * tap * (1 + daily + unrest) * factor;
    for (let k = 0; k < 6; k++) this.#source[k] = (PHASORS[k] ?? 0) * volts;
  }
}
