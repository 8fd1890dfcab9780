import type { DatabaseSync } from 'node:sqlite';
import type { GridClock } from '../../edge/platform/clock.ts';
import type { ServerConfig } from '../config.ts';
import { DirtyDayTable } from '../state/dirty-days.ts';
import { retentionOf } from '../store/open.ts';

/** The table of days to compute anew, as a server's configuration has its days and its retention. */
export function dirtyDaysOf(
  database: DatabaseSync,
  config: Pick<ServerConfig, 'timeZone' | 'retention'>,
  gridClock: GridClock,
): DirtyDayTable {
  const { fastMs, registersMs } = retentionOf(config);
  return new DirtyDayTable(database, { timeZone: config.timeZone, keptMs: Math.max(fastMs, registersMs), gridClock });
}
