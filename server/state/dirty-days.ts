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

const QUARTER_MS = 15 * 60_000;
/** Ranges of one device; beyond that they become one, with the days between them. */
const MAX_RANGES_PER_DEVICE = 50;

/** Local dates, both included. */
export interface Days {
  readonly fromDay: string;
  readonly toDay: string;
}

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
  readonly #ofDevice;
  readonly #remove;
  readonly #insert;
  readonly #next;
  readonly #total;
  readonly #days = new Map<number, string>();
  #settled = 0;

  constructor(database: DatabaseSync, options: DirtyOptions) {
    this.#options = options;
    this.#ofDevice = database.prepare('SELECT mark, from_day, to_day FROM dirty_day WHERE device = ?');
    this.#remove = database.prepare('DELETE FROM dirty_day WHERE mark = ?');
    this.#insert = database.prepare(
      'INSERT INTO dirty_day (device, from_day, to_day, reason, marked_ms) VALUES (?, ?, ?, ?, ?)',
    );
    this.#next = database.prepare('SELECT * FROM dirty_day ORDER BY mark LIMIT ?');
    this.#total = database.prepare('SELECT count(*) AS n FROM dirty_day');
  }

  /** Marks the days that spans lie in, as far as they are kept and not in the future. */
  mark(spans: Iterable<DirtySpan>, reason: DirtyReason): void {
    const nowMs = this.#options.gridClock.nowMs();
    for (const span of spans) {
      const days = this.daysOf(span, nowMs);
      if (days) this.#add(span.device, days, reason, nowMs);
    }
  }

  /** The days that a span lies in, as far as they are kept and not in the future. */
  daysOf({ fromMs, toMs }: Omit<DirtySpan, 'device'>, nowMs = this.#options.gridClock.nowMs()): Days | undefined {
    const [begin, end] = [Math.max(fromMs, nowMs - this.#options.keptMs), Math.min(toMs, nowMs + 1)];
    return begin < end ? { fromDay: this.#dayOf(begin), toDay: this.#dayOf(end - 1) } : undefined;
  }

  /** How often something was settled: while it stays, so does all that was marked. */
  get settled(): number {
    return this.#settled;
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
    this.#settled += 1;
    return Number(this.#remove.run(mark).changes) > 0;
  }

  /** Ranges that wait. */
  get size(): number {
    return Number(this.#total.get()?.n ?? 0);
  }

  #add(device: string, { fromDay, toDay }: Days, reason: DirtyReason, nowMs: number): void {
    let [from, to] = [fromDay, toDay];
    const known = this.#ofDevice.all(device).map((row) => ({
      mark: Number(row.mark),
      from: String(row.from_day),
      to: String(row.to_day),
    }));
    const [before, after] = [laterDay(fromDay, -1), laterDay(toDay, 1)];
    const isFull = known.length >= MAX_RANGES_PER_DEVICE;
    for (const range of known) {
      if (!isFull && (range.from > after || range.to < before)) continue;
      if (range.from < from) from = range.from;
      if (range.to > to) to = range.to;
      this.#remove.run(range.mark);
    }
    this.#insert.run(device, from, to, reason, Math.floor(nowMs));
  }

  /** Offsets of zones are whole quarter hours, so that no day begins within one. */
  #dayOf(ms: number): string {
    const quarter = Math.floor(ms / QUARTER_MS);
    const known = this.#days.get(quarter);
    if (known !== undefined) return known;
    const day = localDay(this.#options.timeZone, quarter * QUARTER_MS);
    if (this.#days.size >= 10_000) this.#days.clear();
    this.#days.set(quarter, day);
    return day;
  }
}
