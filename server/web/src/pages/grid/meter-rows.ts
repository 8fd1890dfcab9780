import type { LineMeter } from '../../contract.ts';

/** A row below the busbar: the head of a phase, or some of its meters. */
export type MeterRow =
  | { readonly phase: 'a' | 'b' | 'c' | 'abc' | 'unknown'; readonly count: number }
  | { readonly meters: readonly LineMeter[] };

/** Meters that are in order of their phases, cut into rows of so many columns. */
export function meterRows(meters: readonly LineMeter[], columns: number): MeterRow[] {
  const byPhase = Map.groupBy(meters, ({ phase }) => phase ?? 'unknown');
  return [...byPhase].flatMap(([phase, own]) => {
    const rows: MeterRow[] = [{ phase, count: own.length }];
    for (let from = 0; from < own.length; from += columns) rows.push({ meters: own.slice(from, from + columns) });
    return rows;
  });
}
