import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { BrokerClientConfig } from '../edge/platform/common-config.ts';
import { keepTrying } from '../edge/platform/keep-trying.ts';
import type { Service } from '../edge/platform/process.ts';
import { openAuditLog } from './access/audit-log.ts';
import { checkListen } from './access/listen-rule.ts';
import { startAlarms } from './alarms/alarms.ts';
import type { Parts } from './api/parts.ts';
import { startEmbeddedBroker } from './broker/embedded.ts';
import { RefusalLog } from './broker/refusals.ts';
import { buildFront, type Front } from './front.ts';
import { storeHealth } from './health-checks.ts';
import { startSparkplugHost } from './ingest/sparkplug-host.ts';
import { attachLiveHub } from './live/hub.ts';
import { LiveState } from './live/live-state.ts';
import { GridRegistry } from './registry/registry.ts';
import { restoreLiveState } from './restore-live-state.ts';
import type { ServerOptions } from './server-options.ts';
import { openState } from './state/database.ts';
import type { DirtyDayTable } from './state/dirty-days.ts';
import { restorationOf } from './state/restoration.ts';
import { checkStoreIdentity } from './state/store-identity.ts';
import { retentionOf, telemetryStoreOpener } from './store/open.ts';
import type { TelemetryStore } from './store/telemetry-store.ts';
import { BackupRuns } from './transfer/backup-runs.ts';
import { dirtyDaysOf } from './transfer/dirty-days-of.ts';
import { exportFolder } from './transfer/readings/export-command.ts';
import { ExportRuns } from './transfer/readings/export-runs.ts';
import { importFolder } from './transfer/readings/import-command.ts';
import { ImportRuns } from './transfer/readings/import-runs.ts';
import { startUpkeep } from './upkeep.ts';

/** A server that has started; `stop` ends it in reverse order. */
export interface RunningServer extends Service {
  readonly url: string;
}

/**
 * Starts everything, the API first: it answers, and says what is missing, while the rest is still on its way. What the
 * world denies (a port, a file that is held) is tried again until `signal` ends it.
 *
 * @throws GridwardenError of the classes `fix` and `stop`: CONFIG_INVALID, LISTEN_REFUSED, STORE_FOREIGN, STORE_SWAPPED, …
 */
export async function startServer(options: ServerOptions, signal: AbortSignal): Promise<RunningServer> {
  const { config, logger } = options;
  checkListen(config);
  const front = await buildFront(options);
  const inner = new AsyncDisposableStack();
  const stop = async () => {
    await front.stop();
    await inner.disposeAsync();
  };
  try {
    const url = await keepTrying(() => front.listen(), { ...options, signal });
    await new Composition(options, front, inner, signal).start();
    logger.info({ url }, `gridwarden is at ${url}`);
    return { url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Puts the parts together, each when those it stands on are there. */
class Composition {
  readonly #options: ServerOptions;
  readonly #front: Front;
  readonly #inner: AsyncDisposableStack;
  readonly #signal: AbortSignal;

  constructor(options: ServerOptions, front: Front, inner: AsyncDisposableStack, signal: AbortSignal) {
    this.#options = options;
    this.#front = front;
    this.#inner = inner;
    this.#signal = signal;
  }

  async start(): Promise<void> {
    const { parts } = this.#front;
    const database = await this.#openState();
    const store = await this.#openStore(database);
    const state = new LiveState();
    await restoreLiveState({ database, store, state, ...this.#options });
    const host = await this.#startHost(database, store, state);
    const alarms = this.#stopLater(
      startAlarms({
        ...this.#options,
        ...(this.#options.config.rules !== undefined && { rulesFile: this.#options.config.rules }),
        database,
        state,
        broker: () => host.broker(),
      }),
    );
    parts.provide('alerts', alarms);
    parts.provide('alarms', alarms);
    parts.provide('host', host);
    this.#front.attach(
      attachLiveHub({
        ...this.#options,
        server: this.#front.upgrades,
        state,
        host,
        alerts: alarms,
        storeHealth: () => storeHealth(this.#front.healthSources),
        settings: this.#options.config,
        isAllowedOrigin: () => true,
      }),
    );
  }

  async #openState(): Promise<DatabaseSync> {
    const { config, gridClock } = this.#options;
    const database = await this.#attempt('database', () => openState(config.state));
    this.#inner.defer(() => database.close());
    this.#front.parts.provide('database', database);
    this.#front.parts.provide('audit', openAuditLog(database, gridClock));
    this.#front.parts.provide('registry', new GridRegistry(database, gridClock, this.#dirtyDays(database)));
    return database;
  }

  #dirtyDays(database: DatabaseSync): DirtyDayTable {
    const { config, gridClock, metrics } = this.#options;
    const dirty = dirtyDaysOf(database, config, gridClock);
    metrics.gauge('dirty_day_ranges', 'Ranges of days of a device that wait to be computed anew', [], () => dirty.size);
    this.#front.parts.provide('dirtyDays', dirty);
    return dirty;
  }

  async #openStore(database: DatabaseSync): Promise<TelemetryStore> {
    const { config, acceptNewStore } = this.#options;
    const store = await this.#attempt('store', telemetryStoreOpener(config, { ...this.#options, database }));
    this.#inner.defer(() => store.close());
    checkStoreIdentity(database, store.id, acceptNewStore);
    this.#front.parts.provide('store', store);
    this.#stopLater(startUpkeep({ ...this.#options, store }));
    this.#startBackups(database, store);
    this.#startTransfers(database, store);
    return store;
  }

  #startBackups(database: DatabaseSync, store: TelemetryStore): void {
    const { config, logger } = this.#options;
    const { parts } = this.#front;
    const deps = { ...this.#options, database, store, host: config.host, audit: parts.get('audit') };
    parts.provide('backups', this.#stopLater(new BackupRuns(deps)));
    const restoration = restorationOf(database);
    if (restoration)
      logger.info(restoration, 'this state comes from a backup; what was stored between is explained as lost');
  }

  #startTransfers(database: DatabaseSync, store: TelemetryStore): void {
    const { config } = this.#options;
    const { parts } = this.#front;
    const { timeZone } = config;
    const deps = { retention: retentionOf(config), folder: importFolder(config), timeZone, audit: parts.get('audit') };
    const dirty = parts.get('dirtyDays');
    const exports = { store, folder: exportFolder(config), audit: deps.audit };
    parts.provide('exports', this.#stopLater(new ExportRuns({ ...this.#options, ...exports })));
    parts.provide('imports', this.#stopLater(new ImportRuns({ ...this.#options, database, store, dirty, ...deps })));
  }

  async #startHost(database: DatabaseSync, store: TelemetryStore, state: LiveState) {
    const { config } = this.#options;
    const broker = await this.#brokerClient();
    const quarantineFolder = join(dirname(config.state), 'quarantine');
    const deps = { ...this.#options, broker, quarantineFolder, state, store, database };
    return this.#stopLater(await this.#attempt('host', () => startSparkplugHost(deps)));
  }

  async #brokerClient(): Promise<BrokerClientConfig> {
    const { config } = this.#options;
    if (!('embedded' in config.broker)) return config.broker;
    const { embedded } = config.broker;
    const deps = { ...this.#options, hostId: config.host, refusals: new RefusalLog(this.#options) };
    const broker = await this.#attempt('host', () => startEmbeddedBroker(embedded, deps));
    return this.#stopLater(broker).hostClient;
  }

  #stopLater<S extends Service>(service: S): S {
    this.#inner.defer(() => service.stop());
    return service;
  }

  #attempt<T>(part: keyof Parts, run: () => Promise<T> | T): Promise<T> {
    const onWaiting = (reason: string) => this.#front.parts.waitsFor(part, reason);
    return keepTrying(run, { ...this.#options, signal: this.#signal, onWaiting });
  }
}
