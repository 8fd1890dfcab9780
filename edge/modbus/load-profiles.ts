import type { ProcessClock, Timer } from '../platform/clock.ts';
import type { Logger } from '../platform/log.ts';
import { GOOD, qualityCode } from '../protocol/quality.ts';
import { ProbeBudget } from './allowance.ts';
import type { BusDevice } from './device.ts';
import type { Line } from './line.ts';
import { type FillOutcome, fillGap, type ProfileStep } from './load-profile-fill.ts';
import { gapBetween, intervalsIn, type ProfileGap } from './load-profile-gaps.ts';
import { MAX_GAPS, type ProfileMark, type ProfileMemory } from './load-profile-memory.ts';
import type { Records } from './records.ts';
import type { BusStats } from './stats.ts';
import type { ReadFailure, ReadHandler } from './transport/transport.ts';
import type { ClassValues } from './visit.ts';

const NOT_AVAILABLE = qualityCode('not_available');
/** A fill that failed is tried again after this, twice as long each time, and given up after so many. */
const FIRST_RETRY_MS = 10_000;
const MAX_RETRY_MS = 900_000;
const MAX_ATTEMPTS = 8;
/** The usual length of a settlement interval; counts gaps of which the meter did not tell its own. */
const USUAL_INTERVAL_MS = 900_000;

export interface LoadProfilesOptions {
  readonly bus: string;
  readonly line: Line;
  readonly clock: ProcessClock;
  readonly records: Records;
  readonly memory: ProfileMemory;
  readonly stats: BusStats;
  readonly logger: Logger;
  readonly gapMsOf: (device: BusDevice) => number;
  readonly allowanceMs: (device: BusDevice) => number;
  /** A request has ended or may be sent: the bus goes on, with what is due first. */
  readonly onFree: (failure?: ReadFailure) => void;
}

interface Fill {
  readonly device: BusDevice;
  readonly gap: ProfileGap;
  readonly steps: Generator<ProfileStep, FillOutcome, Uint8Array>;
  next: ProfileStep;
}

/**
 * Fills what an outage left from the meters' own load profiles: one request at a time, when nothing else is to be sent,
 * and within the share of the bus that probes have. The values are records like all others, of the origin
 * `device_profile`.
 */
export class LoadProfiles implements ReadHandler {
  readonly #options: LoadProfilesOptions;
  readonly #budget = new ProbeBudget();
  /** Devices with a gap, and when each may be asked next. */
  readonly #pending = new Map<BusDevice, { attempts: number; notBeforeMs: number }>();
  #fill: Fill | undefined;
  #sentMs = -1;
  #timer: Timer | undefined;

  constructor(devices: readonly BusDevice[], options: LoadProfilesOptions) {
    this.#options = options;
    for (const device of devices) {
      const mark = device.profile && this.#markOf(device);
      if (mark && mark.gaps.length > 0) this.#pending.set(device, { attempts: 0, notBeforeMs: 0 });
    }
  }

  /** A request of ours is under way. */
  get busy(): boolean {
    return this.#sentMs >= 0;
  }

  /** The registers of a device with a load profile were read. */
  saw(device: BusDevice, registers: ClassValues, atMs: number): void {
    if (!registers.quality.includes(GOOD)) return;
    const { memory } = this.#options;
    const mark = this.#markOf(device) ?? memory.open(device.id, device.model.name, atMs);
    const gap = gapBetween(mark.lastMs, atMs, device.intervalsMs.registers ?? Infinity);
    mark.lastMs = atMs;
    memory.changed();
    if (!gap) return;
    mark.gaps.push(gap);
    // The one that is being filled stays: what is handed over of it is noted there.
    const oldest = this.#fill?.device === device ? 1 : 0;
    if (mark.gaps.length > MAX_GAPS) this.#giveUp(device, mark.gaps.splice(oldest, 1)[0], 'failed');
    if (!this.#pending.has(device)) this.#pending.set(device, { attempts: 0, notBeforeMs: 0 });
  }

  /** Sends the next request, if there is one and its time has come; else sees to being woken then. */
  pump(): void {
    if (this.#pending.size === 0) return;
    this.#fill ??= this.#begin();
    const fill = this.#fill;
    if (fill?.device.sick) {
      this.#fill = undefined;
      this.#retry(fill, 'the device does not answer');
      return;
    }
    const nowMs = this.#options.clock.nowMs();
    const waitMs = (fill ? this.#budget.freeAtMs : this.#earliestMs()) - nowMs;
    if (fill && waitMs <= 0) this.#send(fill, nowMs);
    else if (waitMs > 0 && waitMs < Infinity) this.#wakeIn(waitMs);
  }

  stop(): void {
    this.#timer?.cancel();
  }

  onRegisters(bytes: Uint8Array): void {
    const fill = this.#ended();
    if (fill) this.#go(fill, bytes);
    this.#options.onFree();
  }

  onFailure(failure: ReadFailure): void {
    const fill = this.#ended();
    this.#fill = undefined;
    if (fill) this.#retry(fill, failure.reason);
    this.#options.onFree(failure);
  }

  #markOf(device: BusDevice): ProfileMark | undefined {
    return this.#options.memory.of(device.id, device.model.name);
  }

  #begin(): Fill | undefined {
    const nowMs = this.#options.clock.nowMs();
    for (const [device, { notBeforeMs }] of this.#pending) {
      const gap = this.#markOf(device)?.gaps[0];
      if (device.sick || notBeforeMs > nowMs || !gap) continue;
      const steps = this.#stepsOf(device, gap);
      const first = steps?.next();
      if (steps && first && first.done !== true) return { device, gap, steps, next: first.value };
    }
    return undefined;
  }

  #stepsOf(device: BusDevice, gap: ProfileGap): Fill['steps'] | undefined {
    const { records } = this.#options;
    const { profile } = device;
    if (!profile || !device.model.loadProfile) return undefined;
    return fillGap({
      profile: device.model.loadProfile,
      gap,
      utcOffsetMs: profile.utcOffsetMs,
      nowMs: () => records.nowMs(),
      metrics: profile.metrics,
      onValues: (timeMs, values) => {
        const quality = Uint8Array.from(values, (value) => (Number.isNaN(value) ? NOT_AVAILABLE : GOOD));
        records.fromProfile(profile.layout, timeMs, values, quality);
        this.#options.stats.profileFilled += 1;
      },
      onPart: (toMs) => this.#shrink(device, toMs),
    });
  }

  #send(fill: Fill, nowMs: number): void {
    const { line, gapMsOf, allowanceMs } = this.#options;
    const { device, next } = fill;
    this.#sentMs = nowMs;
    line.send({ unit: device.unit, ...next, timeoutMs: allowanceMs(device) }, gapMsOf(device), this);
  }

  #ended(): Fill | undefined {
    const nowMs = this.#options.clock.nowMs();
    this.#budget.spend(nowMs - this.#sentMs, nowMs, true);
    this.#sentMs = -1;
    return this.#fill;
  }

  #go(fill: Fill, bytes: Uint8Array): void {
    // A generator may look at the bytes only until they are overwritten: it takes what it needs at once.
    const step = fill.steps.next(bytes);
    if (step.done !== true) {
      fill.next = step.value;
      return;
    }
    this.#fill = undefined;
    this.#finish(fill, step.value);
  }

  #finish(fill: Fill, outcome: FillOutcome): void {
    const { device, gap } = fill;
    const { stats, logger, bus } = this.#options;
    const facts = { bus, device: device.id, from: isoOf(gap.fromMs), to: isoOf(gap.toMs) };
    switch (outcome.kind) {
      case 'disturbed':
        this.#retry(fill, 'another master chose another channel meanwhile');
        return;
      case 'done':
        stats.profileAbsent += outcome.absent;
        logger.info({ ...facts, filled: outcome.filled, absent: outcome.absent }, 'gap filled from the load profile');
        this.#drop(device);
        return;
      case 'clock':
        logger.warn({ ...facts, aheadMs: outcome.aheadMs }, 'gap not filled: the clock of the meter is not right');
        break;
      case 'no_channel':
        logger.warn(facts, 'gap not filled: no channel of the load profile holds what the model speaks of');
    }
    this.#drop(device);
    this.#giveUp(device, gap, outcome.kind);
  }

  #retry({ device, gap }: Fill, reason: string): void {
    const { clock, logger, bus } = this.#options;
    const attempts = (this.#pending.get(device)?.attempts ?? 0) + 1;
    if (attempts >= MAX_ATTEMPTS) {
      logger.warn({ bus, device: device.id, from: isoOf(gap.fromMs), reason }, 'gap not filled: the reading failed');
      const left = this.#markOf(device)?.gaps[0];
      this.#drop(device);
      this.#giveUp(device, left, 'failed');
      return;
    }
    const waitMs = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
    this.#pending.set(device, { attempts, notBeforeMs: clock.nowMs() + waitMs });
  }

  /** What was handed over is not read again, whatever becomes of the rest. */
  #shrink(device: BusDevice, fromMs: number): void {
    const gaps = this.#markOf(device)?.gaps;
    const gap = gaps?.[0];
    if (gaps && gap) gaps[0] = { fromMs, toMs: gap.toMs };
    this.#options.memory.changed();
  }

  /** The device's first gap is done with. */
  #drop(device: BusDevice): void {
    const gaps = this.#markOf(device)?.gaps;
    gaps?.shift();
    this.#options.memory.changed();
    if (!gaps || gaps.length === 0) this.#pending.delete(device);
    else this.#pending.set(device, { attempts: 0, notBeforeMs: 0 });
  }

  #giveUp(device: BusDevice, gap: ProfileGap | undefined, reason: 'clock' | 'no_channel' | 'failed'): void {
    if (!gap) return;
    const count = intervalsIn(gap, USUAL_INTERVAL_MS, device.profile?.utcOffsetMs ?? 0);
    const { stats } = this.#options;
    if (reason === 'clock') stats.profileClock += count;
    else if (reason === 'no_channel') stats.profileNoChannel += count;
    else stats.profileFailed += count;
  }

  #earliestMs(): number {
    let earliestMs = Infinity;
    for (const [device, { notBeforeMs }] of this.#pending)
      if (!device.sick) earliestMs = Math.min(earliestMs, notBeforeMs);
    return earliestMs;
  }

  #wakeIn(waitMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(Math.ceil(waitMs), () => this.#options.onFree());
  }
}

function isoOf(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
