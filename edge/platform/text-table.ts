/** A column of a text table. */
export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

/** Columns two spaces apart, each as wide as its widest cell; the last one is not padded. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, i) => {
        const cell = cells[i] ?? '';
        return align === 'right' ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0);
      })
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ title }) => title)), ...rows.map(line)];
}

/** Words in lines of at most `width`, all but the first behind `indent`; `first` stands before the first. */
export function wrapped(text: string, width: number, first: string, indent: string): string[] {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(/\s+/)) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

const NARROWEST = 80;
const WIDEST = 120;

/** The width to write for: the terminal's, between 80 and 120 columns; 100 where there is none. */
export function widthFor(columns: number | undefined): number {
  return columns === undefined ? 100 : Math.min(WIDEST, Math.max(NARROWEST, columns));
}
