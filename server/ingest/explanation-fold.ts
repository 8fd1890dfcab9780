import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { lostValues, parseLosses } from '../../edge/protocol/losses.ts';
import { type Range, RangeSet } from '../../edge/protocol/ranges.ts';
import type { FoldedExplanations } from './host.ts';

/** How much of what is explained stands row by row, for each agent. */
export interface ExplanationLimits {
  readonly maxExplanations: number;
  /** Of the devices and losses that they name, as they are written. */
  readonly maxExplanationBytes: number;
  /** Rows of what was lost, by device, reason and set of metrics. */
  readonly maxDeviceLosses: number;
  /** Explanations that were written down earlier, and losses of devices whose last reading is older, go. */
  readonly maxExplanationAgeMs: number;
}

/** Rows that were summed up. */
export interface Folded {
  readonly explanations: number;
  readonly losses: number;
}

/** Rows of a table in one step: it stops the server for as long as it takes. */
export const FOLD_STEP_ROWS = 200;

// Losses may be as long as a message: only their length is looked at, which SQLite knows without reading them.
const BEYOND = `
  SELECT epoch, from_n FROM (
    SELECT epoch, from_n, received_ms, row_number() OVER latest AS place,
      sum(octet_length(devices) + coalesce(octet_length(losses), 0)) OVER latest AS bytes
    FROM tombstone WHERE node = ?1 WINDOW latest AS (ORDER BY received_ms DESC, epoch, from_n)
  ) WHERE place > ?2 OR bytes > ?3 OR received_ms < ?4 ORDER BY place DESC LIMIT ${FOLD_STEP_ROWS}`;

/**
 * Sums up, by agent and reason, what is beyond the limits. What the delivery's books need stays: of runs whose numbers
 * still count, the ranges; of all, how many records. An explanation of which an agent tells more after it was summed up
 * counts its values again; agents tell of one until it is acknowledged, which takes seconds.
 */
export class ExplanationFold {
  readonly #beyond: StatementSync;
  readonly #take: StatementSync;
  readonly #add: StatementSync;
  readonly #isForgotten: StatementSync;
  readonly #ranges: StatementSync;
  readonly #dropRanges: StatementSync;
  readonly #putRange: StatementSync;
  readonly #lossesBeyond: StatementSync;
  readonly #dropLoss: StatementSync;
  readonly #sums: StatementSync;

  constructor(database: DatabaseSync) {
    this.#beyond = database.prepare(BEYOND);
    this.#take = database.prepare('DELETE FROM tombstone WHERE node = ? AND epoch = ? AND from_n = ? RETURNING *');
    this.#add = database.prepare(
      `INSERT INTO explanation_sum (node, reason, explanations, records, lost_values, device_values, from_ms, to_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (node, reason) DO UPDATE SET
       explanations = explanations + excluded.explanations, records = records + excluded.records,
       lost_values = lost_values + excluded.lost_values, device_values = device_values + excluded.device_values,
       from_ms = min(coalesce(from_ms, excluded.from_ms), coalesce(excluded.from_ms, from_ms)),
       to_ms = max(coalesce(to_ms, excluded.to_ms), coalesce(excluded.to_ms, to_ms))`,
    );
    this.#isForgotten = database.prepare(
      'SELECT 1 FROM delivery_stream WHERE node = ? AND epoch = ? AND forgotten = 1',
    );
    const ofRun = 'explained_range WHERE node = ? AND epoch = ? AND reason = ?';
    this.#ranges = database.prepare(`SELECT from_n, to_n FROM ${ofRun}`);
    this.#dropRanges = database.prepare(`DELETE FROM ${ofRun}`);
    this.#putRange = database.prepare(
      'INSERT INTO explained_range (node, epoch, reason, from_n, to_n) VALUES (?, ?, ?, ?, ?)',
    );
    this.#lossesBeyond = database.prepare(
      `SELECT * FROM (SELECT * FROM device_loss WHERE node = ?1 ORDER BY to_ms DESC, device LIMIT ${FOLD_STEP_ROWS} OFFSET ?2)
       UNION SELECT * FROM (SELECT * FROM device_loss WHERE node = ?1 AND to_ms > 0 AND to_ms < ?3 ORDER BY to_ms
       LIMIT ${FOLD_STEP_ROWS})`,
    );
    this.#dropLoss = database.prepare(
      'DELETE FROM device_loss WHERE device = ? AND node = ? AND reason = ? AND metrics = ?',
    );
    this.#sums = database.prepare('SELECT * FROM explanation_sum WHERE node = ? ORDER BY reason');
  }

  /** One step, within a transaction of the caller's. There is more to do when a count is `FOLD_STEP_ROWS` or above. */
  fold(node: string, limits: ExplanationLimits, nowMs: number): Folded {
    const beforeMs = Math.floor(nowMs - limits.maxExplanationAgeMs);
    return {
      explanations: this.#foldExplanations(node, limits, beforeMs),
      losses: this.#foldLosses(node, limits, beforeMs),
    };
  }

  /** What was summed up of a node, by reason. */
  sums(node: string): FoldedExplanations[] {
    return this.#sums.all(node).map((row) => ({
      reason: String(row.reason),
      explanations: Number(row.explanations),
      records: Number(row.records),
      values: Number(row.lost_values),
      deviceValues: Number(row.device_values),
      ...(row.from_ms !== null && row.to_ms !== null && { fromMs: Number(row.from_ms), toMs: Number(row.to_ms) }),
    }));
  }

  #foldExplanations(node: string, limits: ExplanationLimits, beforeMs: number): number {
    const { maxExplanations, maxExplanationBytes } = limits;
    const keys = this.#beyond.all(node, maxExplanations, maxExplanationBytes, beforeMs);
    const kept = new Map<string, { epoch: string; reason: string; ranges: Range[] }>();
    for (const key of keys) {
      const [epoch, fromN] = [String(key.epoch), Number(key.from_n)];
      const row = this.#take.get(node, epoch, fromN) ?? {};
      const reason = String(row.reason);
      const losses = typeof row.losses === 'string' ? parseLosses(row.losses) : undefined;
      const values = losses ? lostValues(losses) : 0;
      this.#add.run(node, reason, 1, Number(row.records), values, 0, ...timesOf(row));
      if (this.#isForgotten.get(node, epoch)) continue;
      const run = kept.get(`${reason} ${epoch}`) ?? { epoch, reason, ranges: [] };
      run.ranges.push([fromN, Number(row.to_n)]);
      kept.set(`${reason} ${epoch}`, run);
    }
    for (const { epoch, reason, ranges } of kept.values()) this.#keepRanges(node, epoch, reason, ranges);
    return keys.length;
  }

  /** Neighbours become one. */
  #keepRanges(node: string, epoch: string, reason: string, ranges: readonly Range[]): void {
    const all = new RangeSet(ranges);
    for (const row of this.#ranges.all(node, epoch, reason)) all.add(Number(row.from_n), Number(row.to_n));
    this.#dropRanges.run(node, epoch, reason);
    for (const [from, to] of all.toArray()) this.#putRange.run(node, epoch, reason, from, to);
  }

  #foldLosses(node: string, { maxDeviceLosses }: ExplanationLimits, beforeMs: number): number {
    const rows = this.#lossesBeyond.all(node, maxDeviceLosses, beforeMs);
    for (const row of rows) {
      const metrics: unknown = JSON.parse(String(row.metrics));
      const values = Number(row.records) * (Array.isArray(metrics) ? metrics.length : 0);
      this.#add.run(node, String(row.reason), 0, 0, 0, values, ...timesOf(row));
      this.#dropLoss.run(String(row.device), node, String(row.reason), String(row.metrics));
    }
    return rows.length;
  }
}

/** First and last reading time; null when they are not known. */
function timesOf({ from_ms, to_ms }: Record<string, unknown>): [number | null, number | null] {
  const [fromMs, toMs] = [Number(from_ms), Number(to_ms)];
  return fromMs === 0 && toMs === 0 ? [null, null] : [fromMs, toMs];
}
