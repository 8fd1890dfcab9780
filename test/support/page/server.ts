import type { AddressInfo } from 'node:net';
import { systemGridClock, systemProcessClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { localAuthenticator, TokenAuthenticator } from '../../../server/access/authenticator.ts';
import { browserGuard } from '../../../server/access/browser-guard.ts';
import type { User } from '../../../server/access/users.ts';
import { buildApi } from '../../../server/api/build-api.ts';
import { PartRegister } from '../../../server/api/parts.ts';
import { UpgradeGate } from '../../../server/api/upgrade-gate.ts';
import type { HealthReport } from '../../../server/ingest/host.ts';
import { attachLiveHub } from '../../../server/live/hub.ts';
import { importGrid } from '../../../server/registry/import-grid.ts';
import { GridRegistry } from '../../../server/registry/registry.ts';
import { openState } from '../../../server/state/database.ts';
import { dirtyDays } from '../dirty-days.ts';
import { CuttableProxy } from './cuttable-proxy.ts';
import { District, type DistrictSize } from './district.ts';
import { ListedAlerts } from './listed-alerts.ts';
import { SyntheticStore } from './synthetic-store.ts';

export interface PageServerOptions extends DistrictSize {
  readonly timeZone?: string;
  readonly simulated?: boolean;
  /** Who may sign in; nobody has to without it. */
  readonly users?: readonly User[];
  /** Port of the page; a free one without it. */
  readonly port?: number;
  /** How often the devices are read; never without it, until `district.read` is called. */
  readonly readEveryMs?: number;
}

/** What a test of the page holds in its hands: the real API and live stream on a made-up district, and their faults. */
export interface PageServer {
  readonly url: string;
  readonly district: District;
  readonly store: SyntheticStore;
  readonly alerts: ListedAlerts;
  readonly link: CuttableProxy;
  /** Takes tables of a grid, as `import grid` does; ids that are not named stay. */
  importGrid(files: Readonly<Record<string, string>>): Promise<void>;
  setBroker(report: HealthReport): void;
  setStore(report: HealthReport): void;
  close(): Promise<void>;
}

const PAGE_FOLDER = `${import.meta.dirname}/../../../server/web/dist`;

/**
 * Serves the built page with the server's own API, live stream and headers; only what lies behind them (Sparkplug host,
 * store, alarms) is made up. For tests of the page's behaviour; the whole chain with real processes is tested elsewhere.
 */
export async function startPageServer(options: PageServerOptions): Promise<PageServer> {
  const gridClock = systemGridClock();
  const store = new SyntheticStore();
  store.nowMs = () => gridClock.nowMs() + 1;
  const district = new District(store, gridClock, options);
  const alerts = new ListedAlerts();
  const metrics = new Metrics();
  const { timeZone = 'Asia/Shanghai', simulated = true } = options;
  const parts = new PartRegister();
  parts.provide('host', district.host);
  parts.provide('store', store);
  parts.provide('alerts', alerts);
  const signIn = options.users && new TokenAuthenticator(options.users, systemProcessClock());
  const security = { guard: browserGuard([]), authenticator: signIn ?? localAuthenticator() };
  const database = openState(':memory:');
  const registry = new GridRegistry(database, gridClock, dirtyDays(database, gridClock));
  parts.provide('registry', registry);
  const { api } = await buildApi({
    context: {
      parts,
      gridClock,
      metrics,
      settings: { host: 'gridwarden', timeZone, simulated },
      health: async () => ({
        broker: district.host.health,
        store: store.healthReport,
        state: { ok: true, reason: 'open' },
      }),
    },
    logger: silentLogger(),
    pageFolder: PAGE_FOLDER,
    signIn,
    ...security,
  });
  const upgrades = new UpgradeGate(api.server, security);
  const hub = attachLiveHub({
    server: upgrades,
    state: district.host.state,
    host: { broker: () => district.host.health, onBackfill: (listener) => district.onBackfill(listener) },
    alerts,
    storeHealth: async () => store.healthReport,
    gridClock,
    processClock: systemProcessClock(),
    settings: { timeZone, simulated },
    isAllowedOrigin: () => true,
    logger: silentLogger(),
    metrics,
  });
  await api.listen({ host: '127.0.0.1', port: 0 });
  const link = new CuttableProxy(() => (api.server.address() as AddressInfo).port);
  const port = await link.listen(options.port);
  const timer = options.readEveryMs === undefined ? undefined : setInterval(() => district.read(), options.readEveryMs);
  return {
    url: `http://127.0.0.1:${port}`,
    district,
    store,
    alerts,
    link,
    importGrid: async (files) => {
      const list = Object.entries(files).map(([name, text]) => ({ name, text }));
      await importGrid(registry, { files: list, timeZone, dryRun: false, correction: false, actor: 'ann' });
    },
    setBroker: (report) => {
      district.host.health = report;
    },
    setStore: (report) => {
      store.healthReport = report;
    },
    close: async () => {
      clearInterval(timer);
      await link.close();
      await upgrades.stop();
      await hub.stop();
      await api.close();
      database.close();
    },
  };
}
