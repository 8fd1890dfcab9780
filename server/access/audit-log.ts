import type { DatabaseSync } from 'node:sqlite';
import type { GridClock } from '../../edge/platform/clock.ts';
import type { Actor } from './actor.ts';

/** What somebody did or tried to do. */
export interface AuditEntry {
  readonly actor: Actor;
  /** What, as in `agent.rebirth`. */
  readonly action: string;
  /** On what: the id of an agent, a device, … */
  readonly subject: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface AuditLog {
  /** On disk when it returns. */
  record(entry: AuditEntry): void;
}

export function openAuditLog(database: DatabaseSync, clock: GridClock): AuditLog {
  const insert = database.prepare('INSERT INTO audit (at_ms, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)');
  return {
    record({ actor, action, subject, detail }) {
      insert.run(clock.nowMs(), actor.name, action, subject, JSON.stringify(detail ?? {}));
    },
  };
}
