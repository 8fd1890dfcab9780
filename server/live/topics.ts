import { AlertsFan } from './alerts-fan.ts';
import { BackfillsFan } from './backfills-fan.ts';
import type { Filter } from './board.ts';
import type { LiveHubOptions, LiveLimits } from './hub-options.ts';
import type { AgentState, DeviceState } from './live-state.ts';
import { FrameNames, type Recipient } from './outgoing.ts';
import { PointsTopic } from './points-topic.ts';
import type { AgentRow, DeviceRow, Subscribe } from './protocol.ts';
import { agentRows, deviceRows } from './rows-board.ts';
import { RowsTopic } from './rows-topic.ts';

/** The beat of everything that is sent: at most so often a subscription gets a message. */
export const TICK_MS = 100;
const TICKS_PER_SECOND = 1000 / TICK_MS;
/** How often tables are looked through for changed rows. */
const SCAN_EVERY_TICKS = 5;
const ANNOUNCE_BACKFILLS_EVERY_TICKS = 10;

const EVERYTHING: Filter = { devices: undefined, metrics: undefined };

/** All topics of the live stream: opens subscriptions and, once a tick, sends what is due. */
export class Topics {
  readonly #points: PointsTopic;
  readonly #devices: RowsTopic<DeviceState, DeviceRow>;
  readonly #agents: RowsTopic<AgentState, AgentRow>;
  readonly #alerts: AlertsFan;
  readonly #backfills = new BackfillsFan();
  readonly #maxSeries: number;
  readonly #unlisten: () => void;

  constructor(options: Pick<LiveHubOptions, 'state' | 'host' | 'alerts'>, limits: LiveLimits, onSkipped: () => void) {
    const { state, host, alerts } = options;
    const settings = { maxItemsPerSubscription: limits.maxSeriesPerSubscription, frames: new FrameNames(), onSkipped };
    this.#points = new PointsTopic(state, limits.maxPointsPerFrame, settings);
    this.#devices = new RowsTopic(deviceRows(state), limits.maxRowsPerMessage, settings);
    this.#agents = new RowsTopic(agentRows(state), limits.maxRowsPerMessage, settings);
    this.#alerts = new AlertsFan(alerts, limits.maxRowsPerMessage);
    this.#maxSeries = limits.maxSeriesPerSubscription;
    this.#unlisten = host.onBackfill((backfill) => this.#backfills.add(backfill));
  }

  /** Returns what ends the subscription; undefined when it asks for too much, which the client is told. */
  subscribe(client: Recipient, request: Subscribe): (() => void) | undefined {
    const ended = this.#open(client, request);
    if (typeof ended !== 'number') return ended;
    const most = this.#maxSeries;
    client.refuse(request.id, 'RANGE_TOO_LARGE', `${ended} match, ${most} are allowed; name devices or metrics`);
    return undefined;
  }

  tick(tick: number): void {
    const isScan = tick % SCAN_EVERY_TICKS === 0;
    this.#points.tick(tick);
    this.#devices.tick(tick, isScan);
    this.#agents.tick(tick, isScan);
    this.#alerts.tick();
    if (tick % ANNOUNCE_BACKFILLS_EVERY_TICKS === 0) this.#backfills.announce();
    this.#backfills.tick();
  }

  stop(): void {
    this.#points.stop();
    this.#alerts.stop();
    this.#unlisten();
  }

  #open(client: Recipient, request: Subscribe): (() => void) | number {
    const { id, topic } = request;
    const filter = { devices: setOf(request.devices), metrics: setOf(request.metrics) };
    const everyTicks = Math.ceil(TICKS_PER_SECOND / (request.maxRate ?? TICKS_PER_SECOND));
    if (topic === 'points') return this.#points.subscribe(client, id, filter, everyTicks);
    if (topic === 'devices') return this.#devices.subscribe(client, id, { ...filter, metrics: undefined }, everyTicks);
    if (topic === 'agents') return this.#agents.subscribe(client, id, EVERYTHING, everyTicks);
    if (topic === 'alerts') return this.#alerts.subscribe(client, id, request.after);
    return this.#backfills.subscribe(client, id, filter.devices);
  }
}

function setOf(names: readonly string[] | undefined): ReadonlySet<string> | undefined {
  return names ? new Set(names) : undefined;
}
