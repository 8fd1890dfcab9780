import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { Alert, AlertEvent } from '../live/protocol.ts';
import type { AlertPosition } from './alert-service.ts';
import type { AlarmFacts } from './facts.ts';

/** The alarm that an alert is an occurrence of. */
export interface AlarmKey {
  readonly rule: string;
  /** Device or agent. */
  readonly subject: string;
  readonly metric: string | null;
}

/** An alarm that is not plainly normal, and its newest occurrence. */
export interface StoredAlarm extends AlarmKey {
  readonly facts: AlarmFacts;
  readonly alert: Alert | undefined;
}

/** What was decided about an alarm: one event, and what is so after it. */
export interface Decision {
  readonly event: AlertEvent;
  readonly sourceMs: number;
  readonly actor: string;
  readonly reason: string | null;
  /** When it is acknowledged by this event: by whom. */
  readonly acknowledgedBy: string | null;
  /** The occurrence that stands in its place from now on. */
  readonly supersededBy: string | null;
  /** Facts of the alarm after the event; undefined when it is plainly normal and need not be remembered. */
  readonly facts: AlarmFacts | undefined;
}

const EVENT_COLUMNS = 'seq, epoch, transition, at_ms, snapshot';

/** The event log and the tables that follow from it, in the state file. What `append` returned from is durable. */
export class AlarmLog {
  readonly #database: DatabaseSync;
  readonly #epoch: string;
  readonly #insertEvent: StatementSync;
  readonly #putAlert: StatementSync;
  readonly #putAlarm: StatementSync;
  readonly #dropAlarm: StatementSync;
  readonly #eventAt: StatementSync;
  readonly #eventsAfter: StatementSync;

  constructor(database: DatabaseSync, epoch: string) {
    this.#database = database;
    this.#epoch = epoch;
    this.#insertEvent = database.prepare(
      `INSERT INTO alert_event (seq, epoch, alert, transition, at_ms, source_ms, actor, reason, snapshot)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#putAlert = database.prepare(
      `INSERT INTO alert (seq, id, rule, subject, metric, severity, text_en, text_zh, value, limit_value, unit, state, active,
         acknowledged, raised_ms, cleared_ms, acknowledged_ms, acknowledged_by, superseded_by)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, text_en = excluded.text_en,
         text_zh = excluded.text_zh, value = excluded.value, limit_value = excluded.limit_value, state = excluded.state,
         active = excluded.active, acknowledged = excluded.acknowledged, cleared_ms = excluded.cleared_ms,
         acknowledged_ms = coalesce(excluded.acknowledged_ms, acknowledged_ms),
         acknowledged_by = coalesce(excluded.acknowledged_by, acknowledged_by),
         superseded_by = coalesce(excluded.superseded_by, superseded_by)`,
    );
    this.#putAlarm = database.prepare(
      `INSERT OR REPLACE INTO alarm (rule, subject, metric, alert, active, acknowledged, shelved_until_ms, shelved_by,
         shelved_reason, suppressed, out_of_service) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#dropAlarm = database.prepare('DELETE FROM alarm WHERE rule = ? AND subject = ? AND metric = ?');
    this.#eventAt = database.prepare('SELECT epoch FROM alert_event WHERE seq = ?');
    this.#eventsAfter = database.prepare(`SELECT ${EVENT_COLUMNS} FROM alert_event WHERE seq > ? ORDER BY seq LIMIT ?`);
  }

  /** The last event's position; before the first event of all, 0 of this run. */
  get end(): AlertPosition {
    const row = this.#database.prepare('SELECT seq, epoch FROM alert_event ORDER BY seq DESC LIMIT 1').get();
    return row ? { epoch: String(row.epoch), seq: Number(row.seq) } : { epoch: this.#epoch, seq: 0 };
  }

  /** Writes decisions in one transaction; when it throws, nothing of them is there. */
  append(decisions: readonly Decision[]): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const decision of decisions) this.#write(decision);
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Alarms that are not plainly normal. */
  alarms(): StoredAlarm[] {
    const rows = this.#database.prepare('SELECT * FROM alarm').all();
    const find = this.#database.prepare('SELECT * FROM alert WHERE id = ?');
    return rows.map((row) => {
      const alert = row.alert === null ? undefined : find.get(String(row.alert));
      return { ...keyOf(row), facts: factsOf(row), alert: alert && alertOf(alert) };
    });
  }

  /** Events after a position, oldest first; undefined when the position is none of this log. */
  eventsAfter(position: AlertPosition, limit: number): AlertEvent[] | undefined {
    if (!this.#has(position)) return undefined;
    return this.#eventsAfter.all(position.seq, limit).map(eventOf);
  }

  /**
   * Drops the oldest events, those from before `beforeMs` and those beyond `maxEvents`, and the alerts that were raised by
   * them and are normal by now; `maxRows` of each at a time. Returns how many rows went.
   */
  prune(beforeMs: number, maxEvents: number, maxRows: number): number {
    const cut = this.#database
      .prepare(
        `SELECT max(coalesce((SELECT seq FROM alert_event WHERE at_ms >= ?1 ORDER BY seq LIMIT 1), (SELECT max(seq)
           FROM alert_event)), (SELECT max(seq) FROM alert_event) - ?2 + 1) AS seq`,
      )
      .get(beforeMs, maxEvents)?.seq;
    if (typeof cut !== 'number') return 0;
    const dropEvents = `DELETE FROM alert_event WHERE seq IN
      (SELECT seq FROM alert_event WHERE seq < ?1 ORDER BY seq LIMIT ?2)`;
    const dropAlerts = `DELETE FROM alert WHERE seq IN
      (SELECT seq FROM alert WHERE seq < ?1 AND state = 'A' ORDER BY seq LIMIT ?2)`;
    const dropped = [dropEvents, dropAlerts].map((sql) => this.#database.prepare(sql).run(cut, maxRows).changes);
    return dropped.reduce<number>((sum, changes) => sum + Number(changes), 0);
  }

  #has({ epoch, seq }: AlertPosition): boolean {
    if (seq > 0) return this.#eventAt.get(seq)?.epoch === epoch;
    const first = this.#database.prepare('SELECT min(seq) AS seq FROM alert_event').get()?.seq;
    return epoch === this.#epoch && (first === null || first === 1);
  }

  #write({ event, sourceMs, actor, reason, acknowledgedBy, supersededBy, facts }: Decision): void {
    const { epoch, seq, transition, atMs, alert } = event;
    const { id, rule, subject, metric, severity, text, value, limit, unit, state } = alert;
    const flags = [Number(alert.active), Number(alert.acknowledged)] as const;
    const acknowledgedMs = acknowledgedBy === null ? null : atMs;
    const snapshot = JSON.stringify(alert);
    this.#insertEvent.run(seq, epoch, id, transition, atMs, sourceMs, actor, reason, snapshot);
    this.#putAlert.run(
      ...[seq, id, rule, subject, metric, severity, text.en, text.zh, value, limit, unit, state, ...flags],
      ...[alert.raisedMs, alert.clearedMs, acknowledgedMs, acknowledgedBy, supersededBy],
    );
    if (supersededBy !== null) return;
    if (facts === undefined) this.#dropAlarm.run(rule, subject, metric ?? '');
    else this.#putFacts(rule, subject, metric ?? '', id, facts);
  }

  #putFacts(rule: string, subject: string, metric: string, alert: string, facts: AlarmFacts): void {
    const { active, acknowledged, shelved, suppressed, outOfService } = facts;
    this.#putAlarm.run(
      ...[rule, subject, metric, alert, Number(active), Number(acknowledged)],
      ...[shelved?.untilMs ?? null, shelved?.by ?? null, shelved?.reason ?? null],
      ...[Number(suppressed), Number(outOfService)],
    );
  }
}

type Row = Record<string, SQLOutputValue>;

function keyOf(row: Row): AlarmKey {
  return { rule: String(row.rule), subject: String(row.subject), metric: textOrNull(row.metric || null) };
}

function factsOf(row: Row): AlarmFacts {
  const shelved =
    row.shelved_until_ms === null
      ? undefined
      : { untilMs: Number(row.shelved_until_ms), by: String(row.shelved_by), reason: String(row.shelved_reason) };
  return {
    active: row.active === 1,
    acknowledged: row.acknowledged === 1,
    shelved,
    suppressed: row.suppressed === 1,
    outOfService: row.out_of_service === 1,
  };
}

function eventOf(row: Row): AlertEvent {
  return {
    epoch: String(row.epoch),
    seq: Number(row.seq),
    transition: row.transition as AlertEvent['transition'],
    atMs: Number(row.at_ms),
    alert: JSON.parse(String(row.snapshot)) as Alert,
  };
}

/** A row of `alert` as the stream and the API show it. */
export function alertOf(row: Row): Alert {
  return {
    id: String(row.id),
    ...keyOf(row),
    severity: row.severity as Alert['severity'],
    text: { en: String(row.text_en), zh: String(row.text_zh) },
    value: numberOrNull(row.value),
    limit: numberOrNull(row.limit_value),
    unit: textOrNull(row.unit),
    state: row.state as Alert['state'],
    active: row.active === 1,
    acknowledged: row.acknowledged === 1,
    raisedMs: Number(row.raised_ms),
    clearedMs: numberOrNull(row.cleared_ms),
  };
}

function numberOrNull(value: SQLOutputValue | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function textOrNull(value: SQLOutputValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
