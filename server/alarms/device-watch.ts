import { durationMs } from '../../edge/platform/units.ts';
import type { DeviceState, LiveState } from '../live/live-state.ts';
import type { AgentWatch } from './agent-watch.ts';
import type { AlarmRegister, Condition } from './alarm-register.ts';
import type { StaleRule } from './rules-schema.ts';
import { fillText } from './texts.ts';

export const VALUE_STALE = 'value_stale';

/** One reading that is very late moves the interval no further than this many times it. */
const MAX_STRETCH = 4;
/** Weight of a new gap in the interval. */
const GAIN = 1 / 8;
/** Interval of a device of which there were not yet two readings: the slowest usual one. */
const UNKNOWN_INTERVAL_MS = 15 * 60_000;

/** What is known of a device's rhythm. */
interface Rhythm {
  lastMs: number | undefined;
  intervalMs: number | undefined;
  /** Since when readings come in time; infinite while they do not. */
  freshSinceMs: number;
}

/** An agent that can be heard, and those of its devices that are silent. */
interface Heard {
  readonly sinceMs: number;
  readonly silent: string[];
}

/** The typical time between two readings after one more gap between them. */
export function intervalAfter(intervalMs: number | undefined, gapMs: number): number {
  if (intervalMs === undefined) return gapMs;
  return intervalMs + (Math.min(gapMs, MAX_STRETCH * intervalMs) - intervalMs) * GAIN;
}

/**
 * Devices whose agent can be heard but whose values are no longer fresh: the device is offline, or no reading came for
 * some of its own intervals. One alert a device; when more devices of one agent are silent at once (a gateway or a line
 * is gone), one alert for the agent in their place. Nothing is said of the devices of an agent that is lost itself.
 */
export class DeviceWatch {
  readonly #state: LiveState;
  readonly #register: AlarmRegister;
  readonly #rule: StaleRule;
  readonly #agents: AgentWatch;
  readonly #onDelayMs: number;
  readonly #offDelayMs: number;
  readonly #rhythms = new Map<string, Rhythm>();
  /** Devices whose alarm is active. */
  readonly #raised = new Set<string>();

  constructor(state: LiveState, register: AlarmRegister, rule: StaleRule, agents: AgentWatch) {
    this.#state = state;
    this.#register = register;
    this.#rule = rule;
    this.#agents = agents;
    for (const { rule: id, subject } of register.allActive()) if (id === VALUE_STALE) this.#raised.add(subject);
    this.#onDelayMs = durationMs(rule.onDelay);
    this.#offDelayMs = durationMs(rule.offDelay);
  }

  check(nowMs: number): void {
    const heard = new Map<string, Heard>();
    for (const agent of this.#state.agents.values()) {
      const sinceMs = this.#agents.heardSinceMs(agent);
      if (sinceMs !== undefined) heard.set(agent.id, { sinceMs, silent: [] });
    }
    for (const device of this.#state.devices.values()) {
      const agent = heard.get(device.agent);
      if (!agent) continue;
      const rhythm = this.#rhythm(device, nowMs);
      if (this.#isStale(device, rhythm, agent.sinceMs, nowMs)) agent.silent.push(device.id);
      else this.#settle(device.id, rhythm, nowMs);
    }
    for (const [agent, { silent }] of heard) this.#raise(agent, silent, nowMs);
  }

  #isStale(device: DeviceState, rhythm: Rhythm, heardSinceMs: number, nowMs: number): boolean {
    const isOnline = device.presence === 'online';
    const sinceMs = Math.max(heardSinceMs, device.sinceMs, (isOnline ? device.lastReadingMs : undefined) ?? 0);
    const patienceMs = isOnline ? this.#rule.intervals * (rhythm.intervalMs ?? UNKNOWN_INTERVAL_MS) : 0;
    const isStale = nowMs - sinceMs >= Math.max(this.#onDelayMs, patienceMs);
    if (isStale || !isOnline) rhythm.freshSinceMs = Number.POSITIVE_INFINITY;
    return isStale;
  }

  #rhythm(device: DeviceState, nowMs: number): Rhythm {
    const lastMs = device.lastReadingMs;
    const known = this.#rhythms.get(device.id);
    if (!known) {
      const rhythm = { lastMs, intervalMs: undefined, freshSinceMs: nowMs };
      this.#rhythms.set(device.id, rhythm);
      return rhythm;
    }
    if (lastMs === undefined || lastMs === known.lastMs) return known;
    if (known.lastMs !== undefined && lastMs > known.lastMs) {
      known.intervalMs = intervalAfter(known.intervalMs, lastMs - known.lastMs);
    }
    known.lastMs = lastMs;
    known.freshSinceMs = Math.min(known.freshSinceMs, nowMs);
    return known;
  }

  #settle(device: string, { freshSinceMs }: Rhythm, nowMs: number): void {
    if (!this.#raised.has(device) || nowMs - freshSinceMs < this.#offDelayMs) return;
    this.#raised.delete(device);
    this.#register.clear({ rule: VALUE_STALE, subject: device, metric: null }, nowMs);
  }

  #raise(agent: string, devices: readonly string[], nowMs: number): void {
    const { groupAbove } = this.#rule;
    const group = { rule: VALUE_STALE, subject: agent, metric: null };
    if (devices.length > groupAbove && !this.#register.active(group)) {
      this.#register.trip(group, this.#groupCondition(agent, devices.length), nowMs);
    } else if (!this.#register.active(group)) {
      for (const device of devices) this.#raiseOne(device, nowMs);
    } else if (devices.length <= groupAbove / 2) {
      this.#register.clear(group, nowMs);
    }
  }

  #raiseOne(device: string, nowMs: number): void {
    if (this.#raised.has(device)) return;
    this.#raised.add(device);
    const { severity, text } = this.#rule;
    const condition = { severity, text: fillText(text, { subject: device }), value: null, limit: null, unit: null };
    this.#register.trip({ rule: VALUE_STALE, subject: device, metric: null }, condition, nowMs);
  }

  #groupCondition(agent: string, count: number): Condition {
    const { severity, groupText, groupAbove } = this.#rule;
    const text = fillText(groupText, { subject: agent, count });
    return { severity, text, value: count, limit: groupAbove, unit: null };
  }
}
