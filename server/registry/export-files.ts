import { stringify as toCsv } from 'csv-stringify/sync';
import { stringify as toYaml } from 'yaml';
import { zonedMidnightMs, zoneOffsetMs } from '../api/time-zone.ts';
import { BEGIN_MS, END_MS, type GridRow } from './history.ts';
import { columnsOf, type FieldValue, GRID_KINDS, type GridKind, smallestColumns } from './kinds.ts';
import type { Knowledge } from './snapshot.ts';

export interface ExportFile {
  readonly name: string;
  readonly text: string;
}

export interface ExportOptions {
  readonly timeZone: string;
  /** Only what holds at this moment; else all that ever held. */
  readonly atMs?: number | undefined;
  /** One YAML file instead of a CSV table a kind. */
  readonly yaml: boolean;
}

/** The grid as files that an import takes; what an export holds, an import of it changes nothing about. */
export function exportFiles(knowledge: Knowledge, options: ExportOptions): ExportFile[] {
  const tables = GRID_KINDS.map((kind) => ({ kind, rows: rowsOf(knowledge, kind, options.atMs) })).filter(
    ({ rows }) => rows.length > 0,
  );
  const date = dateWriter(options.timeZone);
  if (options.yaml) {
    const entries = tables.map(({ kind, rows }) => [kind, rows.map((row) => entryOf(kind, row, date))]);
    return [{ name: 'grid.yaml', text: toYaml(Object.fromEntries(entries)) }];
  }
  return tables.map(({ kind, rows }) => ({ name: `${kind}.csv`, text: tableText(kind, rows, date) }));
}

function rowsOf(knowledge: Knowledge, kind: GridKind, atMs: number | undefined): GridRow[] {
  const rows = [...(knowledge.get(kind)?.values() ?? [])].flat();
  const wanted = atMs === undefined ? rows : rows.filter(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  return wanted.sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : a.fromMs - b.fromMs));
}

type Cells = Record<string, FieldValue>;

function cellsOf({ id, fields, fromMs, toMs }: GridRow, date: (ms: number) => string): Cells {
  const cells: Cells = { id };
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) cells[name] = value;
  if (fromMs !== BEGIN_MS) cells.validFrom = date(fromMs);
  if (toMs !== END_MS) cells.validTo = date(toMs);
  return cells;
}

function entryOf(kind: GridKind, row: GridRow, date: (ms: number) => string): Record<string, FieldValue> {
  const cells = cellsOf(row, date);
  return Object.fromEntries(
    columnsOf(kind).flatMap((name) => (cells[name] === undefined ? [] : [[name, cells[name]]])),
  );
}

function tableText(kind: GridKind, rows: readonly GridRow[], date: (ms: number) => string): string {
  const cells = rows.map((row) => cellsOf(row, date));
  const used = new Set([...smallestColumns(kind), ...cells.flatMap((row) => Object.keys(row))]);
  const columns = columnsOf(kind).filter((name) => used.has(name));
  return toCsv(
    cells.map((row) => columns.map((name) => row[name] ?? '')),
    { header: true, columns: [...columns] },
  );
}

/** Writes a midnight of the zone as its date, any other moment as RFC 3339 in UTC. */
function dateWriter(timeZone: string): (ms: number) => string {
  const known = new Map<number, string>();
  return (ms) => {
    const text = known.get(ms) ?? momentText(ms, timeZone);
    known.set(ms, text);
    return text;
  };
}

/** A moment as files have it. */
export function momentText(ms: number, timeZone: string): string {
  const date = new Date(ms + zoneOffsetMs(timeZone, ms)).toISOString().slice(0, 10);
  return zonedMidnightMs(date, timeZone) === ms ? date : new Date(ms).toISOString();
}
