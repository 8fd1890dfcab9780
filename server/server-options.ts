import type { GridClock, ProcessClock, Random } from '../edge/platform/clock.ts';
import type { Logger } from '../edge/platform/log.ts';
import type { Metrics } from '../edge/platform/metrics.ts';
import type { ServerConfig } from './config.ts';

/** What a server is made from. */
export interface ServerOptions {
  readonly config: ServerConfig;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly random: Random;
  /** Take a store that this state has not seen before. */
  readonly acceptNewStore: boolean;
  /** Folder of the built page. */
  readonly pageFolder: string;
}
