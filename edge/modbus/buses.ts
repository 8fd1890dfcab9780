import type { BusConfig } from '../config.ts';
import type { GridClock, ProcessClock, Random } from '../platform/clock.ts';
import type { Logger } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import type { ModelCatalogue } from '../profiles/load.ts';
import type { DeviceDescription, ReadingSink } from '../reading.ts';
import type { BusReport } from './report.ts';

export interface BusesOptions {
  readonly buses: readonly BusConfig[];
  readonly models: ModelCatalogue;
  readonly sink: ReadingSink;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** JSON file of the holes that devices' answers have taught; written when one is learned. */
  readonly learnedHolesFile: string;
  /** The current generation of the edge's clock; it goes up when the wall clock was set. */
  readonly clockGeneration: () => number;
}

/** The buses of an edge at work. */
export interface Buses {
  /** The configured devices, in the order of the configuration; their layouts are the objects that reads carry. */
  readonly devices: readonly DeviceDescription[];
  /** Ends all reading: waits for the requests under way (at most their time-out), then closes every connection. */
  stop(): Promise<void>;
  report(): BusReport[];
}

/**
 * Starts reading every device of `buses` into `sink`: connects in the background, so a gateway that is away does not
 * hold up the start.
 *
 * @throws GridwardenError MODEL_UNKNOWN when a device names a model that is not in `models`
 */
export type StartBuses = (options: BusesOptions) => Buses;
