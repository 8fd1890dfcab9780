import type { DatabaseSync } from 'node:sqlite';
import { GridwardenError } from '../../edge/platform/errors.ts';
import type { Alert } from '../live/protocol.ts';
import { alertOf } from './alarm-log.ts';
import type { AlertQuery } from './alert-service.ts';
import type { AlarmState } from './facts.ts';

const ALL: readonly AlarmState[] = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
const NOT_NORMAL: readonly AlarmState[] = ['B', 'C', 'D', 'E', 'F', 'G'];

/** Alerts as the API lists them, newest first. */
export class AlertQueries {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  find(id: string): Alert | undefined {
    const row = this.#database.prepare('SELECT * FROM alert WHERE id = ?').get(id);
    return row && alertOf(row);
  }

  notNormal(): Alert[] {
    const rows = this.#database
      .prepare("SELECT * FROM alert WHERE state <> 'A' ORDER BY raised_ms DESC, seq DESC")
      .all();
    return rows.map(alertOf);
  }

  countNotNormal(): number {
    return Number(this.#database.prepare("SELECT count(*) AS count FROM alert WHERE state <> 'A'").get()?.count);
  }

  list({ states, fromMs, limit, after }: AlertQuery): Alert[] {
    const wanted = states ?? (fromMs === undefined ? NOT_NORMAL : ALL);
    const conditions = ['state IN (SELECT value FROM json_each(?1))', 'raised_ms >= ?2', '(raised_ms, seq) < (?3, ?4)'];
    // The index of what is not normal is used only where the question says so itself.
    if (!wanted.includes('A')) conditions.push("state <> 'A'");
    const { raisedMs, seq } = this.#place(after);
    const sql = `SELECT * FROM alert WHERE ${conditions.join(' AND ')} ORDER BY raised_ms DESC, seq DESC LIMIT ?5`;
    const rows = this.#database
      .prepare(sql)
      .all(JSON.stringify(wanted), fromMs ?? Number.MIN_SAFE_INTEGER, raisedMs, seq, limit);
    return rows.map(alertOf);
  }

  /** Where the page before ended. */
  #place(after: string | undefined): { raisedMs: number; seq: number } {
    if (after === undefined) return { raisedMs: Number.MAX_SAFE_INTEGER, seq: 0 };
    const row = this.#database.prepare('SELECT raised_ms, seq FROM alert WHERE id = ?').get(after);
    if (row) return { raisedMs: Number(row.raised_ms), seq: Number(row.seq) };
    throw new GridwardenError('REQUEST_INVALID', `The alert ${after} is no longer kept; list from the beginning again`);
  }
}
