import type { RouteOptions } from 'fastify';
import { ManualGridClock } from '../../edge/platform/clock.ts';
import { GridwardenError } from '../../edge/platform/errors.ts';
import { silentLogger } from '../../edge/platform/log.ts';
import { Metrics } from '../../edge/platform/metrics.ts';
import type { AuditEntry } from '../../server/access/audit-log.ts';
import { type Authenticator, localAuthenticator, type SignInDesk } from '../../server/access/authenticator.ts';
import { browserGuard } from '../../server/access/browser-guard.ts';
import type { AlertQuery, AlertService } from '../../server/alarms/alert-service.ts';
import { buildApi } from '../../server/api/build-api.ts';
import { type ApiContext, PartRegister, type Parts } from '../../server/api/parts.ts';
import type { Api } from '../../server/api/route.ts';
import type { Alert } from '../../server/live/protocol.ts';
import { FakeHost } from './fake-host.ts';
import { FakeStore } from './fake-store.ts';

export const NOW_MS = Date.UTC(2026, 0, 31, 8);

export interface ApiHarness {
  readonly api: Api;
  readonly routes: readonly RouteOptions[];
  readonly host: FakeHost;
  readonly store: FakeStore;
  readonly parts: PartRegister;
  readonly alerts: Alert[];
  readonly audited: AuditEntry[];
  readonly clock: ManualGridClock;
}

export interface HarnessOptions {
  readonly authenticator?: Authenticator;
  readonly signIn?: SignInDesk;
  readonly timeZone?: string;
  readonly pageFolder?: string;
  readonly maxRequestsPerMinute?: number;
  /** Nothing has started yet. */
  readonly starting?: boolean;
}

/** The real API on a fake host and store; not listening, to be asked with `api.inject`. */
export async function apiHarness(options: HarnessOptions = {}): Promise<ApiHarness> {
  const host = new FakeHost();
  const store = new FakeStore();
  const parts = new PartRegister();
  const alerts: Alert[] = [];
  const audited: AuditEntry[] = [];
  const clock = new ManualGridClock(NOW_MS);
  if (!options.starting) {
    parts.provide('host', host);
    parts.provide('store', store);
    parts.provide('alerts', alertsOf(alerts));
    parts.provide('alarms', alarmsOf(alerts));
    parts.provide('audit', { record: (entry) => audited.push(entry) });
  }
  const { api, routes } = await buildApi({
    context: contextOf(parts, host, store, clock, options.timeZone ?? 'Asia/Shanghai'),
    logger: silentLogger(),
    pageFolder: options.pageFolder ?? '/nowhere',
    authenticator: options.authenticator ?? localAuthenticator(),
    signIn: options.signIn,
    guard: browserGuard([]),
    ...(options.maxRequestsPerMinute !== undefined && { maxRequestsPerMinute: options.maxRequestsPerMinute }),
  });
  await api.ready();
  return { api, routes, host, store, parts, alerts, audited, clock };
}

function contextOf(
  parts: PartRegister,
  host: FakeHost,
  store: FakeStore,
  gridClock: ManualGridClock,
  timeZone: string,
): ApiContext {
  return {
    parts,
    gridClock,
    metrics: new Metrics(),
    settings: { host: 'gridwarden', timeZone, simulated: true },
    health: async () => ({ broker: host.health, store: store.healthReport, state: { ok: true, reason: 'open' } }),
  };
}

/** Alerts from a list, newest first, as the alarms give them. */
function alertsOf(alerts: readonly Alert[]): AlertService {
  return {
    list: (query) =>
      alerts.filter((alert) => fits(alert, query)).slice(startOf(alerts, query), query.limit + startOf(alerts, query)),
    find: (id) => alerts.find((alert) => alert.id === id),
    current: () => ({ alerts: alerts.filter(({ state }) => state !== 'A'), at: { epoch: 'e', seq: 0 } }),
    eventsAfter: () => [],
    onEvent: () => () => {},
  };
}

/** Acknowledges in the list. */
function alarmsOf(alerts: Alert[]): Parts['alarms'] {
  return {
    acknowledge(id) {
      const index = alerts.findIndex((alert) => alert.id === id);
      const before = alerts[index];
      if (!before) throw new GridwardenError('NOT_FOUND', `There is no alert ${id}`);
      const after: Alert = { ...before, acknowledged: true, state: before.active ? 'C' : 'A' };
      alerts[index] = after;
      return after;
    },
  };
}

function fits(alert: Alert, { states, fromMs }: AlertQuery): boolean {
  if (states !== undefined) return states.includes(alert.state);
  return fromMs === undefined ? alert.state !== 'A' : alert.raisedMs >= fromMs;
}

function startOf(alerts: readonly Alert[], query: AlertQuery): number {
  const fitting = alerts.filter((alert) => fits(alert, query));
  return query.after === undefined ? 0 : fitting.findIndex(({ id }) => id === query.after) + 1;
}
