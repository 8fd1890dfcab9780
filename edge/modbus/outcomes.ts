import type { Logger } from '../platform/log.ts';
import { GOOD, type QualityCode, qualityCode, qualityOf } from '../protocol/quality.ts';
import { type Deadlines, silenceLayouts } from './deadlines.ts';
import type { BusDevice } from './device.ts';
import type { HealthChange } from './health.ts';
import type { Patience } from './patience.ts';
import type { Records } from './records.ts';
import type { SickDevices } from './sick-devices.ts';
import type { VisitResult } from './visit.ts';

const EXCEPTION = qualityCode('exception');
const DISCONNECTED = qualityCode('disconnected');

/** A visit that has ended. */
export interface EndedVisit {
  readonly result: VisitResult;
  readonly durationMs: number;
  /** Grid time at which the last answer had come in. */
  readonly atMs: number;
}

/** Number of values with an answer behind them. */
export function answersIn({ fast, registers }: VisitResult): number {
  return (fast?.answered ?? 0) + (registers?.answered ?? 0);
}

export interface OutcomesOptions {
  readonly bus: string;
  /** Number of devices on the bus. */
  readonly devices: number;
  readonly records: Records;
  readonly deadlines: Deadlines;
  readonly sick: SickDevices;
  readonly patience: Patience;
  readonly logger: Logger;
}

/** What a visit's outcome means: for the records, the device's health, and when it is visited again. */
export class Outcomes {
  readonly #options: OutcomesOptions;

  constructor(options: OutcomesOptions) {
    this.#options = options;
  }

  /** The device answered, if only in part. */
  answered(device: BusDevice, { result, durationMs, atMs }: EndedVisit): void {
    const { records } = this.#options;
    const { reason } = device.health;
    const change = device.health.succeeded(atMs);
    if (change.record === 'ends') {
      // A millisecond before the first values, which keep their own time.
      for (const layout of silenceLayouts(device)) records.failure(device, layout, reason, atMs - 1);
    }
    this.#tell(device, change);
    if (result.brokenOff === GOOD) this.#recovered(device, result, durationMs);
    else this.#makeSick(device, durationMs);
    this.#take(device, result, atMs);
  }

  /** Hands over what was read. A class without any answer is no reading. */
  #take(device: BusDevice, { fast, registers, brokenOff }: VisitResult, atMs: number): void {
    const { records } = this.#options;
    if (fast && fast.answered > 0 && device.fast) records.take(device, device.fast, fast, atMs);
    if (!registers || !device.registers) return;
    if (registers.answered > 0) {
      device.registersDueMs = undefined;
      records.take(device, device.registers, registers, atMs);
    } else if (brokenOff === GOOD) {
      // The device refused all of them: asking again at once would bring the same answer.
      this.#options.deadlines.giveUpRegisters(device, EXCEPTION);
    }
  }

  #recovered(device: BusDevice, result: VisitResult, durationMs: number): void {
    this.#options.sick.remove(device);
    // A visit that searched for refused addresses is not a usual one.
    if (result.learned === undefined) this.#options.patience.took(device, durationMs, result.requests);
  }

  /** The device did not answer at all, or refused everything, for `reason`; `why` says it in words. */
  failed(device: BusDevice, reason: QualityCode, durationMs: number, why?: string): void {
    const { records } = this.#options;
    const change = device.health.failed(reason, records.nowMs());
    if (change.record !== undefined)
      for (const layout of silenceLayouts(device)) records.failure(device, layout, reason);
    this.#tell(device, change, durationMs, why);
    this.#makeSick(device, durationMs);
  }

  #makeSick(device: BusDevice, durationMs: number): void {
    this.#options.sick.add(device, durationMs, this.#options.devices);
    this.#options.patience.rests(device);
  }

  #tell(device: BusDevice, change: HealthChange, waitedMs = 0, why?: string): void {
    if (!change.health) return;
    const { up, reason } = device.health;
    const facts = { bus: this.#options.bus, device: device.id, unit: device.unit };
    if (up && change.record === undefined) this.#options.logger.debug(facts, 'device answers');
    else if (up) this.#options.logger.info(facts, 'device answers again');
    else if (reason !== DISCONNECTED)
      this.#options.logger.warn(
        { ...facts, reason: qualityOf(reason), why, waitedMs: Math.round(waitedMs) },
        'device is down',
      );
    device.identityWanted = !up && device.model.identity !== undefined;
    this.#options.records.health(device);
  }
}
