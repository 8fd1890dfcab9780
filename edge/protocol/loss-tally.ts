import type { Losses } from './losses.ts';

/**
 * Most devices that one list of losses names (a device stands once for each set of metrics that it is read by), most sets
 * of metrics, and most names in them: about 60 KB of JSON. What is beyond them is counted as `other`.
 */
export const MAX_LOSS_DEVICES = 2000;
export const MAX_LOSS_GROUPS = 100;
export const MAX_LOSS_METRICS = 1000;

/** Counts what was dropped by device and set of metrics, up to the limits. What came first keeps its place. */
export class LossTally {
  readonly #groups = new Map<string, { readonly metrics: readonly string[]; readonly devices: Map<string, number> }>();
  #devices = 0;
  #metrics = 0;
  #otherRecords = 0;
  #otherValues = 0;

  constructor(losses?: Losses) {
    if (losses) this.addAll(losses);
  }

  /** So many records of a device, each with one value of each metric. */
  add(device: string, metrics: readonly string[], records: number): void {
    if (records <= 0) return;
    const devices = this.#devicesOf(metrics);
    const before = devices?.get(device);
    if (!devices || (before === undefined && this.#devices >= MAX_LOSS_DEVICES)) {
      this.addOther(records, records * metrics.length);
      return;
    }
    if (before === undefined) this.#devices += 1;
    devices.set(device, (before ?? 0) + records);
  }

  addOther(records: number, values: number): void {
    this.#otherRecords += records;
    this.#otherValues += values;
  }

  addAll({ groups, otherRecords, otherValues }: Losses): void {
    for (const { metrics, devices } of groups)
      for (const [device, records] of devices) this.add(device, metrics, records);
    this.addOther(otherRecords, otherValues);
  }

  /** Takes away what was told before. More than there is leaves nothing. */
  subtract({ groups, otherRecords, otherValues }: Losses): void {
    for (const { metrics, devices } of groups) {
      const own = this.#groups.get(keyOf(metrics))?.devices;
      for (const [device, records] of devices) own?.set(device, Math.max(0, (own.get(device) ?? 0) - records));
    }
    this.#otherRecords = Math.max(0, this.#otherRecords - otherRecords);
    this.#otherValues = Math.max(0, this.#otherValues - otherValues);
  }

  /** Undefined when there is nothing to tell. */
  finish(): Losses | undefined {
    const groups = [...this.#groups.values()].flatMap(({ metrics, devices }) => {
      const named = [...devices].filter(([, records]) => records > 0);
      return named.length === 0 ? [] : { metrics: [...metrics], devices: named };
    });
    if (groups.length === 0 && this.#otherRecords === 0 && this.#otherValues === 0) return undefined;
    return { groups, otherRecords: this.#otherRecords, otherValues: this.#otherValues };
  }

  /** Undefined when the limits leave no room for another set of metrics. */
  #devicesOf(metrics: readonly string[]): Map<string, number> | undefined {
    const key = keyOf(metrics);
    const known = this.#groups.get(key);
    if (known) return known.devices;
    if (this.#groups.size >= MAX_LOSS_GROUPS || this.#devices >= MAX_LOSS_DEVICES) return undefined;
    if (this.#metrics + metrics.length > MAX_LOSS_METRICS) return undefined;
    this.#metrics += metrics.length;
    const devices = new Map<string, number>();
    this.#groups.set(key, { metrics, devices });
    return devices;
  }
}

function keyOf(metrics: readonly string[]): string {
  return metrics.join('\0');
}

/** Values in all, named or not. */
export function lostValues({ groups, otherValues }: Losses): number {
  return groups.reduce((sum, group) => sum + recordsOf(group) * group.metrics.length, otherValues);
}

/** Records in all, named or not; fewer than were dropped when some could not be read. */
export function lostRecords({ groups, otherRecords }: Losses): number {
  return groups.reduce((sum, group) => sum + recordsOf(group), otherRecords);
}

function recordsOf({ devices }: Losses['groups'][number]): number {
  return devices.reduce((sum, [, records]) => sum + records, 0);
}
