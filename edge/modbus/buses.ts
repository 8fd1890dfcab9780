import type { BusConfig } from '../config.ts';
import type { GridClock, ProcessClock, Random, Timer } from '../platform/clock.ts';
import type { Logger } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { modelOf } from '../profiles/inputs.ts';
import type { ModelCatalogue } from '../profiles/load.ts';
import type { DeviceDescription, ReadingSink } from '../reading.ts';
import { Bus } from './bus.ts';
import { DeadlineWatch } from './deadline-watch.ts';
import { phaseOf } from './deadlines.ts';
import { BusDevice } from './device.ts';
import { DevicePlans } from './device-plans.ts';
import { FileLimits, type LimitStore } from './learned-limits.ts';
import { planCostOf } from './line-cost.ts';
import { ProfileMemory } from './load-profile-memory.ts';
import { phaseMs, SLOT_MS } from './phase.ts';
import { PlanCaches } from './read-plan.ts';
import { Records } from './records.ts';
import type { BusReport } from './report.ts';
import { reportOf } from './report-of.ts';
import { StatsExport } from './stats.ts';
import { Timetable } from './timetable.ts';
import { type CreateTransport, createTransport } from './transport/create.ts';

export interface BusesOptions {
  readonly buses: readonly BusConfig[];
  readonly models: ModelCatalogue;
  readonly sink: ReadingSink;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** JSON file of what devices' refusals have taught; written when something is learned. */
  readonly learnedHolesFile: string;
  /** JSON file of when devices with a load profile were read last, and what is to be filled; none: not over a restart. */
  readonly loadProfilesFile?: string;
  /** The current generation of the edge's clock; it goes up when the wall clock was set. */
  readonly clockGeneration: () => number;
  /** Default: what the bus's configuration asks for. */
  readonly createTransport?: CreateTransport;
}

/** The buses of an edge at work. */
export interface Buses {
  /** The configured devices, in the order of the configuration; their layouts are the objects that reads carry. */
  readonly devices: readonly DeviceDescription[];
  /** Ends all reading: waits for the requests under way (at most their time-out), then closes every connection. */
  stop(): Promise<void>;
  report(): BusReport[];
}

/** How often the counters are carried over to Prometheus. */
const CARRY_STATS_MS = 1000;

/**
 * Starts reading every device of `buses` into `sink`: connects in the background, so a gateway that is away does not
 * hold up the start.
 *
 * @throws GridwardenError MODEL_UNKNOWN when a device names a model that is not in `models`
 */
export function startBuses(options: BusesOptions): Buses {
  const limits = new FileLimits(options.learnedHolesFile, options.processClock, options.logger);
  const statsExport = new StatsExport(options.metrics);
  const records = new Records(options.sink, options.gridClock, options.clockGeneration);
  const { processClock, logger, loadProfilesFile } = options;
  const profileMemory = new ProfileMemory({ file: loadProfilesFile, clock: processClock, logger });
  const shared = { limits, profileMemory, caches: new PlanCaches(), records, statsExport };
  const buses = options.buses.map((config) => makeBus(config, options, shared));
  const timetable = makeTimetable(buses, options);
  const watch = new DeadlineWatch(buses, { ...options, limits, plans: shared.caches });
  for (const bus of buses) bus.start();
  timetable.start();
  watch.start();
  const carrying = new Carrying(buses, statsExport, options.processClock);
  return {
    devices: buses.flatMap((bus) => bus.devices.map((device) => device.description)),
    report: () => buses.map(reportOf),
    async stop() {
      timetable.stop();
      watch.stop();
      carrying.stop();
      await Promise.all(buses.map((bus) => bus.stop()));
      await Promise.all([limits.flush(), profileMemory.flush()]);
    },
  };
}

/** What all buses of an edge have in common. */
interface Shared {
  readonly limits: LimitStore;
  readonly profileMemory: ProfileMemory;
  readonly caches: PlanCaches;
  readonly records: Records;
  readonly statsExport: StatsExport;
}

function makeBus(config: BusConfig, options: BusesOptions, shared: Shared): Bus {
  const { limits, profileMemory, caches, records, statsExport } = shared;
  const { gridClock, processClock, random, logger, models } = options;
  const plans = new DevicePlans(config.id, caches.at(planCostOf(config)), limits, gridClock);
  const devices = config.devices.map((device) => {
    const made = new BusDevice(device, modelOf(models, device), config.timeout, random);
    plans.recall(made);
    return made;
  });
  return new Bus({
    config,
    devices,
    createTransport: options.createTransport ?? createTransport,
    records,
    plans,
    profileMemory,
    gridClock,
    processClock,
    random,
    logger,
    statsExport,
  });
}

/** Every deadline of every device, phases spread over the buses; buses go on when a slot's deadlines are all told. */
function makeTimetable(buses: readonly Bus[], options: BusesOptions): Timetable {
  const { gridClock, processClock, clockGeneration } = options;
  const touched = new Set<Bus>();
  const timetable = new Timetable({
    gridClock,
    processClock,
    clockGeneration,
    onSlotEnd: () => {
      for (const bus of touched) bus.pump();
      touched.clear();
    },
  });
  buses.forEach((bus, busIndex) => {
    bus.devices.forEach((device, index) => {
      addJobs({ bus, busIndex, device, index }, SLOT_MS * gridClock.speed, timetable, touched);
    });
  });
  return timetable;
}

interface Place {
  readonly bus: Bus;
  readonly busIndex: number;
  readonly device: BusDevice;
  readonly index: number;
}

function addJobs({ bus, busIndex, device, index }: Place, slotMs: number, timetable: Timetable, touched: Set<Bus>) {
  const phaseIn = (periodMs: number) => phaseMs({ index, devices: bus.devices.length, busIndex, periodMs, slotMs });
  const { fast, registers } = device.intervalsMs;
  if (fast !== undefined && device.fast) {
    device.fastPhaseMs = phaseIn(fast);
    timetable.add({
      periodMs: fast,
      phaseMs: device.fastPhaseMs,
      onDue(dueMs, skipped) {
        bus.fastDue(device, dueMs, skipped);
        touched.add(bus);
      },
    });
  }
  if (registers !== undefined && device.registers) {
    timetable.add({
      periodMs: registers,
      phaseMs: phaseOf(device, 'registers', phaseIn(registers)),
      onDue(dueMs, skipped) {
        bus.registersDue(device, dueMs, skipped);
        touched.add(bus);
      },
    });
  }
}

/** Carries the buses' counters over to Prometheus, once a second. */
class Carrying {
  readonly #buses: readonly Bus[];
  readonly #statsExport: StatsExport;
  readonly #clock: ProcessClock;
  #timer: Timer;

  constructor(buses: readonly Bus[], statsExport: StatsExport, clock: ProcessClock) {
    this.#buses = buses;
    this.#statsExport = statsExport;
    this.#clock = clock;
    this.#timer = clock.setTimer(CARRY_STATS_MS, () => this.#carry());
  }

  stop(): void {
    this.#timer.cancel();
  }

  #carry(): void {
    const states = { up: 0, down: 0, unknown: 0 };
    for (const bus of this.#buses) {
      this.#statsExport.carry(bus.config.id, bus.stats);
      for (const { health } of bus.devices)
        states[health.up === undefined ? 'unknown' : health.up ? 'up' : 'down'] += 1;
    }
    for (const state of ['up', 'down', 'unknown'] as const) this.#statsExport.setDevices(state, states[state]);
    this.#timer = this.#clock.setTimer(CARRY_STATS_MS, () => this.#carry());
  }
}
