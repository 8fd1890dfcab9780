import { qualityCode } from '../protocol/quality.ts';
import type { PollClass } from '../protocol/quantities.ts';
import type { RecordLayout } from '../reading.ts';
import type { BusDevice } from './device.ts';
import { ALIGNED_FROM_MS, graceMs, nextDueMs } from './phase.ts';
import { CLASSES, type ClassMask } from './read-plan.ts';
import type { Records } from './records.ts';
import type { BusStats } from './stats.ts';

const MISSED = qualityCode('missed');

/** Records that one hold-up of the process may write a device, one for each deadline it slept through. */
const MOST_SKIPPED_RECORDS = 100;

/** A read of the registers takes the fast class along when that is due within this time anyway. */
const MERGE_AHEAD_MS = 2000;

/** A fast class that is read at least this often is taken along by every read of the registers. */
export const ALWAYS_MERGED_MS = MERGE_AHEAD_MS;

/** What falls due for the devices of one bus, and what becomes of deadlines that pass unserved. */
export class Deadlines {
  readonly #records: Records;
  readonly #stats: BusStats;

  constructor(records: Records, stats: BusStats) {
    this.#records = records;
    this.#stats = stats;
  }

  /** The device's fast class falls due. Returns whether it is to be read now. */
  fastDue(device: BusDevice, dueMs: number, skipped: number): boolean {
    if (dueMs <= device.fastServedMs) return false;
    const late = device.fastDue || (device.reading & CLASSES.fast) !== 0 ? 1 : 0;
    this.#missed(device, skipped + late);
    if (device.sick) {
      this.#missed(device, 1);
      return false;
    }
    device.fastDue = true;
    return true;
  }

  /** The device's registers class falls due. Returns whether it is to be read now. */
  registersDue(device: BusDevice, dueMs: number, skipped: number): boolean {
    const periodMs = device.intervalsMs.registers ?? 0;
    const aligned = isAligned(device);
    if (skipped > 0) this.#slept(device, dueMs, skipped, periodMs);
    if (device.registersDueMs !== undefined) this.giveUpRegisters(device);
    if (device.sick && !aligned) {
      this.#missed(device, 1);
      return false;
    }
    device.registersDueMs = dueMs;
    device.registersUntilMs = dueMs + graceMs(periodMs);
    return !device.sick;
  }

  /** Gives the pending deadline of the registers class up once its grace has run out. */
  expireRegisters(device: BusDevice): void {
    if (device.registersDueMs !== undefined && this.#records.nowMs() > device.registersUntilMs)
      this.giveUpRegisters(device);
  }

  /** The pending deadline of the registers class is missed: that is a record of its own. */
  giveUpRegisters(device: BusDevice, reason = device.health.failing ? device.health.reason : MISSED): void {
    device.registersDueMs = undefined;
    this.#missed(device, 1);
    if (device.registers && isAligned(device)) this.#records.failure(device, device.registers, reason);
  }

  /** The classes to read in a visit that begins now. */
  classesOf(device: BusDevice): ClassMask {
    const due = device.due === 0 ? device.probeClasses : device.due;
    const fastMs = device.intervalsMs.fast;
    if (due !== CLASSES.registers || device.fast === undefined || fastMs === undefined || device.sick) return due;
    const nowMs = this.#records.nowMs();
    const nextFastMs = nextDueMs(nowMs, fastMs, device.fastPhaseMs);
    if (nextFastMs - nowMs > MERGE_AHEAD_MS) return due;
    device.fastServedMs = nextFastMs;
    return CLASSES.both;
  }

  #slept(device: BusDevice, dueMs: number, skipped: number, periodMs: number): void {
    this.#missed(device, skipped);
    if (!device.registers || !isAligned(device)) return;
    for (let k = Math.min(skipped, MOST_SKIPPED_RECORDS); k >= 1; k--)
      this.#records.failure(device, device.registers, MISSED, dueMs - k * periodMs);
  }

  #missed(device: BusDevice, count: number): void {
    device.missedDeadlines += count;
    if (device.sick) this.#stats.missedUnreachable += count;
    else this.#stats.missedOverrun += count;
  }
}

/** Whether the registers of a device are read at boundaries of the clock, where each missed one is a record. */
export function isAligned(device: BusDevice): boolean {
  return (device.intervalsMs.registers ?? 0) >= ALIGNED_FROM_MS;
}

/** The layouts that get a record when a silence begins, changes its reason, or ends. */
export function silenceLayouts(device: BusDevice): RecordLayout[] {
  const layouts = device.fast ? [device.fast] : [];
  if (device.registers && !isAligned(device)) layouts.push(device.registers);
  return layouts;
}

/** Offset of a poll class in its interval: registers at boundaries of the clock have none. */
export function phaseOf(device: BusDevice, pollClass: PollClass, spreadMs: number): number {
  return pollClass === 'registers' && isAligned(device) ? 0 : spreadMs;
}
