import { existsSync, statSync, truncateSync } from 'node:fs';

/** The newest part of a log that SQLite has begun anew lies here; the rest is what is left of older rounds. */
const FRESH_LOG_BYTES = 64 * 1024;

/**
 * Cuts an outbox short at a place that `choice` (uniform in [0, 1)) picks: its file, its log, or the first part of its
 * log. Returns what was done.
 */
export function tearOutbox(file: string, choice: number): string {
  const log = `${file}-wal`;
  const [target, most] = (
    [
      [file, Number.POSITIVE_INFINITY],
      [log, Number.POSITIVE_INFINITY],
      [log, FRESH_LOG_BYTES],
    ] as const
  )[Math.floor(choice * 3)] ?? [file, Number.POSITIVE_INFINITY];
  const share = (choice * 3) % 1;
  if (!existsSync(target)) return `${target} is not there`;
  const { size } = statSync(target);
  const kept = Math.floor(Math.min(size, most) * share);
  truncateSync(target, kept);
  return `${target} cut from ${size} to ${kept} bytes`;
}
