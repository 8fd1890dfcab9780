import { AreaPhysics, type Disturbance } from '../physics/area/area.ts';
import type { ThermalState } from '../physics/area/thermal.ts';
import { KINDS } from '../physics/customers/kinds.ts';
import type { Moment } from '../physics/customers/moment.ts';
import { mix, uniform } from '../physics/hash.ts';
import type { Phasors } from '../physics/meter/wiring.ts';
import { bell } from '../physics/noise.ts';
import { momentAt, type PlaceSettings } from '../physics/place.ts';
import type { AreaBlueprint } from './blueprint.ts';
import { DEVICE_FAULTS, type DeviceFaultKind, type PlannedFault, type ScenarioFaultKind } from './fault-kinds.ts';
import { FieldMeter, type FieldMeterState, type Passing } from './field-meter.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const OUTAGES = ['areaOutage', 'feederOutage'] as const;
/** Deviation of a temperature sensor, K. */
const SENSOR_K = 0.3;

/** What an area carries from one step to the next. */
export interface AreaState {
  readonly step: number;
  readonly reactiveKvarh: number;
  readonly temperatures: ThermalState;
  readonly meters: readonly FieldMeterState[];
}

/** An area with all its meters, a step at a time: the same for history and for a live fleet. */
export class MeteredArea {
  readonly blueprint: AreaBlueprint;
  readonly physics: AreaPhysics;
  readonly meters: readonly FieldMeter[];
  readonly #place: PlaceSettings;
  readonly #hours: number;
  readonly #areaFaults: PlannedFault[];
  readonly #apparent: Float64Array;
  readonly #phasors: Phasors = new Float64Array(12);
  readonly #passing: { powerW: number; apparentVa: number; meter: number; phasors: () => Phasors };
  #moment: Moment;
  /** The last step that was computed. */
  step = -1;
  /** What the gateway meter has counted of reactive energy, kvarh on its own side. */
  reactiveKvarh = 0;

  /** An area from the scenario's origin on, or from a state of it. */
  constructor(blueprint: AreaBlueprint, place: PlaceSettings, faults: readonly PlannedFault[], state?: AreaState) {
    this.blueprint = blueprint;
    this.#place = place;
    this.#hours = place.stepMs / HOUR_MS;
    this.#moment = momentAt(place, 0);
    this.physics = new AreaPhysics(blueprint.plan, place.stepMs, this.#moment);
    const own = faults.filter(({ area }) => area === blueprint.id);
    this.#areaFaults = own.filter(({ device }) => device === blueprint.transformer);
    const stepsADay = DAY_MS / place.stepMs;
    this.meters = blueprint.meters.map(
      (meter) =>
        new FieldMeter(
          meter,
          own.filter(({ device }) => device === meter.id),
          stepsADay,
        ),
    );
    this.#apparent = Float64Array.from(blueprint.plan.connections, ({ kind }) => Math.hypot(1, KINDS[kind].tanPhi));
    this.#passing = { powerW: 0, apparentVa: 0, meter: 0, phasors: () => this.phasorsOf(this.#passing.meter) };
    if (state) this.#restore(state);
  }

  /** All that the coming steps depend on. */
  state(): AreaState {
    const { step, reactiveKvarh } = this;
    const meters = this.meters.map((meter) => meter.state());
    return { step, reactiveKvarh, temperatures: this.physics.temperatures, meters };
  }

  #restore(state: AreaState): void {
    this.step = state.step;
    this.reactiveKvarh = state.reactiveKvarh;
    this.physics.temperatures = state.temperatures;
    for (const [index, meter] of state.meters.entries()) this.meters[index]?.restore(meter);
  }

  /** From now on there is this fault of the area, too, which begins in a step that was not computed yet. */
  addFault(fault: PlannedFault): void {
    this.#areaFaults.push(fault);
  }

  /** Replaces a fault of the area by the same one with another end. */
  replaceFault(fault: PlannedFault, by: PlannedFault): void {
    const at = this.#areaFaults.indexOf(fault);
    if (at >= 0) this.#areaFaults[at] = by;
  }

  /** Computes the next step. */
  advance(): void {
    this.step += 1;
    this.#moment = momentAt(this.#place, this.step);
    this.physics.advance(this.#moment, this.#disturbance());
    const passing = this.#passing;
    for (let index = 0; index < this.meters.length; index++) {
      passing.meter = index;
      this.#measure(index, passing);
      this.meters[index]?.count(this.step, passing as Passing, this.#hours);
    }
    const gateway = this.meters[0]?.planned.settings.ratio ?? 1;
    this.reactiveKvarh += (this.physics.supplyVar() * this.#hours) / (1000 * gateway);
  }

  #measure(index: number, passing: { powerW: number; apparentVa: number }): void {
    const connection = index - 1;
    if (connection < 0) {
      passing.powerW = this.physics.supplyW();
      const { voltage, current } = this.physics.sweep;
      let va = 0;
      for (let k = 0; k < 6; k += 2) {
        va += Math.hypot(voltage[k] ?? 0, voltage[k + 1] ?? 0) * Math.hypot(current[k] ?? 0, current[k + 1] ?? 0);
      }
      passing.apparentVa = va;
      return;
    }
    passing.powerW = this.physics.connectionW[connection] ?? 0;
    passing.apparentVa = Math.abs(passing.powerW) * (this.#apparent[connection] ?? 1);
  }

  /** Voltages and currents at a meter of three phases, by its place in `meters`. */
  phasorsOf(index: number): Phasors {
    const { sweep, plan } = this.physics;
    if (index === 0) {
      this.#phasors.set(sweep.voltage.subarray(0, 6), 0);
      this.#phasors.set(sweep.current.subarray(0, 6), 6);
      return this.#phasors;
    }
    const points = plan.connections[index - 1]?.points ?? [];
    this.#phasors.fill(0);
    for (const point of points) {
      const at = points.length === 1 ? 0 : 2 * (sweep.network.pointPhase[point] ?? 0);
      this.#phasors.set(sweep.pointVoltage.subarray(2 * point, 2 * point + 2), at);
      this.#phasors.set(sweep.pointCurrent.subarray(2 * point, 2 * point + 2), 6 + at);
    }
    return this.#phasors;
  }

  /** Top-oil and ambient temperature as the sensors at the transformer give them, °C, to a tenth. */
  sensorC(): { readonly oilC: number; readonly ambientC: number } {
    const noise = mix(this.blueprint.seed, 41);
    const shown = (celsius: number, key: number) =>
      Math.round(10 * (celsius + SENSOR_K * bell(noise, 2 * this.step + key))) / 10;
    return { oilC: shown(this.physics.temperatures.oilC, 0), ambientC: shown(this.#moment.temperatureC, 1) };
  }

  /**
   * How a device misbehaves towards whoever reads it, by its place in `meters`; −1 is the sensor at the transformer. Undefined
   * when it answers as it should.
   */
  answering(index: number, step: number): DeviceFaultKind | undefined {
    if (this.#areaFaults.length === 0 && index >= 0) return this.meters[index]?.answering(step);
    if (OUTAGES.some((kind) => this.#activeFault(kind, step))) return 'silent';
    if (this.#activeFault('linkCut', step)) return 'cut';
    return index < 0
      ? DEVICE_FAULTS.find((kind) => this.#activeFault(kind, step))
      : this.meters[index]?.answering(step);
  }

  /** Whether the reading of a device at the end of a step arrives. */
  isRead(index: number, step: number): boolean {
    const fault = this.answering(index, step);
    return fault === undefined || fault === 'slow';
  }

  #activeFault(kind: ScenarioFaultKind, step: number): PlannedFault | undefined {
    return this.#areaFaults.find((one) => one.kind === kind && one.fromStep <= step && step < one.toStep);
  }

  #disturbance(): Disturbance | undefined {
    if (this.#areaFaults.length === 0) return undefined;
    const size = (kind: ScenarioFaultKind) => this.#activeFault(kind, this.step)?.size ?? 0;
    return {
      load: 1 + size('overload') / 100,
      cooling: 1 + size('coolingLost') / 100,
      moved: this.#moved(size('imbalance') / 100),
      voltage: 1 + size('overvoltage') / 100,
      isDead: OUTAGES.some((kind) => this.#activeFault(kind, this.step)),
    };
  }

  #moved(share: number): ReadonlyMap<number, 0 | 1 | 2> {
    const single = share === 0 ? [] : this.physics.plan.connections.filter(({ points }) => points.length === 1);
    const chosen = single.filter(({ seed }) => uniform(seed, 51) < share);
    return new Map(chosen.flatMap(({ points }) => points.map((point): [number, 0] => [point, 0])));
  }
}
