import { GOOD } from '../../../../edge/protocol/quality.ts';
import type { DeviceRow, MessageOf, Presence } from '../contract.ts';
import { Cell } from '../core/cell.ts';
import type { PointTable } from './point-table.ts';

export type PresenceCounts = Readonly<Record<Presence, number>>;

/** Upper bounds of the ages that devices are counted by; older ones and those never read come after. */
export const AGE_BOUNDS_MS = [10_000, 60_000, 900_000] as const;

/**
 * All devices of the district, as the stream tells them. A reading alone sends no row: when a device was read last is
 * learned from its points.
 */
export class DeviceTable {
  readonly #rows = new Map<string, DeviceRow>();
  /** Time of the newest reading among the points of a device that this page hears. */
  readonly #readMs = new Map<string, number>();
  #newestMs: number | undefined;
  #ids: readonly string[] | undefined;
  /** Changes with every message. */
  readonly version = new Cell(0);
  /** Changes when a device appears, disappears, or changes its presence: what lists are ordered and filtered by. */
  readonly structure = new Cell(0);
  /** Whether the first full message has come. */
  isLoaded = false;

  apply(message: Pick<MessageOf<'devices'>, 'full' | 'rows'>): void {
    let changed = message.full ? this.#keepOnly(message.rows) : false;
    for (const row of message.rows) {
      const known = this.#rows.get(row.id);
      if (!known) this.#ids = undefined;
      if (!known || known.presence !== row.presence || known.agent !== row.agent) changed = true;
      this.#rows.set(row.id, row);
      this.#seen(row.lastReadingMs ?? undefined);
    }
    this.isLoaded = this.isLoaded || message.full;
    if (changed || message.full) this.structure.set(this.structure.value + 1);
    this.version.set(this.version.value + 1);
  }

  /** Takes a message of points into their table, and the times of the readings among them. */
  note(table: PointTable, message: MessageOf<'snapshot' | 'points'>): void {
    table.apply(message, (index) => {
      const device = table.series[index]?.device;
      const timeMs = table.timeMs(index);
      if (device === undefined || table.quality(index) !== GOOD) return;
      if (timeMs > (this.#readMs.get(device) ?? 0)) this.#readMs.set(device, timeMs);
      this.#seen(timeMs);
    });
  }

  #seen(timeMs: number | undefined): void {
    if (timeMs !== undefined && timeMs > (this.#newestMs ?? 0)) this.#newestMs = timeMs;
  }

  /** Time of a device's newest reading; undefined when there is none. */
  lastReadingMs(id: string): number | undefined {
    const ofRow = this.#rows.get(id)?.lastReadingMs ?? 0;
    const newest = Math.max(ofRow, this.#readMs.get(id) ?? 0);
    return newest === 0 ? undefined : newest;
  }

  get size(): number {
    return this.#rows.size;
  }

  get(id: string): DeviceRow | undefined {
    return this.#rows.get(id);
  }

  /** In the order of their ids. */
  ids(): readonly string[] {
    this.#ids ??= [...this.#rows.keys()].sort();
    return this.#ids;
  }

  rows(): Iterable<DeviceRow> {
    return this.#rows.values();
  }

  counts(): PresenceCounts {
    const counts = { online: 0, offline: 0, stale: 0 };
    for (const row of this.#rows.values()) counts[row.presence] += 1;
    return counts;
  }

  newestReadingMs(): number | undefined {
    return this.#newestMs;
  }

  /**
   * Number of devices by the age of their last reading: one for each bound, one for older, one for never read. Devices
   * that are online and whose readings this page does not hear are left out: their age is not known.
   */
  countByAge(nowMs: number): number[] {
    const counts = new Array<number>(AGE_BOUNDS_MS.length + 2).fill(0);
    for (const { id, presence, lastReadingMs } of this.#rows.values()) {
      if (presence === 'online' && lastReadingMs !== null && !this.#readMs.has(id)) continue;
      const newest = this.lastReadingMs(id);
      const bucket = newest === undefined ? AGE_BOUNDS_MS.length + 1 : ageBucket(nowMs - newest);
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    return counts;
  }

  models(): string[] {
    const models = new Set<string>();
    for (const { model } of this.#rows.values()) if (model !== null) models.add(model);
    return [...models].sort();
  }

  /** Drops what a full message does not name any more; says whether something was dropped. */
  #keepOnly(rows: readonly DeviceRow[]): boolean {
    const ids = new Set(rows.map((row) => row.id));
    const gone = [...this.#rows.keys()].filter((id) => !ids.has(id));
    for (const id of gone) this.#rows.delete(id);
    if (gone.length > 0) this.#ids = undefined;
    return gone.length > 0;
  }
}

function ageBucket(ageMs: number): number {
  const index = AGE_BOUNDS_MS.findIndex((boundMs) => ageMs <= boundMs);
  return index < 0 ? AGE_BOUNDS_MS.length : index;
}
