import type { GridClock } from '../../edge/platform/clock.ts';
import type { Alert, AlertEvent } from '../live/protocol.ts';
import type { AlarmKey, Decision, StoredAlarm } from './alarm-log.ts';
import type { AlertPosition } from './alert-service.ts';
import { type AlarmFacts, apply, NORMAL, stateOf, type Trigger } from './facts.ts';
import type { BilingualText } from './rules-schema.ts';

/** Who decides when no person does. */
export const SYSTEM = 'system';

/** Decisions that may wait for the disk; above it nothing new is decided until they are written. */
const MAX_PENDING = 50_000;

/** What an alarm says about its condition now. */
export interface Condition {
  readonly severity: Alert['severity'];
  readonly text: BilingualText;
  readonly value: number | null;
  readonly limit: number | null;
  readonly unit: string | null;
}

export interface RegisterOptions {
  readonly epoch: string;
  readonly gridClock: GridClock;
  readonly end: AlertPosition;
  readonly alarms: readonly StoredAlarm[];
  /** There is something to write. */
  readonly onPending: () => void;
}

interface Alarm {
  readonly key: AlarmKey;
  facts: AlarmFacts;
  alert: Alert | undefined;
}

interface Happening {
  readonly transition: AlertEvent['transition'];
  readonly sourceMs: number;
  readonly actor?: string;
  readonly reason?: string | undefined;
  readonly supersededBy?: string;
}

/**
 * All alarms that are not plainly normal: turns what the watches find into numbered decisions, by the rules of facts.ts.
 * Decisions wait here until they are written; nobody else sees them before.
 */
export class AlarmRegister {
  readonly #options: RegisterOptions;
  readonly #alarms = new Map<string, Alarm>();
  readonly #byAlert = new Map<string, Alarm>();
  #pending: Decision[] = [];
  #seq: number;
  #occurrences = 0;

  constructor(options: RegisterOptions) {
    this.#options = options;
    this.#seq = options.end.seq;
    for (const { facts, alert, rule, subject, metric } of options.alarms) {
      this.#keep({ key: { rule, subject, metric }, facts, alert });
    }
  }

  /** Whether so much waits for the disk that nothing more should be decided. */
  get isFull(): boolean {
    return this.#pending.length >= MAX_PENDING;
  }

  get pendingCount(): number {
    return this.#pending.length;
  }

  /** The newest occurrence of an alarm whose condition holds. */
  active(key: AlarmKey): Alert | undefined {
    const alarm = this.#alarms.get(keyText(key));
    return alarm?.facts.active ? alarm.alert : undefined;
  }

  /** Alarms whose condition holds. */
  *allActive(): Iterable<AlarmKey> {
    for (const { key, facts } of this.#alarms.values()) if (facts.active) yield key;
  }

  /** The condition has come; nothing when it was there already. Each activation is a new occurrence. */
  trip(key: AlarmKey, condition: Condition, sourceMs: number): void {
    const alarm = this.#alarms.get(keyText(key)) ?? { key, facts: NORMAL, alert: undefined };
    const facts = apply(alarm.facts, { kind: 'trip' });
    if (facts === alarm.facts) return;
    const id = `${this.#options.epoch.slice(0, 8)}-${++this.#occurrences}`;
    if (alarm.alert) this.#supersede(alarm, alarm.alert, id, sourceMs);
    alarm.facts = facts;
    alarm.alert = { ...newAlert(id, key), ...condition, raisedMs: Math.round(sourceMs) };
    this.#keep(alarm);
    this.#decide(alarm, alarm.alert, { transition: 'raised', sourceMs });
  }

  /** The condition has gone. */
  clear(key: AlarmKey, sourceMs: number, reason?: string): void {
    const alarm = this.#alarms.get(keyText(key));
    if (!alarm?.facts.active || !alarm.alert) return;
    const alert = { ...alarm.alert, clearedMs: Math.round(sourceMs) };
    this.#change(alarm, alert, { kind: 'clear' }, { transition: 'cleared', sourceMs, reason });
  }

  /** The condition has become worse or less bad. */
  rate(key: AlarmKey, condition: Condition, isWorse: boolean, sourceMs: number): void {
    const alarm = this.#alarms.get(keyText(key));
    if (!alarm?.facts.active || !alarm.alert) return;
    const trigger: Trigger | undefined = isWorse ? { kind: 'severityRises' } : undefined;
    this.#change(alarm, { ...alarm.alert, ...condition }, trigger, { transition: 'severity', sourceMs });
  }

  /** Returns whether this acknowledged something. */
  acknowledge(alertId: string, actor: string, reason: string | undefined): boolean {
    const alarm = this.#byAlert.get(alertId);
    if (!alarm?.alert || apply(alarm.facts, { kind: 'acknowledge' }) === alarm.facts) return false;
    const sourceMs = this.#options.gridClock.nowMs();
    this.#change(alarm, alarm.alert, { kind: 'acknowledge' }, { transition: 'acknowledged', sourceMs, actor, reason });
    return true;
  }

  /** The oldest decisions that wait; `written` takes them off. */
  pending(limit: number): readonly Decision[] {
    return this.#pending.slice(0, limit);
  }

  written(count: number): void {
    this.#pending = this.#pending.slice(count);
  }

  #change(alarm: Alarm, alert: Alert, trigger: Trigger | undefined, happening: Happening): void {
    if (trigger) alarm.facts = apply(alarm.facts, trigger);
    alarm.alert = alert;
    this.#decide(alarm, alert, happening);
    if (isPlain(alarm.facts)) this.#forget(alarm);
  }

  /** An occurrence that had returned and was not acknowledged ends when the next one begins: one place in every list. */
  #supersede(alarm: Alarm, alert: Alert, supersededBy: string, sourceMs: number): void {
    this.#byAlert.delete(alert.id);
    this.#push({ ...alert, state: 'A' }, alarm.facts, { transition: 'superseded', sourceMs, supersededBy });
  }

  #decide(alarm: Alarm, alert: Alert, happening: Happening): void {
    const { active, acknowledged } = alarm.facts;
    alarm.alert = { ...alert, state: stateOf(alarm.facts), active, acknowledged };
    this.#push(alarm.alert, alarm.facts, happening);
  }

  #push(alert: Alert, facts: AlarmFacts, happening: Happening): void {
    const { transition, sourceMs, actor = SYSTEM, reason = null, supersededBy = null } = happening;
    const { epoch, gridClock } = this.#options;
    const event = { epoch, seq: ++this.#seq, transition, atMs: Math.round(gridClock.nowMs()), alert };
    this.#pending.push({
      event,
      sourceMs: Math.round(sourceMs),
      actor,
      reason,
      acknowledgedBy: transition === 'acknowledged' ? actor : null,
      supersededBy,
      facts: isPlain(facts) ? undefined : facts,
    });
    this.#options.onPending();
  }

  #keep(alarm: Alarm): void {
    this.#alarms.set(keyText(alarm.key), alarm);
    if (alarm.alert) this.#byAlert.set(alarm.alert.id, alarm);
  }

  #forget(alarm: Alarm): void {
    this.#alarms.delete(keyText(alarm.key));
    if (alarm.alert) this.#byAlert.delete(alarm.alert.id);
  }
}

function keyText({ rule, subject, metric }: AlarmKey): string {
  return `${rule}\0${subject}\0${metric ?? ''}`;
}

function isPlain(facts: AlarmFacts): boolean {
  return stateOf(facts) === 'A';
}

function newAlert(id: string, key: AlarmKey): Omit<Alert, keyof Condition | 'raisedMs'> {
  return { id, ...key, state: 'B', active: true, acknowledged: false, clearedMs: null };
}
