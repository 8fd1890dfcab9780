import { type AccuracyClass, CLASS_LIMITS, type ErrorCurve, errorPercent } from './class-error.ts';

export interface MeterSettings {
  readonly accuracy: AccuracyClass;
  readonly curve: ErrorCurve;
  /** Basic current of a direct meter or rated primary current of one with transformers, A. */
  readonly ratedA: number;
  /** Primary over secondary: the register counts primary energy divided by it. */
  readonly ratio: number;
  readonly phases: 1 | 3;
  /** Digits before the decimal point, after which the register starts again at zero; and after it. */
  readonly digits: number;
  readonly decimals: number;
  /** Where the register stands when the meter begins, kWh. */
  readonly startKwh: number;
  /** The meter's clock gains this much, s a day; it is set right every 30 days. */
  readonly clockDriftS: number;
}

const NOMINAL_V = 230;
const CLOCK_SET_DAYS = 30;

/** A register as it is shown: whole steps of its resolution, rolled over at its digits. */
export function shownKwh(kwh: number, digits: number, decimals: number): number {
  const scale = 10 ** decimals;
  // A step that is full by all but the rounding of a sum has been counted.
  const steps = Math.floor(kwh * scale + 1e-6);
  const most = 10 ** digits * scale;
  return (((steps % most) + most) % most) / scale;
}

/** What a meter has counted, by the power that passed it. The same steps give the same registers, bit for bit. */
export class Meter {
  readonly settings: MeterSettings;
  /** Energy since the meter began, kWh on its secondary side, with what the register does not show. */
  importKwh: number;
  exportKwh = 0;
  /** Mean measured power of the last step, W on the primary side. */
  measuredW = 0;
  readonly #startingA: number;

  constructor(settings: MeterSettings) {
    this.settings = settings;
    this.importKwh = settings.startKwh;
    this.#startingA = CLASS_LIMITS[settings.accuracy].startingShare * settings.ratedA;
  }

  /**
   * Counts a step of mean power `powerW` (positive: import) at `apparentVa`. `gain` is a fault's factor on what is measured.
   * Below its starting current the meter stands still.
   */
  count(powerW: number, apparentVa: number, hours: number, gain = 1): void {
    const { accuracy, curve, ratedA, ratio, phases } = this.settings;
    const amps = apparentVa / (NOMINAL_V * phases);
    if (amps < this.#startingA) {
      this.measuredW = 0;
      return;
    }
    const error = errorPercent(accuracy, curve, amps / ratedA) / 100;
    this.measuredW = powerW * (1 + error) * gain;
    const kwh = (this.measuredW * hours) / (1000 * ratio);
    if (kwh >= 0) this.importKwh += kwh;
    else this.exportKwh -= kwh;
  }

  /** How far the meter's clock is ahead, s, some days after it was installed. */
  clockAheadS(days: number): number {
    return this.settings.clockDriftS * (days % CLOCK_SET_DAYS);
  }

  /** The import register frozen at the end of a step by the meter's own clock: one that is ahead freezes it too early. */
  importAt(days: number): number {
    return this.show(this.frozenKwh(this.importKwh, Math.max(0, this.measuredW), days));
  }

  exportAt(days: number): number {
    return this.show(this.frozenKwh(this.exportKwh, Math.max(0, -this.measuredW), days));
  }

  /** What a register has counted when the meter's own clock says that time, kWh; `powerW` is what it counts meanwhile. */
  frozenKwh(kwh: number, powerW: number, days: number): number {
    const early = (powerW * this.clockAheadS(days)) / 3600 / (1000 * this.settings.ratio);
    return Math.max(0, kwh - early);
  }

  /** A count as the register shows it, kWh. */
  show(kwh: number): number {
    return shownKwh(kwh, this.settings.digits, this.settings.decimals);
  }
}
