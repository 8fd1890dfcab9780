import { type ProcessClock, systemProcessClock } from '../../../../edge/platform/clock.ts';
import type { AgentRow, MessageOf } from '../contract.ts';
import { Cell, derived } from '../core/cell.ts';
import { GridTime } from '../core/grid-time.ts';
import { AlertLog } from '../live/alert-log.ts';
import { type Condition, conditionsOf, isNothingCurrent } from '../live/conditions.ts';
import { DeviceTable } from '../live/device-table.ts';
import { FLEET_METRICS } from '../live/fleet-metrics.ts';
import { LiveClient } from '../live/live-client.ts';
import { PointTable } from '../live/point-table.ts';
import { Api } from '../rest/api.ts';
import { Router } from '../router/router.ts';
import { Preferences } from './preferences.ts';
import { healthAfter, type ServerHealth, type ServerInfo, UNKNOWN_HEALTH, UNKNOWN_SERVER } from './server-info.ts';
import { Session } from './session.ts';
import { connectSocket } from './socket.ts';

/** Frames a second that the page asks for of rows; a person reads no faster. */
const ROW_RATE = 1;
/** Of the fleet's points: a frame holds 5 000 of them at most, and 10 000 devices are read each second. */
const FLEET_RATE = 4;

/** Everything that views share. Made once, by the page's entry. */
export interface Services {
  readonly live: LiveClient;
  readonly api: Api;
  readonly clock: ProcessClock;
  readonly time: GridTime;
  /** Changes once a second: ages and the clock are shown anew. */
  readonly tick: Cell<number>;
  readonly devices: DeviceTable;
  /** What says most about each device, of all of them: loads, temperatures, and how fresh the district is. */
  readonly fleet: PointTable;
  readonly agents: Cell<readonly AgentRow[]>;
  /** Agents that are not online. */
  readonly lostAgents: Cell<ReadonlySet<string>>;
  readonly alerts: AlertLog;
  readonly server: Cell<ServerInfo>;
  readonly health: Cell<ServerHealth>;
  readonly conditions: Cell<readonly Condition[]>;
  /** Neither the server nor its broker brings anything: no value on the page is current. */
  readonly isNothingCurrent: Cell<boolean>;
  readonly router: Router;
  readonly preferences: Preferences;
  readonly session: Session;
}

export function createServices(): Services {
  const clock = systemProcessClock();
  const time = new GridTime(clock);
  const server = new Cell(UNKNOWN_SERVER);
  const health = new Cell(UNKNOWN_HEALTH);
  const live = new LiveClient({
    connect: connectSocket,
    clock,
    random: Math.random,
    gridNowMs: () => time.nowMs(),
    onWelcome: ({ gridNowMs, speed, simulated, timeZone }) => {
      time.set(gridNowMs, speed);
      server.set({ timeZone, simulated, speed });
    },
    onHeartbeat: (heartbeat) => {
      time.set(heartbeat.gridNowMs);
      health.set(healthAfter(health.value, heartbeat));
    },
  });
  const agents = new Cell<readonly AgentRow[]>([]);
  const conditions = conditionsCell(live, agents, health);
  const api = new Api((input, init) => fetch(input, init));
  return {
    live,
    api,
    clock,
    time,
    tick: new Cell(0),
    devices: new DeviceTable(),
    fleet: new PointTable(),
    agents,
    lostAgents: derived([agents], () => lostOf(agents.value), isSameSet),
    alerts: new AlertLog(),
    server,
    health,
    conditions,
    isNothingCurrent: derived([conditions], () => isNothingCurrent(conditions.value)),
    router: new Router(),
    preferences: new Preferences(),
    session: new Session(api, () => window.location.reload()),
  };
}

function conditionsCell(
  live: LiveClient,
  agents: Cell<readonly AgentRow[]>,
  health: Cell<ServerHealth>,
): Cell<readonly Condition[]> {
  const compute = () =>
    conditionsOf({ link: live.link.value, agents: agents.value, refusal: live.refusal.value, ...health.value });
  return derived<readonly Condition[]>([live.link, live.refusal, agents, health], compute, isSameList);
}

/** Conditions are few and small: their text tells whether something changed. */
function isSameList(a: readonly Condition[], b: readonly Condition[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function lostOf(agents: readonly AgentRow[]): ReadonlySet<string> {
  return new Set(agents.filter((agent) => agent.presence !== 'online').map((agent) => agent.id));
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((id) => b.has(id));
}

/** Opens the stream and keeps devices, agents and alerts, which every page shows something of. */
export function startServices(services: Services): void {
  const { live, devices, fleet, agents, alerts, tick, time } = services;
  live.subscribe({
    request: () => ({ topic: 'devices', maxRate: ROW_RATE }),
    onMessage: (message) => message.type === 'devices' && devices.apply(message),
  });
  live.subscribe({
    request: () => ({ topic: 'points', metrics: [...FLEET_METRICS], maxRate: FLEET_RATE }),
    onReset: () => fleet.reset(),
    onMessage: (message) => {
      if (message.type === 'snapshot' || message.type === 'points') devices.note(fleet, message);
    },
  });
  live.subscribe({
    request: () => ({ topic: 'agents', maxRate: 2 }),
    onMessage: (message) => message.type === 'agents' && agents.set(mergeAgents(agents.value, message)),
  });
  live.subscribe({
    request: () => ({ topic: 'alerts', ...(alerts.position && { after: alerts.position }) }),
    onMessage: (message) => message.type === 'alerts' && alerts.apply(message),
  });
  services.session.watch(live.link);
  live.start();
  services.router.start();
  startTick(tick, time);
  window.addEventListener('online', () => live.retryNow());
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && live.retryNow());
}

function mergeAgents(known: readonly AgentRow[], message: MessageOf<'agents'>): readonly AgentRow[] {
  const rows = new Map(message.full ? [] : known.map((row) => [row.id, row]));
  for (const row of message.rows) rows.set(row.id, row);
  return [...rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Ticks at the turn of each second of grid time, so that the clock does not skip one. */
function startTick(tick: Cell<number>, time: GridTime): void {
  const intoSecondMs = time.speed === 1 ? (time.nowMs() ?? 0) % 1000 : 0;
  setTimeout(() => {
    tick.set(tick.value + 1);
    startTick(tick, time);
  }, 1005 - intoSecondMs);
}
