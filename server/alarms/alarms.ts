import { randomUUID } from 'node:crypto';
import type { Timer } from '../../edge/platform/clock.ts';
import { GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import { durationMs } from '../../edge/platform/units.ts';
import type { DeviceState } from '../live/live-state.ts';
import type { Alert, AlertEvent } from '../live/protocol.ts';
import { AgentWatch, BROKER_LOSS, COMMUNICATION_LOSS } from './agent-watch.ts';
import { AlarmLog } from './alarm-log.ts';
import type { AlarmOptions, Alarms } from './alarm-options.ts';
import { AlarmRegister } from './alarm-register.ts';
import { AlertQueries } from './alert-queries.ts';
import type { AlertPosition, AlertQuery } from './alert-service.ts';
import { DeviceWatch, VALUE_STALE } from './device-watch.ts';
import { LimitWatch } from './limit-watch.ts';
import { loadRules } from './rules.ts';
import type { Rules } from './rules-schema.ts';

/** From a decision to its place in the log, at most; what comes together is written together. */
const FLUSH_MS = 50;
const MAX_PER_TRANSACTION = 2_000;
/** Wait before the next attempt when the state file cannot be written. */
const RETRY_MS = 1_000;
/** How often presence of agents and devices is looked at. */
const CHECK_MS = 1_000;
const PRUNE_MS = 60_000;
const PRUNE_ROWS = 5_000;

/**
 * Starts the alarms: rules on the live state, the event log behind them.
 * @throws GridwardenError CONFIG_UNREADABLE, CONFIG_INVALID
 */
export function startAlarms(options: AlarmOptions): Alarms {
  const service = new AlarmEngine(options, loadRules(options.rulesFile));
  service.start();
  return service;
}

class AlarmEngine implements Alarms {
  readonly #options: AlarmOptions;
  readonly #rules: Rules;
  readonly #log: AlarmLog;
  readonly #queries: AlertQueries;
  readonly #register: AlarmRegister;
  readonly #limits: LimitWatch;
  readonly #agents: AgentWatch;
  readonly #devices: DeviceWatch;
  readonly #listeners = new Set<(event: AlertEvent) => void>();
  readonly #count: { readonly event: (event: AlertEvent) => void; readonly failure: () => void };
  /** Model and kind of each device, to notice when another stands behind it. */
  readonly #types = new Map<string, Pick<DeviceState, 'kind' | 'model'>>();
  #flushTimer: Timer | undefined;
  #timers: Timer[] = [];
  #detach: (() => void) | undefined;
  #isFailing = false;

  constructor(options: AlarmOptions, rules: Rules) {
    const { database, gridClock, state, broker, metrics, epoch = randomUUID() } = options;
    this.#options = options;
    this.#rules = rules;
    this.#log = new AlarmLog(database, epoch);
    this.#queries = new AlertQueries(database);
    this.#register = new AlarmRegister({
      epoch,
      gridClock,
      end: this.#log.end,
      alarms: this.#log.alarms(),
      onPending: () => this.#flushSoon(FLUSH_MS),
    });
    this.#limits = new LimitWatch(state, this.#register, rules.limits);
    this.#agents = new AgentWatch(state, this.#register, rules, broker, gridClock.nowMs());
    this.#devices = new DeviceWatch(state, this.#register, rules.valueStale, this.#agents);
    const events = metrics.counter('alert_events_total', 'Alert events written, by transition', ['transition']);
    const failures = metrics.counter('alert_log_failures_total', 'Attempts to write alert events that failed');
    metrics.gauge('alert_events_waiting', 'Alert events that wait for the disk', [], () => this.#register.pendingCount);
    metrics.gauge('alerts_not_normal', 'Alerts that are not normal', [], () => this.#queries.countNotNormal());
    this.#count = { event: ({ transition }) => events.inc({ transition }), failure: () => failures.inc() };
  }

  start(): void {
    this.#dropOrphans();
    this.#detach = this.#options.state.attach(this.#limits);
    this.#repeat(CHECK_MS, () => this.#check());
    this.#repeat(PRUNE_MS, () => this.#prune());
  }

  async stop(): Promise<void> {
    this.#detach?.();
    for (const timer of this.#timers) timer.cancel();
    this.#timers = [];
    this.#flushAll();
    this.#flushTimer?.cancel();
  }

  list(query: AlertQuery): readonly Alert[] {
    return this.#queries.list(query);
  }

  find(id: string): Alert | undefined {
    return this.#queries.find(id);
  }

  current(): { readonly alerts: readonly Alert[]; readonly at: AlertPosition } {
    return { alerts: this.#queries.notNormal(), at: this.#log.end };
  }

  eventsAfter(position: AlertPosition, limit: number): readonly AlertEvent[] | undefined {
    return this.#log.eventsAfter(position, limit);
  }

  onEvent(listener: (event: AlertEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  acknowledge(id: string, actor: string, reason?: string): Alert {
    this.#register.acknowledge(id, actor, reason);
    if (!this.#flushAll()) {
      throw new GridwardenError('OVERLOADED', 'The state file cannot be written; it is acknowledged once it can be');
    }
    const alert = this.find(id);
    if (!alert) throw new GridwardenError('NOT_FOUND', `There is no alert ${id}`);
    return alert;
  }

  #check(): void {
    if (this.#register.isFull) return;
    const nowMs = this.#options.gridClock.nowMs();
    this.#noticeTypes();
    this.#agents.check(nowMs);
    this.#devices.check(nowMs);
  }

  #noticeTypes(): void {
    for (const { id, kind, model } of this.#options.state.devices.values()) {
      const known = this.#types.get(id);
      if (known?.kind === kind && known.model === model) continue;
      if (known) this.#limits.changed(id);
      this.#types.set(id, { kind, model });
    }
  }

  /** Alarms of rules that are no longer there would stay active for ever. */
  #dropOrphans(): void {
    const nowMs = this.#options.gridClock.nowMs();
    const presence = [COMMUNICATION_LOSS, BROKER_LOSS, VALUE_STALE];
    for (const key of [...this.#register.allActive()]) {
      if (presence.includes(key.rule) || this.#limits.knows(key)) continue;
      this.#register.clear(key, nowMs, 'the rule is not there any more');
    }
  }

  #flushSoon(delayMs: number): void {
    this.#flushTimer ??= this.#options.processClock.setTimer(delayMs, () => {
      this.#flushTimer = undefined;
      // One batch at a time: a flood must not stop everything else.
      if (this.#flushSome() && this.#register.pendingCount > 0) this.#flushSoon(FLUSH_MS);
    });
  }

  /** Writes all that waits; returns whether that worked. */
  #flushAll(): boolean {
    while (this.#register.pendingCount > 0) if (!this.#flushSome()) return false;
    return true;
  }

  /** Writes some of what waits and then tells of it; on failure it waits on. */
  #flushSome(): boolean {
    const decisions = this.#register.pending(MAX_PER_TRANSACTION);
    if (!this.#write(() => this.#log.append(decisions))) {
      this.#flushSoon(RETRY_MS);
      return false;
    }
    this.#register.written(decisions.length);
    for (const { event } of decisions) this.#tell(event);
    return true;
  }

  #write(write: () => void): boolean {
    const { logger } = this.#options;
    try {
      write();
      if (this.#isFailing) logger.info('alert events are written again');
      this.#isFailing = false;
      return true;
    } catch (error) {
      this.#count.failure();
      if (!this.#isFailing) logger.error({ error: messageOf(error) }, 'alert events cannot be written; they wait');
      this.#isFailing = true;
      return false;
    }
  }

  #tell(event: AlertEvent): void {
    this.#count.event(event);
    for (const listener of this.#listeners) listener(event);
  }

  #prune(): void {
    const { gridClock, logger } = this.#options;
    const { maxAge, maxEvents } = this.#rules.history;
    this.#write(() => {
      const dropped = this.#log.prune(gridClock.nowMs() - durationMs(maxAge), maxEvents, PRUNE_ROWS);
      if (dropped > 0) logger.debug({ dropped }, 'old alert events dropped');
    });
  }

  #repeat(periodMs: number, run: () => void): void {
    const index = this.#timers.length;
    const again = (): void => {
      this.#timers[index] = this.#options.processClock.setTimer(periodMs, () => {
        again();
        run();
      });
    };
    again();
  }
}
