import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { GridClock, ProcessClock } from '../../../edge/platform/clock.ts';
import { readSecret } from '../../../edge/platform/config.ts';
import type { Logger } from '../../../edge/platform/log.ts';
import { durationMs } from '../../../edge/platform/units.ts';
import type { InfluxDbStoreConfig } from '../../config.ts';
import { RejectLog } from '../reject-log.ts';
import type { Retention } from '../retention.ts';
import type { StoreMetrics } from '../store-metrics.ts';
import { InfluxConnection } from './connection.ts';
import { InfluxState } from './influx-state.ts';
import { InfluxLink } from './link.ts';
import { InfluxStore } from './store.ts';

export interface InfluxStoreDependencies {
  readonly database: DatabaseSync;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly logger: Logger;
  readonly metrics: StoreMetrics;
}

/** @throws GridwardenError SECRET_UNREADABLE; a server that does not answer is no error */
export async function openInfluxStore(
  config: InfluxDbStoreConfig,
  retention: Retention,
  dependencies: InfluxStoreDependencies,
): Promise<InfluxStore> {
  const token = config.tokenFile === undefined ? (config.token ?? '') : readSecret(config.tokenFile);
  const settings = {
    url: config.url.replace(/\/+$/, ''),
    org: config.org,
    token,
    timeoutMs: durationMs(config.timeout),
    ...(config.compress !== undefined && { compress: config.compress }),
  };
  const connection = new InfluxConnection(settings, dependencies.processClock);
  const state = new InfluxState(dependencies.database);
  const buckets =
    config.longBucket === undefined ? ([config.bucket] as const) : ([config.bucket, config.longBucket] as const);
  const link = new InfluxLink({ ...dependencies, connection, state, buckets });
  await link.tryFirst();
  const rejects = new RejectLog(config.rejects ?? join(dirname(stateFile(dependencies.database)), 'rejects'));
  return new InfluxStore({ ...dependencies, connection, link, state, rejects, buckets, retention });
}

/** The file of a database; the working directory for one in memory. */
function stateFile(database: DatabaseSync): string {
  return database.location() ?? join(process.cwd(), 'state.sqlite');
}
