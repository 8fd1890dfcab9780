import type { PollClass } from '../../../edge/protocol/quantities.ts';
import type { Retention } from '../retention.ts';

const DAY_MS = 86_400_000;

/** Retention classes of files: raw points by poll class, and 15-minute roll-ups of fast values. */
export const FILE_CLASSES = ['fast', 'registers', 'rollup'] as const;
export type FileClass = (typeof FILE_CLASSES)[number];

export type PeriodLength = 'day' | 'month' | 'year';

/** The time that one file holds, [from, to) in UTC. */
export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
  /** `2026-03-01`, `2026-03` or `2026`: part of the file's name. */
  readonly label: string;
}

export function retentionOf(fileClass: FileClass, retention: Retention): number {
  return fileClass === 'fast' ? retention.fastMs : retention.registersMs;
}

export function classOfSeries(pollClass: PollClass): FileClass {
  return pollClass;
}

/**
 * How long the period of one file is. What is kept for 92 days or less goes into a file a day, up to 12 years a file a
 * month: at most some 150 files a class, and dropping one gives back at most a tenth more than had to be kept.
 */
export function periodLength(retentionMs: number): PeriodLength {
  if (retentionMs <= 92 * DAY_MS) return 'day';
  return retentionMs <= 12 * 366 * DAY_MS ? 'month' : 'year';
}

export function periodOf(timeMs: number, length: PeriodLength): Period {
  const date = new Date(timeMs);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  const iso = date.toISOString();
  switch (length) {
    case 'day': {
      const fromMs = Math.floor(timeMs / DAY_MS) * DAY_MS;
      return { fromMs, toMs: fromMs + DAY_MS, label: iso.slice(0, 10) };
    }
    case 'month':
      return { fromMs: Date.UTC(year, month), toMs: Date.UTC(year, month + 1), label: iso.slice(0, 7) };
    case 'year':
      return { fromMs: Date.UTC(year, 0), toMs: Date.UTC(year + 1, 0), label: iso.slice(0, 4) };
  }
}

/**
 * The times that get period files: from what retention still keeps to one period ahead. Whatever lies outside (a device
 * whose clock stands in 1970 or 2099) shares one file, so that wrong clocks cannot make files without number.
 */
export function window(nowMs: number, retentionMs: number): { fromMs: number; toMs: number } {
  const length = periodLength(retentionMs);
  const current = periodOf(nowMs, length);
  return {
    fromMs: periodOf(Math.max(0, nowMs - retentionMs), length).fromMs,
    toMs: periodOf(current.toMs, length).toMs,
  };
}
