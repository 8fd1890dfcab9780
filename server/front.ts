import type { Service } from '../edge/platform/process.ts';
import { localAuthenticator, TokenAuthenticator } from './access/authenticator.ts';
import { browserGuard } from './access/browser-guard.ts';
import { loadUsers } from './access/users.ts';
import { buildApi } from './api/build-api.ts';
import { PartRegister } from './api/parts.ts';
import type { Api } from './api/route.ts';
import { UpgradeGate } from './api/upgrade-gate.ts';
import { type HealthSources, healthChecks } from './health-checks.ts';
import { listenOn } from './listen.ts';
import type { ServerOptions } from './server-options.ts';

/** How long answers that are under way may take when the server stops. */
const DRAIN_MS = 3_000;

/** What faces people and programs: the HTTP server, there before everything behind it and gone before it, too. */
export interface Front extends Service {
  readonly parts: PartRegister;
  readonly healthSources: HealthSources;
  /** Where the live stream gets its connections from. */
  readonly upgrades: UpgradeGate;
  /** The address for people. @throws GridwardenError PORT_TAKEN, LISTEN_REFUSED */
  listen(): Promise<string>;
  /** Takes over the live stream: its connections have to end before the HTTP server can. */
  attach(liveStream: Service): void;
}

/** @throws GridwardenError CONFIG_UNREADABLE, CONFIG_INVALID (the users file) */
export async function buildFront(options: ServerOptions): Promise<Front> {
  const { config, gridClock, processClock, metrics, logger, pageFolder } = options;
  const parts = new PartRegister();
  const healthSources = { parts, processClock };
  const settings = { host: config.host, timeZone: config.timeZone, simulated: config.simulated };
  const context = { parts, gridClock, metrics, settings, health: () => healthChecks(healthSources) };
  const { users } = config;
  const signIn = users === undefined ? undefined : new TokenAuthenticator(loadUsers(users), processClock);
  const security = { guard: browserGuard(config.allowedHosts), authenticator: signIn ?? localAuthenticator() };
  const { api } = await buildApi({ ...security, signIn, context, logger, pageFolder });
  const upgrades = new UpgradeGate(api.server, security);
  let liveStream: Service | undefined;
  return {
    parts,
    healthSources,
    upgrades,
    listen: () => listenOn(api, config.listen),
    attach: (service) => {
      liveStream = service;
    },
    async stop() {
      await upgrades.stop();
      await liveStream?.stop();
      await closeApi(api, options);
    },
  };
}

async function closeApi(api: Api, { processClock }: ServerOptions): Promise<void> {
  const timer = processClock.setTimer(DRAIN_MS, () => api.server.closeAllConnections());
  await api.close();
  timer.cancel();
}
