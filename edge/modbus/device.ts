import type { DeviceConfig } from '../config.ts';
import { Backoff } from '../platform/backoff.ts';
import type { Random } from '../platform/clock.ts';
import { durationMs } from '../platform/units.ts';
import { describeDevice, intervalsOf, profileMetricsOf } from '../profiles/describe.ts';
import type { DeviceModel } from '../profiles/model.ts';
import type { MetricName, PollClass } from '../protocol/quantities.ts';
import { type DeviceDescription, isFromProfile, type RecordLayout } from '../reading.ts';
import { Health } from './health.ts';
import { type LearnedLimits, NOTHING_LEARNED } from './learned-limits.ts';
import { graceMs } from './phase.ts';
import { CLASSES, type ClassMask } from './read-plan.ts';

/** A silent device is tried again first after about its interval, at last after this long. */
const LAST_PROBE_MS = 15_000;
const FIRST_PROBE_MS = 1000;

/** Weight of the newest read in the usual duration. */
const USUAL_WEIGHT = 0.2;

/** What is filled from a device's own load profile. */
export interface DeviceProfile {
  readonly layout: RecordLayout;
  /** The layout's metrics after the origin. */
  readonly metrics: readonly MetricName[];
  /** What the meter's clock is ahead of UTC. */
  readonly utcOffsetMs: number;
}

/** One device on a bus: what it is, and where its reading stands. Its bus owns it and is the only one to change it. */
export class BusDevice {
  readonly id: string;
  readonly unit: number;
  readonly model: DeviceModel;
  readonly description: DeviceDescription;
  readonly fast: RecordLayout | undefined;
  readonly registers: RecordLayout | undefined;
  readonly profile: DeviceProfile | undefined;
  /** Grid milliseconds. */
  readonly intervalsMs: Partial<Record<PollClass, number>>;
  readonly timeoutMs: number;
  readonly health = new Health();
  readonly backoff: Backoff;

  /** The fast class is due and not read yet. */
  fastDue = false;
  /** The deadline of the registers class that is due and not read yet. */
  registersDueMs: number | undefined;
  /** Until when (grid time) it is still tried; later the deadline counts as missed. */
  registersUntilMs = 0;
  /** The classes of the visit that is under way; 0 when none is. */
  reading: ClassMask | 0 = 0;
  /** Offset of the fast class in its interval. */
  fastPhaseMs = 0;
  /** A deadline of the fast class that a read of both classes has served ahead of its time. */
  fastServedMs = -1;
  /** Where it stands in the order of turns (turns.ts). */
  readonly servedWithinMs: number;
  queued = false;
  turnByMs = 0;
  turnOrder = 0;
  turnTookMs = 0;
  overran = false;
  /** Failed last time; is only probed until it answers. */
  sick = false;
  /** When to probe it next, process time. */
  probeAtMs = 0;
  identityWanted: boolean;
  serial: string | undefined;
  learned: LearnedLimits = NOTHING_LEARNED;

  /** Time and clock generation of the newest record. */
  lastTimeMs = Number.NEGATIVE_INFINITY;
  lastGeneration = -1;
  lastGoodMs: number | undefined;
  /** Usual duration of a read and of one of its requests. */
  usualMs: number | undefined;
  usualRequestMs: number | undefined;
  /** The device's part in the load of its bus. */
  loadShare = 0;
  missedDeadlines = 0;

  constructor(config: DeviceConfig, model: DeviceModel, busTimeout: string, random: Random) {
    this.id = config.id;
    this.unit = config.unit;
    this.model = model;
    this.description = describeDevice(model, config);
    this.fast = this.description.layouts.find((layout) => layout.pollClass === 'fast');
    this.registers = this.description.layouts.find(
      (layout) => layout.pollClass === 'registers' && !isFromProfile(layout),
    );
    this.profile = profileOf(this.description, model, config);
    this.intervalsMs = intervalsOf(config.every);
    const { fast = Infinity, registers = Infinity } = this.intervalsMs;
    this.servedWithinMs = Math.min(fast, graceMs(registers));
    this.timeoutMs = durationMs(config.timeout ?? busTimeout);
    this.identityWanted = model.identity !== undefined;
    this.backoff = new Backoff({ firstMs: FIRST_PROBE_MS, maxMs: LAST_PROBE_MS }, random);
  }

  /** The classes to read now; 0 for none. */
  get due(): ClassMask | 0 {
    const fast = this.fastDue ? CLASSES.fast : 0;
    const registers = this.registersDueMs === undefined ? 0 : CLASSES.registers;
    return (fast | registers) as ClassMask | 0;
  }

  /** What a probe reads: what is due, else the class that is read most often. */
  get probeClasses(): ClassMask {
    if (this.due !== 0) return this.due;
    return this.fast === undefined ? CLASSES.registers : CLASSES.fast;
  }

  /** The shortest of its intervals, grid milliseconds. */
  get shortestIntervalMs(): number {
    return Math.min(this.intervalsMs.fast ?? Infinity, this.intervalsMs.registers ?? Infinity);
  }

  /** Takes a read's duration into the usual one; returns the usual one. */
  tookMs(durationMs: number, requests: number): number {
    const requestMs = durationMs / Math.max(1, requests);
    this.usualMs = smooth(this.usualMs, durationMs);
    this.usualRequestMs = smooth(this.usualRequestMs, requestMs);
    return this.usualMs;
  }
}

function profileOf(
  { layouts }: DeviceDescription,
  model: DeviceModel,
  config: DeviceConfig,
): DeviceProfile | undefined {
  const layout = layouts.find(isFromProfile);
  if (!layout) return undefined;
  const { utcOffset = '+00:00' } = config.loadProfile ?? {};
  const [hours = '0', minutes = '0'] = utcOffset.slice(1).split(':');
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return { layout, metrics: profileMetricsOf(model), utcOffsetMs: utcOffset.startsWith('-') ? -offsetMs : offsetMs };
}

/** A running mean in which the newest value counts a fifth. */
export function smooth(usual: number | undefined, newest: number): number {
  return usual === undefined ? newest : usual + USUAL_WEIGHT * (newest - usual);
}
