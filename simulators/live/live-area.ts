import { between, mix, uniform } from '../physics/hash.ts';
import type { PlaceSettings } from '../physics/place.ts';
import { type ConnectionValues, connectionValues } from '../scenario/connection-values.ts';
import type { AreaState, MeteredArea } from '../scenario/metered-area.ts';

/** A transient zero is read in the last part of its step alone: one reading, or a few of those who read often. */
const ZERO_MS = 60_000;
/** The source's voltage moves every so often within a step, and by how much at most. */
const UNREST_MS = 5000;
const UNREST = 0.003;
/** Numbers kept of each meter about the beginning of the running step. */
const KEPT = 4;

/**
 * An area at a moment. In a step of the scenario powers are its means and registers go up evenly; at its end everything is what
 * a history has there, bit for bit. The end of a step belongs to it.
 */
export class LiveArea {
  readonly area: MeteredArea;
  readonly #place: PlaceSettings;
  /** By meter: both registers at the beginning of the step, and both as the meter's clock had frozen them. */
  readonly #before: Float64Array;
  readonly #values: (ConnectionValues | undefined)[] = [];
  /** Part of the running step that has passed, 0 to 1. */
  #fraction = 0;
  #timeMs = Number.NaN;
  #hasBegun = false;
  #state: AreaState;

  constructor(area: MeteredArea, place: PlaceSettings) {
    this.area = area;
    this.#place = place;
    this.#before = new Float64Array(area.meters.length * KEPT);
    this.#state = area.state();
  }

  /** The step that a moment lies in. */
  stepOf(timeMs: number): number {
    return Math.max(0, Math.ceil((timeMs - this.#place.originMs) / this.#place.stepMs) - 1);
  }

  /** Moves to a moment; one before the running step shows the step's beginning. */
  moveTo(timeMs: number): void {
    if (timeMs === this.#timeMs) return;
    this.#timeMs = timeMs;
    const step = this.stepOf(timeMs);
    while (this.area.step < step || !this.#hasBegun) this.advance(step);
    const passed = (timeMs - this.#place.originMs) / this.#place.stepMs - this.area.step;
    this.#fraction = Math.min(1, Math.max(0, passed));
  }

  /** Computes the next step on the way to `towards`. */
  advance(towards: number): void {
    this.#hasBegun = true;
    if (this.area.step + 1 >= towards) this.#state = this.area.state();
    this.#keepBefore(this.area.step + 1);
    this.area.advance();
    this.#values.length = 0;
  }

  /** The state at the end of the last whole step, to go on from. */
  get state(): AreaState {
    return this.#state;
  }

  values(index: number): ConnectionValues {
    const known = this.#values[index] ?? connectionValues(this.area, index);
    this.#values[index] = known;
    return known;
  }

  /** Factor on the area's voltages: constant power draws its inverse as current. 1 at the end of a step. */
  unrest(): number {
    if (this.#fraction === 1) return 1;
    const { seed } = this.area.blueprint;
    return 1 + UNREST * (2 * uniform(mix(seed, 61), Math.floor(this.#timeMs / UNREST_MS)) - 1);
  }

  /** Import register, kWh, as it is read now. */
  importKwh(index: number): number {
    return this.#register(index, 0);
  }

  exportKwh(index: number): number {
    return this.#register(index, 1);
  }

  /** Reactive energy of the gateway meter, kvarh: it goes up in whole steps. */
  reactiveKvarh(): number {
    return this.#state.reactiveKvarh;
  }

  #register(index: number, side: 0 | 1): number {
    const meter = this.area.meters[index];
    if (!meter) return Number.NaN;
    const { step } = this.area;
    if (meter.readsZero(step) && (1 - this.#fraction) * this.#place.stepMs <= ZERO_MS) return 0;
    if (meter.held) return side === 0 ? meter.held.importKwh : meter.held.exportKwh;
    if (this.#fraction === 1) return side === 0 ? meter.importKwh(step) : meter.exportKwh(step);
    const { measuredW, importKwh, exportKwh } = meter.meter;
    const [atEnd, powerW] = side === 0 ? [importKwh, Math.max(0, measuredW)] : [exportKwh, Math.max(0, -measuredW)];
    const atBegin = this.#before[index * KEPT + side] ?? 0;
    const kwh = atBegin + this.#fraction * (atEnd - atBegin);
    const frozen = meter.meter.frozenKwh(kwh, powerW, this.#days(step + this.#fraction));
    // A clock that is late or a load that fell must not turn the register back.
    return meter.meter.show(Math.max(frozen, this.#before[index * KEPT + 2 + side] ?? 0));
  }

  #days(steps: number): number {
    return (steps * this.#place.stepMs) / 86_400_000;
  }

  #keepBefore(step: number): void {
    const days = this.#days(step);
    for (const [index, field] of this.area.meters.entries()) {
      const { meter } = field;
      const importKwh = meter.importKwh + field.jumpKwh(step);
      const at = index * KEPT;
      this.#before[at] = importKwh;
      this.#before[at + 1] = meter.exportKwh;
      this.#before[at + 2] = meter.frozenKwh(importKwh, Math.max(0, meter.measuredW), days);
      this.#before[at + 3] = meter.frozenKwh(meter.exportKwh, Math.max(0, -meter.measuredW), days);
    }
  }

  /** Top oil and ambient temperature of the sensors, and the windings', °C. */
  temperatures(): { readonly oilC: number; readonly ambientC: number; readonly windingC: readonly number[] } {
    const { oilC, ambientC } = this.area.sensorC();
    const { temperatures } = this.area.physics;
    const gradientK = this.area.physics.hotSpotC() - temperatures.oilC;
    const spread = (phase: number) => between(this.area.blueprint.seed, 50 + phase, 0.94, 1.06);
    return { oilC, ambientC, windingC: [0, 1, 2].map((phase) => oilC + gradientK * spread(phase)) };
  }
}
