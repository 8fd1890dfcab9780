import type { BusConfig } from '../config.ts';
import type { GridClock, ProcessClock, Random } from '../platform/clock.ts';
import type { Logger } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { modelOf } from '../profiles/inputs.ts';
import type { ModelCatalogue } from '../profiles/load.ts';
import type { DeviceDescription, ReadingSink } from '../reading.ts';
import { Bus } from './bus.ts';
import { Carrying } from './carrying.ts';
import { DeadlineWatch } from './deadline-watch.ts';
import { BusDevice } from './device.ts';
import { DevicePlans } from './device-plans.ts';
import { FileLimits } from './learned-limits.ts';
import { planCostOf } from './line-cost.ts';
import { ProfileMemory } from './load-profile-memory.ts';
import { PlanCaches } from './read-plan.ts';
import { Records } from './records.ts';
import type { BusReport, PollUsage } from './report.ts';
import { reportOf, usageOf } from './report-of.ts';
import { Schedule } from './schedule.ts';
import { StatsExport } from './stats.ts';
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
  /** Ends the reading of some buses: waits for their requests under way, then closes their connections. */
  remove(ids: ReadonlySet<string>): Promise<void>;
  /**
   * Starts further buses. `order` has the ids of all buses as the configuration has them.
   *
   * @throws GridwardenError MODEL_UNKNOWN when a device names a model that is not in `models`; then nothing was started
   */
  add(configs: readonly BusConfig[], models: ModelCatalogue, order: readonly string[]): void;
  /** Ends all reading: waits for the requests under way (at most their time-out), then closes every connection. */
  stop(): Promise<void>;
  report(): BusReport[];
  usage(): PollUsage;
}

/**
 * Starts reading every device of `buses` into `sink`: connects in the background, so a gateway that is away does not
 * hold up the start.
 *
 * @throws GridwardenError MODEL_UNKNOWN when a device names a model that is not in `models`
 */
export function startBuses(options: BusesOptions): Buses {
  return new RunningBuses(options);
}

class RunningBuses implements Buses {
  readonly #options: BusesOptions;
  readonly #shared: Shared;
  readonly #buses: Bus[] = [];
  readonly #schedule: Schedule;
  readonly #watch: DeadlineWatch;
  readonly #carrying: Carrying;

  constructor(options: BusesOptions) {
    const { processClock, logger, metrics, loadProfilesFile, gridClock } = options;
    this.#options = options;
    this.#shared = {
      limits: new FileLimits(options.learnedHolesFile, processClock, logger),
      profileMemory: new ProfileMemory({ file: loadProfilesFile, clock: processClock, logger }),
      caches: new PlanCaches(),
      records: new Records(options.sink, gridClock, options.clockGeneration),
      statsExport: new StatsExport(metrics),
    };
    const { limits, caches: plans, statsExport } = this.#shared;
    this.#schedule = new Schedule(options);
    this.#watch = new DeadlineWatch(this.#buses, { ...options, limits, plans });
    this.#carrying = new Carrying(this.#buses, statsExport, processClock);
    this.add(
      options.buses,
      options.models,
      options.buses.map(({ id }) => id),
    );
    this.#schedule.start();
    this.#watch.start();
  }

  get devices(): DeviceDescription[] {
    return this.#buses.flatMap((bus) => bus.devices.map((device) => device.description));
  }

  add(configs: readonly BusConfig[], models: ModelCatalogue, order: readonly string[]): void {
    const made = configs.map((config) => makeBus(config, models, this.#options, this.#shared));
    for (const bus of made) this.#schedule.add(bus);
    this.#buses.push(...made);
    const rank = new Map(order.map((id, index) => [id, index]));
    this.#buses.sort((a, b) => (rank.get(a.config.id) ?? 0) - (rank.get(b.config.id) ?? 0));
    for (const bus of made) bus.start();
    this.#watch.joined(made, models);
  }

  async remove(ids: ReadonlySet<string>): Promise<void> {
    const { statsExport, records } = this.#shared;
    const leaving = this.#buses.filter(({ config }) => ids.has(config.id));
    const staying = this.#buses.filter(({ config }) => !ids.has(config.id));
    this.#buses.splice(0, this.#buses.length, ...staying);
    this.#schedule.remove(leaving);
    this.#watch.left(leaving);
    await Promise.all(leaving.map((bus) => bus.stop()));
    for (const bus of leaving) {
      statsExport.finish(bus.config.id, bus.stats);
      for (const device of bus.devices) records.remember(device);
    }
  }

  report(): BusReport[] {
    return this.#buses.map(reportOf);
  }

  usage(): PollUsage {
    return usageOf(this.#buses);
  }

  async stop(): Promise<void> {
    this.#schedule.stop();
    this.#watch.stop();
    this.#carrying.stop();
    await Promise.all(this.#buses.map((bus) => bus.stop()));
    await Promise.all([this.#shared.limits.flush(), this.#shared.profileMemory.flush()]);
  }
}

/** What all buses of an edge have in common. */
interface Shared {
  readonly limits: FileLimits;
  readonly profileMemory: ProfileMemory;
  readonly caches: PlanCaches;
  readonly records: Records;
  readonly statsExport: StatsExport;
}

function makeBus(config: BusConfig, models: ModelCatalogue, options: BusesOptions, shared: Shared): Bus {
  const { limits, profileMemory, caches, records, statsExport } = shared;
  const { gridClock, processClock, random, logger } = options;
  const plans = new DevicePlans(config.id, caches.at(planCostOf(config)), limits, gridClock);
  const devices = config.devices.map((device) => {
    const made = new BusDevice(device, modelOf(models, device), config.timeout, random);
    plans.recall(made);
    records.recall(made);
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
