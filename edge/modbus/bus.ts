import type { BusConfig } from '../config.ts';
import type { GridClock, ProcessClock, Random, Timer } from '../platform/clock.ts';
import type { Logger } from '../platform/log.ts';
import { durationMs } from '../platform/units.ts';
import { GOOD, qualityCode } from '../protocol/quality.ts';
import { Complaint } from './complaint.ts';
import { Connection } from './connection.ts';
import { Deadlines } from './deadlines.ts';
import type { BusDevice } from './device.ts';
import type { DevicePlans } from './device-plans.ts';
import { IdentityReader } from './identity-reader.ts';
import { Line } from './line.ts';
import type { ProfileMemory } from './load-profile-memory.ts';
import { LoadProfiles } from './load-profiles.ts';
import { answersIn, type EndedVisit, Outcomes } from './outcomes.ts';
import { Patience } from './patience.ts';
import { CLASSES, type ClassMask } from './read-plan.ts';
import type { Records } from './records.ts';
import { SickDevices } from './sick-devices.ts';
import { newBusStats, STAT_OF_FAULT, type StatsExport } from './stats.ts';
import { addressOf, type CreateTransport } from './transport/create.ts';
import type { ModbusTransport } from './transport/transport.ts';
import { Turns } from './turns.ts';
import type { VisitResult } from './visit.ts';
import { Visits, type VisitTime } from './visits.ts';

const LAST_WAIT_FOR_DEVICE_MS = 4000;

const SILENT = qualityCode('silent');
const EXCEPTION = qualityCode('exception');
const MALFORMED = qualityCode('malformed');
const DISCONNECTED = qualityCode('disconnected');

export interface BusOptions {
  readonly config: BusConfig;
  readonly devices: readonly BusDevice[];
  readonly createTransport: CreateTransport;
  readonly records: Records;
  readonly plans: DevicePlans;
  readonly profileMemory: ProfileMemory;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly random: Random;
  readonly logger: Logger;
  readonly statsExport: StatsExport;
}

/**
 * One physical bus: one request in flight, devices read in turns (turns.ts), each when it is due. Silent ones are
 * probed only when nobody else waits, and within a budget; so are the load profiles that fill gaps, last of all.
 */
export class Bus {
  readonly config: BusConfig;
  readonly devices: readonly BusDevice[];
  readonly stats = newBusStats();
  readonly deadlines: Deadlines;
  readonly plans: DevicePlans;
  readonly #options: BusOptions;
  readonly #transport: ModbusTransport;
  readonly #connection: Connection;
  readonly #visits: Visits;
  readonly #identity: IdentityReader;
  readonly #turns: Turns<BusDevice>;
  readonly #sick: SickDevices;
  readonly #patience: Patience;
  readonly #outcomes: Outcomes;
  readonly #profiles: LoadProfiles;
  readonly #gapMs: number;
  readonly #unreachable = new Complaint();
  #startedMs = 0;
  #connectedSinceMs: number | undefined;
  #probeTimer: Timer | undefined;
  #stopping = false;
  #onIdle: (() => void) | undefined;

  constructor(options: BusOptions) {
    const { config, devices, processClock, random, records, plans, gridClock } = options;
    this.#options = options;
    this.config = config;
    this.devices = devices;
    this.plans = plans;
    this.deadlines = new Deadlines(records, this.stats);
    this.#transport = options.createTransport(config, processClock, {
      onDown: (reason) => this.#onDown(reason),
      onFault: (fault) => {
        this.stats[STAT_OF_FAULT[fault]] += 1;
      },
    });
    const line = new Line(this.#transport, processClock, this.stats);
    this.#turns = new Turns(devices.length, gridClock.speed);
    this.#visits = new Visits({
      line,
      clock: processClock,
      areOthersWaiting: () => this.#turns.size > 0,
      waits: (device, tookMs, restMs) => this.#waits(device, tookMs, restMs),
      onFree: () => this.#goOn(),
      onEnd: (result, time) => this.#onVisitEnd(result, time),
    });
    this.#identity = new IdentityReader(line);
    this.#sick = new SickDevices(processClock);
    this.#gapMs = durationMs(config.turnaround);
    this.#patience = new Patience(devices, gridClock.speed);
    this.#outcomes = new Outcomes({
      bus: config.id,
      devices: devices.length,
      records,
      deadlines: this.deadlines,
      sick: this.#sick,
      patience: this.#patience,
      logger: options.logger,
    });
    this.#profiles = new LoadProfiles(devices, {
      bus: config.id,
      line,
      clock: processClock,
      records,
      memory: options.profileMemory,
      stats: this.stats,
      logger: options.logger,
      gapMsOf: (device) => this.#gapMsOf(device),
      allowanceMs: (device) => this.#patience.allowanceMs(device),
      onFree: (failure) => {
        this.#noteDropped(failure?.code === 'MODBUS_TIMEOUT' || failure?.code === 'MODBUS_MALFORMED');
        this.#goOn();
      },
    });
    this.#connection = new Connection({
      transport: this.#transport,
      clock: processClock,
      random,
      connectTimeoutMs: durationMs(config.timeout),
      // To look for a device of this machine disturbs nobody: an adapter that is put back is noticed soon.
      ...(config.transport === 'rtu' ? { lastWaitMs: LAST_WAIT_FOR_DEVICE_MS } : {}),
      onUp: () => this.#onUp(),
      onUnreachable: (reason) => this.#onUnreachable(reason),
    });
  }

  get connected(): boolean {
    return this.#transport.isOpen;
  }

  /** Grid time at which the standing connection was opened. */
  get connectedSinceMs(): number | undefined {
    return this.connected ? this.#connectedSinceMs : undefined;
  }

  /** Why there is no connection; undefined while there is, or may be soon. */
  get problem(): string | undefined {
    return this.#connection.problem;
  }

  /** Share of the time since the start that a request was under way. */
  busyShare(): number {
    const passedMs = this.#options.processClock.nowMs() - this.#startedMs;
    return passedMs > 0 ? this.stats.busyMs / passedMs : 0;
  }

  start(): void {
    this.#startedMs = this.#options.processClock.nowMs();
    this.#connection.ensure();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#probeTimer?.cancel();
    this.#profiles.stop();
    if (this.#busy) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    await this.#connection.stop();
  }

  /** A poll class of a device falls due. */
  fastDue(device: BusDevice, dueMs: number, skipped: number): void {
    if (this.deadlines.fastDue(device, dueMs, skipped)) this.#enqueue(device);
  }

  registersDue(device: BusDevice, dueMs: number, skipped: number): void {
    if (this.deadlines.registersDue(device, dueMs, skipped)) this.#enqueue(device);
  }

  /** Goes on with what waits; called when something fell due and when something has ended. */
  pump(): void {
    if (this.#stopping || this.#busy) return;
    if (!this.#transport.isOpen) {
      this.#waitForConnection();
      return;
    }
    const device = this.#nextWaiting() ?? this.#nextProbe();
    if (device !== undefined) this.#begin(device);
    else this.#profiles.pump();
  }

  get #busy(): boolean {
    return this.#visits.busy || this.#identity.busy || this.#profiles.busy;
  }

  #enqueue(device: BusDevice): void {
    // What falls due while it is read is looked at when the visit has ended.
    if (device.reading === 0) this.#turns.enter(device, this.#options.processClock.nowMs());
  }

  /** Whether a visit, between two of its requests, waits for others. */
  #waits(device: BusDevice, tookMs: number, restMs: number): boolean {
    // The reading under way when the bus is stopped is the last one.
    if (this.#stopping || !this.#transport.isOpen) return false;
    return this.#turns.letsOthersGo(device, tookMs, restMs, this.#options.processClock.nowMs());
  }

  #nextWaiting(): BusDevice | undefined {
    for (;;) {
      const device = this.#turns.next();
      if (device === undefined || this.#visits.isWaiting(device) || (!device.sick && device.due !== 0)) return device;
    }
  }

  /** The silent device that has waited longest for its probe, if one may be sent now; else sees to being woken then. */
  #nextProbe(): BusDevice | undefined {
    for (const device of this.#sick) this.deadlines.expireRegisters(device);
    const next = this.#sick.next();
    if (next === undefined) return undefined;
    if (next.waitMs <= 0) {
      this.#turns.begins(next.device, this.#options.processClock.nowMs());
      return next.device;
    }
    this.#probeTimer?.cancel();
    this.#probeTimer = this.#options.processClock.setTimer(Math.ceil(next.waitMs), () => this.pump());
    return undefined;
  }

  #begin(device: BusDevice): void {
    if (this.#visits.isWaiting(device)) {
      this.#visits.goOn(device);
      return;
    }
    const classes = this.deadlines.classesOf(device);
    device.reading = classes;
    device.fastDue = false;
    const timeoutMs = this.#patience.allowanceMs(device);
    const gapMs = this.#gapMsOf(device);
    this.#visits.begin({ device, classes, plan: this.plans.planFor(device, classes), timeoutMs, gapMs });
  }

  #gapMsOf(device: BusDevice): number {
    return Math.max(this.#gapMs, device.model.limits.minGapMs);
  }

  #onVisitEnd(result: VisitResult, { tookMs, durationMs }: VisitTime): void {
    const { device } = result.order;
    this.#options.statsExport.observeRead(durationMs);
    const ended: EndedVisit = { result, durationMs: tookMs, atMs: this.#options.records.nowMs() };
    this.#noteDropped(result.brokenOff === SILENT || result.brokenOff === MALFORMED);
    // A device that refuses everything is not as its model says, or not ready: that teaches nothing about addresses.
    if (result.learned !== undefined && answersIn(result) > 0) this.plans.learn(device, result.learned);
    if (!device.identityWanted || result.brokenOff !== GOOD || answersIn(result) === 0) {
      this.#settle(ended);
      return;
    }
    // A device that has come up is told of once, with its serial number.
    this.#identity.read(device, this.#gapMsOf(device), this.#patience.allowanceMs(device), (failure) => {
      this.#noteDropped(failure?.code === 'MODBUS_TIMEOUT' || failure?.code === 'MODBUS_MALFORMED');
      this.#settle(ended);
    });
  }

  #noteDropped(dropped: boolean): void {
    if (dropped) this.#connection.droppedHere();
  }

  #settle(ended: EndedVisit): void {
    const { result, durationMs } = ended;
    const { device } = result.order;
    device.reading = 0;
    if (answersIn(result) > 0) {
      this.#connection.answered();
      this.#outcomes.answered(device, ended);
      if (device.profile && result.registers) this.#profiles.saw(device, result.registers, ended.atMs);
      if (device.due !== 0) this.#turns.enter(device, this.#options.processClock.nowMs(), true);
    } else {
      const reason = result.brokenOff === GOOD ? EXCEPTION : result.brokenOff;
      this.#outcomes.failed(device, reason, durationMs, result.why);
    }
    this.#goOn();
  }

  #goOn(): void {
    const onIdle = this.#onIdle;
    if (onIdle !== undefined) onIdle();
    else this.pump();
  }

  /** Without a connection: what is due fails when there is a reason to give up on it, else it waits. */
  #waitForConnection(): void {
    this.#connection.ensure();
    if (this.#connection.problem === undefined) return;
    for (let device = this.#nextWaiting(); device !== undefined; device = this.#nextWaiting()) {
      if (this.#visits.isWaiting(device)) this.#visits.breakOff(device, DISCONNECTED);
      else this.#outcomes.failed(device, DISCONNECTED, 0);
    }
    for (const device of this.#sick) this.deadlines.expireRegisters(device);
  }

  #onUp(): void {
    this.stats.connects += 1;
    this.#connectedSinceMs = this.#options.gridClock.nowMs();
    const facts = { bus: this.config.id, address: addressOf(this.config) };
    if (this.#unreachable.end()) this.#options.logger.info(facts, 'bus is reached again');
    else this.#options.logger.debug(facts, 'bus connected');
    this.pump();
  }

  #onUnreachable(reason: string): void {
    const { logger, processClock } = this.#options;
    if (this.#unreachable.isWorthSaying(reason, processClock.nowMs()))
      logger.warn({ bus: this.config.id, reason }, 'bus cannot be reached; it is tried again and again');
    this.pump();
  }

  #onDown(reason: string): void {
    this.#options.logger.debug({ bus: this.config.id, reason }, 'bus connection lost');
    if (this.#turns.size > 0) this.#connection.ensure();
  }
}

/** The classes that a device is ever read in. */
export function classesEver(device: BusDevice): ClassMask {
  return ((device.fast ? CLASSES.fast : 0) | (device.registers ? CLASSES.registers : 0)) as ClassMask;
}
