import { durationMs } from '../../edge/platform/units.ts';
import type { HealthReport } from '../ingest/host.ts';
import type { AgentState, LiveState } from '../live/live-state.ts';
import type { AlarmKey } from './alarm-log.ts';
import type { AlarmRegister, Condition } from './alarm-register.ts';
import type { PresenceRule, Rules } from './rules-schema.ts';
import { fillText } from './texts.ts';

export const COMMUNICATION_LOSS = 'communication_loss';
export const BROKER_LOSS = 'broker_loss';

/** Since when something is as it is. */
interface Since {
  readonly isOk: boolean;
  readonly sinceMs: number;
}

/**
 * Loss of communication: one alert an agent, and one for the server's own broker, during which no agent is blamed.
 * These run on the grid clock, for a silent agent has no source time.
 */
export class AgentWatch {
  readonly #state: LiveState;
  readonly #register: AlarmRegister;
  readonly #rules: Rules;
  readonly #health: () => HealthReport;
  #broker: Since;

  constructor(state: LiveState, register: AlarmRegister, rules: Rules, health: () => HealthReport, nowMs: number) {
    this.#state = state;
    this.#register = register;
    this.#rules = rules;
    this.#health = health;
    // Nobody could be heard before the start: every delay begins with it.
    this.#broker = { isOk: true, sinceMs: nowMs };
  }

  /** Since when an agent can be heard; undefined while it, or the broker, cannot. */
  heardSinceMs(agent: AgentState): number | undefined {
    if (agent.presence !== 'online' || !this.#broker.isOk) return undefined;
    return Math.max(agent.sinceMs, this.#broker.sinceMs);
  }

  check(nowMs: number): void {
    const isOk = this.#health().ok;
    if (isOk !== this.#broker.isOk) this.#broker = { isOk, sinceMs: nowMs };
    this.#judge({ rule: BROKER_LOSS, subject: 'server', metric: null }, this.#rules.brokerLoss, this.#broker, nowMs);
    if (!isOk) return;
    for (const agent of this.#state.agents.values()) {
      const since = {
        isOk: agent.presence === 'online',
        sinceMs: Math.max(agent.sinceMs, this.#broker.sinceMs),
      };
      const key = { rule: COMMUNICATION_LOSS, subject: agent.id, metric: null };
      this.#judge(key, this.#rules.communicationLoss, since, nowMs);
    }
  }

  #judge(key: AlarmKey, rule: PresenceRule, { isOk, sinceMs }: Since, nowMs: number): void {
    const heldMs = nowMs - sinceMs;
    if (isOk && heldMs >= durationMs(rule.offDelay)) this.#register.clear(key, nowMs);
    if (isOk || heldMs < durationMs(rule.onDelay) || this.#register.active(key)) return;
    this.#register.trip(key, conditionOf(rule, key.subject), nowMs);
  }
}

function conditionOf({ severity, text }: PresenceRule, subject: string): Condition {
  return { severity, text: fillText(text, { subject }), value: null, limit: null, unit: null };
}
