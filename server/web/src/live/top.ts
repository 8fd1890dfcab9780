import type { PointTable } from './point-table.ts';

export interface TopEntry {
  readonly device: string;
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
}

/**
 * The `count` devices with the highest current value among `metrics`, each device once, highest first. Values that are
 * not fresh take no part: an old maximum would stand at the top for ever.
 */
export function topOf(table: PointTable, metrics: ReadonlySet<string>, count: number): TopEntry[] {
  const top: TopEntry[] = [];
  for (let i = 0; i < table.series.length; i += 1) {
    const series = table.series[i];
    if (!series || !metrics.has(series.metric) || !table.isFresh(i)) continue;
    const value = table.value(i);
    const last = top[count - 1];
    if (last && value <= last.value) continue;
    insert(top, { ...series, value }, count);
  }
  return top;
}

/** The same entries in the same order with their values of now; what is not fresh any more has left the list. */
export function refreshed(entries: readonly TopEntry[], table: PointTable): TopEntry[] {
  return entries.flatMap((entry) => {
    const index = table.indexOf(entry.device, entry.metric);
    return index !== undefined && table.isFresh(index) ? [{ ...entry, value: table.value(index) }] : [];
  });
}

function insert(top: TopEntry[], entry: TopEntry, count: number): void {
  const known = top.findIndex((other) => other.device === entry.device);
  if (known >= 0) {
    if ((top[known]?.value ?? 0) >= entry.value) return;
    top.splice(known, 1);
  }
  const at = top.findIndex((other) => other.value < entry.value);
  top.splice(at < 0 ? top.length : at, 0, entry);
  top.length = Math.min(top.length, count);
}
