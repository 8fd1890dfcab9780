import type { DatabaseSync } from 'node:sqlite';
import type { GridClock, ProcessClock } from '../../edge/platform/clock.ts';
import type { Logger } from '../../edge/platform/log.ts';
import type { Metrics } from '../../edge/platform/metrics.ts';
import { durationMs } from '../../edge/platform/units.ts';
import type { ServerConfig } from '../config.ts';
import { DuckDbStore } from './duckdb/store.ts';
import { openInfluxStore } from './influxdb/open.ts';
import type { Retention } from './retention.ts';
import { StoreMetrics } from './store-metrics.ts';
import type { TelemetryStore } from './telemetry-store.ts';

/** The part of the server's configuration that the store reads. */
export type StoreConfig = Pick<ServerConfig, 'store' | 'retention'>;

export interface StoreDependencies {
  /** The state file; a store without transactions of its own keeps its ranges and its series there. */
  readonly database: DatabaseSync;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** How long readings are kept, as the configuration says. */
export function retentionOf({ retention }: Pick<StoreConfig, 'retention'>): Retention {
  return { fastMs: durationMs(retention.fast), registersMs: durationMs(retention.registers) };
}

/**
 * Opens the telemetry store that the configuration names. An InfluxDB that does not answer is no error: the store opens,
 * says so in `health()` and keeps trying.
 *
 * @throws GridwardenError STORE_FOREIGN, SCHEMA_NEWER, FILE_LOCKED, DIRECTORY_UNWRITABLE, DISK_FULL, SECRET_UNREADABLE
 */
export function openTelemetryStore(config: StoreConfig, dependencies: StoreDependencies): Promise<TelemetryStore> {
  return telemetryStoreOpener(config, dependencies)();
}

/** The same to be called until it succeeds: a process has one set of metrics of its store, however often it tries. */
export function telemetryStoreOpener(
  config: StoreConfig,
  dependencies: StoreDependencies,
): () => Promise<TelemetryStore> {
  const retention = retentionOf(config);
  const deps = { ...dependencies, metrics: new StoreMetrics(dependencies.metrics) };
  const { store } = config;
  return 'duckdb' in store
    ? () => DuckDbStore.open(store.duckdb, retention, deps)
    : () => openInfluxStore(store.influxdb, retention, deps);
}
