import type { DatabaseSync } from 'node:sqlite';
import { systemProcessClock } from '../../edge/platform/clock.ts';
import { gridClockOf } from '../../edge/platform/common-config.ts';
import { createLogger } from '../../edge/platform/log.ts';
import { Metrics } from '../../edge/platform/metrics.ts';
import type { ServerConfig } from '../config.ts';
import { openState } from '../state/database.ts';
import { checkStoreIdentity } from '../state/store-identity.ts';
import { openTelemetryStore, retentionOf } from '../store/open.ts';
import type { Retention } from '../store/retention.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';

/** State and store of a server that does not run. */
export interface Offline extends AsyncDisposable {
  readonly database: DatabaseSync;
  readonly store: TelemetryStore;
  readonly retention: Retention;
}

/**
 * Opens state and store, and holds them, so that no server starts meanwhile.
 * @throws GridwardenError FILE_LOCKED when a server runs; those of state and store
 */
export async function openOffline(config: ServerConfig): Promise<Offline> {
  const resources = new AsyncDisposableStack();
  try {
    const database = openState(config.state);
    resources.defer(() => database.close());
    const gridClock = gridClockOf(config.clock);
    const logger = createLogger('server', 'warn', process.stderr);
    const deps = { database, gridClock, processClock: systemProcessClock(), logger, metrics: new Metrics() };
    const store = await openTelemetryStore(config, deps);
    resources.defer(() => store.close());
    checkStoreIdentity(database, store.id, false);
    return { database, store, retention: retentionOf(config), [Symbol.asyncDispose]: () => resources.disposeAsync() };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}
