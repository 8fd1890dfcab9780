import type { DatabaseSync } from 'node:sqlite';
import type { GridClock } from '../../edge/platform/clock.ts';
import { DirtyDayTable } from '../../server/state/dirty-days.ts';

/** The table of days to compute anew, of a district in Shanghai that keeps ten years. */
export function dirtyDays(database: DatabaseSync, gridClock: GridClock): DirtyDayTable {
  return new DirtyDayTable(database, { timeZone: 'Asia/Shanghai', keptMs: 3650 * 86_400_000, gridClock });
}
