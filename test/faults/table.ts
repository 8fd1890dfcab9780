import { textTable } from '../../edge/platform/text-table.ts';

/** Lines of a table of figures; none when there are no rows. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const columns = heads.map((title) => ({ title, align: 'right' as const }));
  return textTable(columns, rows);
}
