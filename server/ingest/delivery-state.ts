import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { PollClass } from '../../edge/protocol/quantities.ts';
import type { Range } from '../../edge/protocol/ranges.ts';
import { type Restoration, restorationOf } from '../state/restoration.ts';
import type { RunSum, Surplus } from './ended-runs.ts';
import { ExplanationFold, type ExplanationLimits, type Folded } from './explanation-fold.ts';
import { ExplanationTable } from './explanation-table.ts';
import type { ClockFence } from './run-clock.ts';

export interface StreamRow {
  readonly node: string;
  readonly epoch: string;
  readonly lastN: number;
  readonly closed: boolean;
  /** The store has forgotten its ranges; `stored` and `explained` are what they were. */
  readonly forgotten: boolean;
  readonly stored: number;
  readonly explained: number;
}

export interface FenceRow extends ClockFence {
  readonly node: string;
  readonly epoch: string;
  readonly device: string;
  readonly pollClass: PollClass;
}

/** What the host remembers of deliveries in the state file, beside the ranges that the store owns. */
export class DeliveryState {
  readonly explanations: ExplanationTable;
  readonly folds: ExplanationFold;
  readonly #database: DatabaseSync;
  readonly #putStream: StatementSync;
  readonly #putFence: StatementSync;
  readonly #addRejected: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.explanations = new ExplanationTable(database);
    this.folds = new ExplanationFold(database);
    this.#putStream = database.prepare(
      `INSERT INTO delivery_stream (node, epoch, last_n, closed, forgotten, stored, explained, seen_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (node, epoch) DO UPDATE SET last_n = excluded.last_n,
       closed = excluded.closed, forgotten = excluded.forgotten, stored = excluded.stored,
       explained = excluded.explained, seen_ms = excluded.seen_ms`,
    );
    this.#putFence = database.prepare(
      `INSERT OR IGNORE INTO clock_conflict (node, epoch, device, poll_class, after_n, until_ms, seen_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#addRejected = database.prepare(
      `INSERT INTO agent (agent, epoch, first_seen_ms, last_seen_ms, rejected_values) VALUES (?, NULL, ?, ?, ?)
       ON CONFLICT (agent) DO UPDATE SET rejected_values = rejected_values + excluded.rejected_values`,
    );
  }

  /** Undefined when this state never came from a backup. */
  restoration(): Restoration | undefined {
    return restorationOf(this.#database);
  }

  /** In the order in which they were written last. */
  streams(): StreamRow[] {
    const rows = this.#database.prepare('SELECT * FROM delivery_stream ORDER BY seen_ms').all();
    return rows.map((row) => ({
      node: String(row.node),
      epoch: String(row.epoch),
      lastN: Number(row.last_n),
      closed: row.closed === 1,
      forgotten: row.forgotten === 1,
      stored: Number(row.stored),
      explained: Number(row.explained),
    }));
  }

  /** Ranges explained, in ascending order. */
  explained(): { node: string; epoch: string; range: Range; reason: string }[] {
    const columns = 'node, epoch, from_n, to_n, reason';
    const rows = this.#database
      .prepare(`SELECT ${columns} FROM tombstone UNION ALL SELECT ${columns} FROM explained_range ORDER BY from_n`)
      .all();
    return rows.map((row) => ({
      node: String(row.node),
      epoch: String(row.epoch),
      range: [Number(row.from_n), Number(row.to_n)] as const,
      reason: String(row.reason),
    }));
  }

  fences(): FenceRow[] {
    const rows = this.#database.prepare('SELECT * FROM clock_conflict').all();
    return rows.map((row) => ({
      node: String(row.node),
      epoch: String(row.epoch),
      device: String(row.device),
      pollClass: row.poll_class === 'registers' ? 'registers' : 'fast',
      afterN: Number(row.after_n),
      untilMs: Number(row.until_ms),
    }));
  }

  rejectedValues(): Map<string, number> {
    const rows = this.#database.prepare('SELECT agent, rejected_values FROM agent WHERE rejected_values > 0').all();
    return new Map(rows.map((row) => [String(row.agent), Number(row.rejected_values)]));
  }

  /** Several writes as one: all of it is durable when it returns. */
  transaction<T>(write: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const result = write();
      this.#database.exec('COMMIT');
      return result;
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  putStream(row: StreamRow, seenMs: number): void {
    const { node, epoch, lastN, closed, forgotten, stored, explained } = row;
    this.#putStream.run(node, epoch, lastN, closed ? 1 : 0, forgotten ? 1 : 0, stored, explained, Math.floor(seenMs));
  }

  putFence(fence: FenceRow, seenMs: number): void {
    const { node, epoch, device, pollClass, afterN, untilMs } = fence;
    this.#putFence.run(node, epoch, device, pollClass, afterN, Math.floor(untilMs), Math.floor(seenMs));
  }

  endedRuns(): { readonly node: string; readonly sum: RunSum }[] {
    const rows = this.#database.prepare('SELECT * FROM ended_runs').all();
    return rows.map(({ node, runs, last_n, stored, explained }) => ({
      node: String(node),
      sum: { runs: Number(runs), lastN: Number(last_n), stored: Number(stored), explained: Number(explained) },
    }));
  }

  /** One step of keeping the limits for a node, as one write; what is surplus stands in the sum of its ended runs then. */
  fold(node: string, limits: ExplanationLimits, surplus: Surplus | undefined, nowMs: number): Folded {
    return this.transaction(() => {
      const folded = this.folds.fold(node, limits, nowMs);
      this.#dropForgotten(node);
      if (surplus) this.#putEndedRuns(node, surplus);
      return folded;
    });
  }

  #putEndedRuns(node: string, { sum: { runs, lastN, stored, explained }, epochs }: Surplus): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO ended_runs (node, runs, last_n, stored, explained) VALUES (?, ?, ?, ?, ?)')
      .run(node, runs, lastN, stored, explained);
    const drop = this.#database.prepare('DELETE FROM delivery_stream WHERE node = ? AND epoch = ? AND forgotten = 1');
    for (const epoch of epochs) drop.run(node, epoch);
  }

  /** What only runs need whose numbers still count. */
  #dropForgotten(node: string): void {
    for (const table of ['clock_conflict', 'explained_range']) {
      this.#database
        .prepare(
          `DELETE FROM ${table} WHERE node = ?1 AND epoch IN
           (SELECT epoch FROM delivery_stream WHERE node = ?1 AND forgotten = 1)`,
        )
        .run(node);
    }
  }

  addRejected(agent: string, values: number, seenMs: number): void {
    this.#addRejected.run(agent, Math.floor(seenMs), Math.floor(seenMs), values);
  }
}
