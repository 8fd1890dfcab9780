import { BEGIN_MS, END_MS, type GridRow } from '../registry/history.ts';
import type { Thing } from '../registry/snapshot.ts';
import type { Entity } from './grid.schema.ts';
import { instant } from './when.ts';

/** A row of the grid as answers show it. */
export function entityOf({ kind, id, fromMs, toMs, fields }: Thing | GridRow): Entity {
  return { kind, id, ...fields, validFrom: openInstant(fromMs), validTo: openInstant(toMs) };
}

export function recordAnswer(row: Record<string, unknown>) {
  return {
    validFrom: openInstant(Number(row.from_ms)),
    validTo: openInstant(Number(row.to_ms)),
    recorded: instant(Number(row.recorded_ms)),
    replaced: row.replaced_ms === null ? null : instant(Number(row.replaced_ms)),
    change: Number(row.change),
    by: String(row.actor),
    reason: row.reason === null ? null : String(row.reason),
    fields: JSON.parse(String(row.fields)) as Record<string, string | number>,
  };
}

export function openInstant(ms: number): string | null {
  return ms === BEGIN_MS || ms === END_MS ? null : instant(ms);
}
