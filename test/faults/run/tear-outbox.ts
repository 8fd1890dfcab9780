import { existsSync, statSync, truncateSync } from 'node:fs';

/** Cuts an outbox short: its file or its log, at a place that `choice` (uniform in [0, 1)) picks. Returns what was done. */
export function tearOutbox(file: string, choice: number): string {
  const log = `${file}-wal`;
  const [target, share] = choice < 0.5 ? [file, choice * 2] : [log, choice * 2 - 1];
  if (!existsSync(target)) return `${target} is not there`;
  const { size } = statSync(target);
  const kept = Math.floor(size * share);
  truncateSync(target, kept);
  return `${target} cut from ${size} to ${kept} bytes`;
}
