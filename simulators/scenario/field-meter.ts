import { mix, uniform } from '../physics/hash.ts';
import { Meter } from '../physics/meter/meter.ts';
import { measuredW, type Phasors, type Wiring } from '../physics/meter/wiring.ts';
import type { PlannedMeter } from './blueprint.ts';
import { type DeviceFaultKind, isDeviceFault, type PlannedFault } from './fault-kinds.ts';

const DRIFT_DAYS = 60;

/** Kinds that make a meter count more or less. */
const GAIN_SIGN: Partial<Record<PlannedFault['kind'], 1 | -1>> = { meterFast: 1, meterSlow: -1, magnet: -1 };

/** What passes a meter in a step. */
export interface Passing {
  readonly powerW: number;
  readonly apparentVa: number;
  /** Voltages and currents, for a meter that is wired wrong; filled when asked for. */
  phasors(): Phasors;
}

interface Registers {
  readonly importKwh: number;
  readonly exportKwh: number;
}

/** What a meter carries from one step to the next. */
export interface FieldMeterState extends Registers {
  readonly measuredW: number;
  readonly maximumW: number;
  readonly held?: Registers;
  readonly rolledOverAt?: number;
}

/** A meter in the field with its faults: counts what passes it and gives what is read of it. */
export class FieldMeter {
  readonly planned: PlannedMeter;
  readonly meter: Meter;
  readonly #faults: PlannedFault[];
  readonly #stepsADay: number;
  #held: Registers | undefined;
  /** Largest measured power of a step since local midnight, W. */
  maximumW = 0;
  /** The step in which the register began again at zero. */
  rolledOverAt: number | undefined;

  constructor(planned: PlannedMeter, faults: readonly PlannedFault[], stepsADay: number) {
    this.planned = planned;
    this.#faults = [...faults];
    this.#stepsADay = stepsADay;
    const rollover = faults.find(({ kind }) => kind === 'rollover');
    const { settings } = planned;
    const startKwh = rollover ? 10 ** settings.digits - rollover.size : settings.startKwh;
    this.meter = new Meter({ ...settings, startKwh });
  }

  /** From now on it has this fault, too, which begins in a step that was not counted yet. */
  addFault(fault: PlannedFault): void {
    this.#faults.push(fault);
  }

  /** Replaces a fault by the same one with another end. */
  replaceFault(fault: PlannedFault, by: PlannedFault): void {
    const at = this.#faults.indexOf(fault);
    if (at >= 0) this.#faults[at] = by;
  }

  state(): FieldMeterState {
    const { importKwh, exportKwh, measuredW } = this.meter;
    return {
      importKwh,
      exportKwh,
      measuredW,
      maximumW: this.maximumW,
      ...(this.#held && { held: this.#held }),
      ...(this.rolledOverAt !== undefined && { rolledOverAt: this.rolledOverAt }),
    };
  }

  /** Goes on from a state. */
  restore(state: FieldMeterState): void {
    this.meter.importKwh = state.importKwh;
    this.meter.exportKwh = state.exportKwh;
    this.meter.measuredW = state.measuredW;
    this.maximumW = state.maximumW;
    this.#held = state.held;
    this.rolledOverAt = state.rolledOverAt;
  }

  count(step: number, passing: Passing, hours: number): void {
    this.#count(step, passing, hours);
    const watts = Math.abs(this.meter.measuredW);
    if (step % this.#stepsADay === 0 || watts > this.maximumW) this.maximumW = watts;
  }

  #count(step: number, passing: Passing, hours: number): void {
    if (this.#faults.length === 0) {
      this.meter.count(passing.powerW, passing.apparentVa, hours);
      return;
    }
    this.meter.importKwh += this.jumpKwh(step);
    if (this.#active(step, 'stuck'))
      this.#held ??= { importKwh: this.importKwh(step), exportKwh: this.exportKwh(step) };
    else this.#held = undefined;
    this.#countFaulty(step, passing, hours);
    if (this.rolledOverAt === undefined && this.meter.importKwh >= 10 ** this.planned.settings.digits) {
      this.rolledOverAt = step;
    }
  }

  #countFaulty(step: number, passing: Passing, hours: number): void {
    const stopped = this.#active(step, 'stopped');
    if (stopped) {
      this.meter.measuredW = 0;
      return;
    }
    const left = this.passingShare(step);
    const wiring = this.wiring(step);
    const powerW = wiring ? measuredW(passing.phasors(), wiring) : passing.powerW;
    this.meter.count(powerW * left, passing.apparentVa * left, hours, this.#gain(step));
  }

  /** The import register as it is read at the end of a step; undefined when it is not read. */
  importRead(step: number): number | undefined {
    if (this.#faults.length === 0) return this.importKwh(step);
    if (!this.isRead(step)) return undefined;
    if (this.readsZero(step)) return 0;
    return this.#held?.importKwh ?? this.importKwh(step);
  }

  exportRead(step: number): number | undefined {
    if (!this.isRead(step)) return undefined;
    if (this.readsZero(step)) return 0;
    return this.#held?.exportKwh ?? this.exportKwh(step);
  }

  /** Whether the reading at the end of a step is a zero that means nothing. */
  readsZero(step: number): boolean {
    return this.#faults.length > 0 && this.#active(step, 'transientZero') !== undefined;
  }

  /** What a stuck register shows. */
  get held(): Registers | undefined {
    return this.#held;
  }

  /** Whether a reading of the step arrives. */
  isRead(step: number): boolean {
    const fault = this.answering(step);
    return fault === undefined || fault === 'slow';
  }

  /** How the device misbehaves towards whoever reads it; undefined when it answers as it should. */
  answering(step: number): DeviceFaultKind | undefined {
    let found: DeviceFaultKind | undefined;
    for (const { kind, fromStep, toStep, size, connection } of this.#faults) {
      if (step < fromStep || step >= toStep) continue;
      if (isDeviceFault(kind) && found !== 'silent') found = kind;
      if (kind === 'missing' && uniform(mix(fromStep, connection + 77), step) * 100 < size) found = 'silent';
    }
    return found;
  }

  /** The register as it stands at the end of the last counted step, `step`. */
  importKwh(step: number): number {
    return this.meter.importAt((step + 1) / this.#stepsADay);
  }

  exportKwh(step: number): number {
    return this.meter.exportAt((step + 1) / this.#stepsADay);
  }

  #gain(step: number): number {
    let gain = 1;
    for (const fault of this.#faults) {
      if (step < fault.fromStep || step >= fault.toStep) continue;
      const sign = GAIN_SIGN[fault.kind] ?? 0;
      gain *= 1 + (sign * fault.size * this.#grown(fault, step)) / 100;
    }
    return gain;
  }

  #grown(fault: PlannedFault, step: number): number {
    if (fault.form === 'step') return 1;
    const steps = Math.min(fault.toStep - fault.fromStep, DRIFT_DAYS * this.#stepsADay);
    return Math.min(1, (step - fault.fromStep + 1) / steps);
  }

  /** Share of the load that passes through the meter: not all of it where some goes beside it. */
  passingShare(step: number): number {
    const bypass = this.#active(step, 'bypass');
    return bypass ? 1 - bypass.size / 100 : 1;
  }

  /** What the register jumps by when a step begins, kWh. */
  jumpKwh(step: number): number {
    let kwh = 0;
    for (const { kind, fromStep, size } of this.#faults) if (kind === 'registerJump' && fromStep === step) kwh += size;
    return kwh;
  }

  /** How it is wired wrong in a step; undefined when it is wired right. */
  wiring(step: number): Wiring | undefined {
    for (const { kind, fromStep, toStep, phase } of this.#faults) {
      if (step < fromStep || step >= toStep) continue;
      if (kind === 'phaseLost' || kind === 'ctReversed' || kind === 'phasesSwapped') return { kind, phase };
    }
    return undefined;
  }

  #active(step: number, kind: PlannedFault['kind']): PlannedFault | undefined {
    return this.#faults.find((fault) => fault.kind === kind && fault.fromStep <= step && step < fault.toStep);
  }
}
