import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { type Losses, parseLosses } from '../../edge/protocol/losses.ts';
import type { Range } from '../../edge/protocol/ranges.ts';
import type { ExplainedRecords, ExplanationPlace, LostValues } from './host.ts';

/** Records of a node that will not come, before that is written down. */
export interface Explanation extends Omit<ExplainedRecords, 'explainedMs'> {
  readonly node: string;
}

/**
 * A page, the latest first: what was written down at the time of the place before it, and what was earlier. Each is one
 * seek in the index, which SQLite takes only when told to: many are written down at the same time.
 */
export const PAGE_QUERIES = [
  'node = ? AND received_ms = ? AND (epoch, from_n) > (?, ?)',
  'node = ? AND received_ms < ?',
].map(
  (where) =>
    `SELECT * FROM tombstone INDEXED BY tombstone_latest WHERE ${where} ORDER BY received_ms DESC, epoch, from_n LIMIT ?`,
);

/** What is explained, in the state file: range by range, and what it means for each device. */
export class ExplanationTable {
  readonly #put: StatementSync;
  readonly #addLoss: StatementSync;
  readonly #count: StatementSync;
  readonly #any: StatementSync;
  readonly #sameTime: StatementSync;
  readonly #before: StatementSync;
  readonly #within: StatementSync;
  readonly #ofDevice: StatementSync;

  constructor(database: DatabaseSync) {
    this.#put = database.prepare(
      `INSERT OR REPLACE INTO tombstone
       (node, epoch, from_n, to_n, records, reason, devices, from_ms, to_ms, received_ms, losses)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#addLoss = database.prepare(
      `INSERT INTO device_loss (device, node, reason, metrics, records, from_ms, to_ms) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (device, node, reason, metrics) DO UPDATE SET records = records + excluded.records,
       from_ms = min(from_ms, excluded.from_ms), to_ms = max(to_ms, excluded.to_ms)`,
    );
    this.#count = database.prepare('SELECT count(*) AS count FROM tombstone WHERE node = ?');
    this.#any = database.prepare('SELECT 1 FROM tombstone WHERE node = ? AND epoch = ? LIMIT 1');
    const [sameTime = '', before = ''] = PAGE_QUERIES;
    this.#sameTime = database.prepare(sameTime);
    this.#before = database.prepare(before);
    this.#within = database.prepare(
      'SELECT losses FROM tombstone WHERE node = ? AND epoch = ? AND from_n BETWEEN ? AND ? AND losses IS NOT NULL',
    );
    this.#ofDevice = database.prepare('SELECT * FROM device_loss WHERE device = ? ORDER BY node, reason, metrics');
  }

  put(explanation: Explanation, receivedMs: number): void {
    const { node, epoch, range, reason, devices, fromMs, toMs, losses } = explanation;
    const records = range[1] - range[0] + 1;
    const times = [fromMs, toMs, receivedMs].map(Math.floor);
    const text = losses ? JSON.stringify(losses) : null;
    this.#put.run(node, epoch, range[0], range[1], records, reason, JSON.stringify(devices), ...times, text);
    for (const { metrics, devices: lost } of losses?.groups ?? []) {
      const names = JSON.stringify(metrics);
      for (const [device, count] of lost) {
        this.#addLoss.run(device, node, reason, names, count, Math.floor(fromMs), Math.floor(toMs));
      }
    }
  }

  /** How many explanations of a node there are. */
  count(node: string): number {
    return Number(this.#count.get(node)?.count ?? 0);
  }

  hasAny(node: string, epoch: string): boolean {
    return this.#any.get(node, epoch) !== undefined;
  }

  /** At most so many explanations of a node, the latest first, from behind a place on. */
  page(node: string, limit: number, after: ExplanationPlace | undefined): ExplainedRecords[] {
    const beforeMs = after?.explainedMs ?? Number.MAX_SAFE_INTEGER;
    const same = after ? this.#sameTime.all(node, after.explainedMs, after.epoch, after.firstN, limit) : [];
    const rest = same.length < limit ? this.#before.all(node, beforeMs, limit - same.length) : [];
    return [...same, ...rest].map(explanationOf);
  }

  /** What was told to be lost with records of a range. */
  lossesWithin(node: string, epoch: string, [from, to]: Range): Losses[] {
    return this.#within.all(node, epoch, from, to).flatMap(({ losses }) => parseLosses(String(losses)) ?? []);
  }

  /** What was lost of a device, by agent, reason and metric. */
  ofDevice(device: string): LostValues[] {
    const found = new Map<string, LostValues>();
    for (const row of this.#ofDevice.all(device)) {
      for (const metric of stringsOf(row.metrics)) {
        const [agent, reason] = [String(row.node), String(row.reason)];
        const key = [agent, reason, metric].join('\0');
        const lost = { agent, reason, metric, values: Number(row.records), ...timesOf(row) };
        found.set(key, joined(found.get(key), lost));
      }
    }
    return [...found.values()];
  }
}

function explanationOf(row: Record<string, unknown>): ExplainedRecords {
  return {
    epoch: String(row.epoch),
    range: [Number(row.from_n), Number(row.to_n)],
    reason: String(row.reason),
    devices: stringsOf(row.devices),
    ...timesOf(row),
    explainedMs: Number(row.received_ms),
    losses: typeof row.losses === 'string' ? parseLosses(row.losses) : undefined,
  };
}

function timesOf({ from_ms, to_ms }: Record<string, unknown>) {
  return { fromMs: Number(from_ms), toMs: Number(to_ms) };
}

/** A metric may have been read together with different others. */
function joined(known: LostValues | undefined, more: LostValues): LostValues {
  if (!known) return more;
  const [fromMs, toMs] = [Math.min(known.fromMs, more.fromMs), Math.max(known.toMs, more.toMs)];
  return { ...known, values: known.values + more.values, fromMs, toMs };
}

function stringsOf(json: unknown): string[] {
  const value: unknown = JSON.parse(String(json));
  return Array.isArray(value) ? value.map(String) : [];
}
