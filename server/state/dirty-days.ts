import type { DatabaseSync } from 'node:sqlite';
import type { GridClock } from '../../edge/platform/clock.ts';
import { laterDay, localDay } from './local-days.ts';

/** Why days have to be computed anew. */
export const DIRTY_REASONS = ['grid', 'import'] as const;
export type DirtyReason = (typeof DIRTY_REASONS)[number];

/** Days of a device of which something derived is no longer right; both days included, local dates of the district. */
export interface DirtyDays {
  /** Names this mark: days that are marked again have another. */
  readonly mark: number;
  readonly device: string;
  readonly fromDay: string;
  readonly toDay: string;
  /** Of the latest of the marks that became this one. */
  readonly reason: DirtyReason;
  readonly markedMs: number;
}

/** [fromMs, toMs) of a device. */
export interface DirtySpan {
  readonly device: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Ranges of one device; beyond that they become one, with the days between them. */
const MAX_RANGES_PER_DEVICE = 50;

export interface DirtyOptions {
  readonly timeZone: string;
  /** Longest retention: what is older is nobody's to compute. */
  readonly keptMs: number;
  readonly gridClock: GridClock;
}

/**
 * The days that have to be computed anew, by device, in the state file. `mark` writes within the transaction that is open, so
 * that what changes and its mark are one; days that touch or overlap become one range with a new mark. Who computes takes
 * ranges, and settles each by its mark: one that was marked again meanwhile stays.
 */
export class DirtyDayTable {
  readonly #options: DirtyOptions;
  readonly #touching;
  readonly #remove;
  readonly #insert;
  readonly #count;
  readonly #hull;
  readonly #next;
  readonly #total;
  readonly #days = new Map<number, string>();

  constructor(database: DatabaseSync, options: DirtyOptions) {
    this.#options = options;
    this.#touching = database.prepare(
      'SELECT mark, from_day, to_day FROM dirty_day WHERE device = ? AND from_day <= ? AND to_day >= ?',
    );
    this.#remove = database.prepare('DELETE FROM dirty_day WHERE mark = ?');
    this.#insert = database.prepare(
      'INSERT INTO dirty_day (device, from_day, to_day, reason, marked_ms) VALUES (?, ?, ?, ?, ?)',
    );
    this.#count = database.prepare('SELECT count(*) AS n FROM dirty_day WHERE device = ?');
    this.#hull = database.prepare('SELECT min(from_day) AS a, max(to_day) AS b FROM dirty_day WHERE device = ?');
    this.#next = database.prepare('SELECT * FROM dirty_day ORDER BY mark LIMIT ?');
    this.#total = database.prepare('SELECT count(*) AS n FROM dirty_day');
  }

  /** Marks the days that spans lie in, as far as they are kept and not in the future. */
  mark(spans: Iterable<DirtySpan>, reason: DirtyReason): void {
    const nowMs = this.#options.gridClock.nowMs();
    const keptMs = nowMs - this.#options.keptMs;
    for (const { device, fromMs, toMs } of spans) {
      const [begin, end] = [Math.max(fromMs, keptMs), Math.min(toMs, nowMs + 1)];
      if (begin < end) this.#add(device, this.#dayOf(begin), this.#dayOf(end - 1), reason, nowMs);
    }
  }

  /** The oldest marks, as many as asked for. */
  take(limit: number): DirtyDays[] {
    return this.#next.all(limit).map((row) => ({
      mark: Number(row.mark),
      device: String(row.device),
      fromDay: String(row.from_day),
      toDay: String(row.to_day),
      reason: DIRTY_REASONS.find((one) => one === row.reason) ?? 'import',
      markedMs: Number(row.marked_ms),
    }));
  }

  /** The days of a mark are computed; false: they were marked again meanwhile, and stay. */
  settle(mark: number): boolean {
    return Number(this.#remove.run(mark).changes) > 0;
  }

  /** Ranges that wait. */
  get size(): number {
    return Number(this.#total.get()?.n ?? 0);
  }

  #add(device: string, fromDay: string, toDay: string, reason: DirtyReason, nowMs: number): void {
    let [from, to] = [fromDay, toDay];
    for (const row of this.#touching.all(device, laterDay(toDay, 1), laterDay(fromDay, -1))) {
      if (String(row.from_day) < from) from = String(row.from_day);
      if (String(row.to_day) > to) to = String(row.to_day);
      this.#remove.run(Number(row.mark));
    }
    this.#insert.run(device, from, to, reason, Math.floor(nowMs));
    if (Number(this.#count.get(device)?.n ?? 0) > MAX_RANGES_PER_DEVICE) this.#join(device, reason, nowMs);
  }

  #join(device: string, reason: DirtyReason, nowMs: number): void {
    const hull = this.#hull.get(device);
    if (hull) this.#add(device, String(hull.a), String(hull.b), reason, nowMs);
  }

  /** Many spans begin and end at the same moments. */
  #dayOf(ms: number): string {
    const known = this.#days.get(ms);
    if (known !== undefined) return known;
    const day = localDay(this.#options.timeZone, ms);
    if (this.#days.size >= 10_000) this.#days.clear();
    this.#days.set(ms, day);
    return day;
  }
}
