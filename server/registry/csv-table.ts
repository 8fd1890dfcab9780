import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { CsvError, type Info, parse } from 'csv-parse';
import { didYouMean } from '../../edge/platform/names.ts';
import { columnsOf, type GridKind, requiredFields, smallestColumns } from './kinds.ts';
import type { FileProblems, Place } from './problems.ts';
import type { RawRecord, RecordSource } from './records.ts';

/** Between chunks the server does its other work. */
const CHUNK_CHARS = 128 * 1024;
/** A record this long is a quote that was never closed. */
const MAX_RECORD_CHARS = 64 * 1024;

export interface TableFile {
  readonly file: string;
  readonly kind: GridKind;
  readonly text: string;
}

/** The records of a CSV table (RFC 4180; delimiter comma, semicolon or tab), one after the other. */
export async function* readTable(table: TableFile, problems: FileProblems): AsyncGenerator<RawRecord> {
  const delimiter = delimiterOf(table.text);
  const source = new TableSource(table, delimiter);
  let parsedLines = 0;
  const options = {
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_RECORD_CHARS,
    // Records that wait to be read are lost with an error; where it began is told all the same.
    on_record: (record: string[], { lines }: { readonly lines: number }) => {
      parsedLines = lines;
      return record;
    },
  } as const;
  const parser = Readable.from(chunksOf(table.text)).pipe(parse(options));
  let header: Header | undefined;
  let line = 1;
  try {
    for await (const item of parser) {
      const { record, info } = item as { record: string[]; info: Info };
      const begin = source.firstLineFrom(line);
      line = info.lines + 1;
      if (header) {
        const raw = rawOf(record, { header, table, source, line: begin, problems });
        if (raw) yield raw;
      } else {
        header = readHeader(record, table, source, problems);
        if (!header) return;
      }
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    problems.add(
      { file: table.file, line: source.firstLineFrom(parsedLines + 1), column: 1 },
      `cannot be read as CSV: ${wordsFor(error)}`,
    );
    return;
  }
  if (!header)
    problems.add(
      { file: table.file, line: 1, column: 1 },
      `is empty; its first line has to be ${smallestColumns(table.kind).join(',')}`,
    );
}

async function* chunksOf(text: string): AsyncGenerator<string> {
  for (let start = 0; start < text.length; start += CHUNK_CHARS) {
    if (start > 0) await nextTurn();
    yield text.slice(start, start + CHUNK_CHARS);
  }
}

/** Names of columns by their place; undefined for a column without a name. */
type Header = readonly (string | undefined)[];

function readHeader(
  record: readonly string[],
  table: TableFile,
  source: TableSource,
  problems: FileProblems,
): Header | undefined {
  const before = problems.count;
  const known = columnsOf(table.kind);
  const names = record.map((name) => name.trim());
  source.names = names;
  names.forEach((name, index) => {
    const place = source.placeIn(source.firstLineFrom(1), index);
    const first = names.indexOf(name);
    if (name === '') return;
    if (first < index)
      problems.add(place, `column "${name}" stands there twice (columns ${first + 1} and ${index + 1})`);
    else if (!known.includes(name))
      problems.add(
        place,
        `column "${name}" is not known${didYouMean(name, known) || `; allowed: ${known.join(', ')}`}`,
      );
  });
  for (const name of ['id', ...requiredFields(table.kind)]) {
    if (!names.includes(name))
      problems.add(
        { file: table.file, line: 1, column: 1 },
        `column "${name}" is missing; the smallest table has ${smallestColumns(table.kind).join(',')}`,
      );
  }
  return problems.count > before ? undefined : names.map((name) => (name === '' ? undefined : name));
}

interface RowContext {
  readonly header: Header;
  readonly table: TableFile;
  readonly source: TableSource;
  readonly line: number;
  readonly problems: FileProblems;
}

function rawOf(
  record: readonly string[],
  { header, table, source, line, problems }: RowContext,
): RawRecord | undefined {
  const values: Record<string, string | null> = {};
  let isEmpty = true;
  for (let index = 0; index < Math.max(record.length, header.length); index++) {
    const name = header[index];
    const cell = record[index]?.trim() ?? '';
    if (cell !== '') isEmpty = false;
    if (name !== undefined) values[name] = cell === '' ? null : cell;
    else if (cell !== '') {
      problems.add(
        source.placeIn(line, index),
        `the row has a value in column ${index + 1}, which has no name in the header (${header.length} columns)`,
      );
    }
  }
  return isEmpty ? undefined : { kind: table.kind, values, line, source };
}

/** Finds places in a table; only what is wrong is looked for. */
class TableSource implements RecordSource {
  readonly #file: string;
  readonly #text: string;
  readonly #delimiter: string;
  #lines: readonly string[] | undefined;
  names: readonly string[] = [];

  constructor({ file, text }: TableFile, delimiter: string) {
    this.#file = file;
    this.#text = text;
    this.#delimiter = delimiter;
  }

  placeOf(record: RawRecord, name?: string): Place {
    const index = name === undefined ? 0 : this.names.indexOf(name);
    return this.placeIn(record.line, Math.max(0, index));
  }

  /** Where the field of a number begins in the record that begins in a line. */
  placeIn(line: number, field: number): Place {
    this.#lines ??= this.#text.split(/\r\n|\n|\r/);
    let [row, column, isQuoted] = [line - 1, 0, false];
    for (let left = field; left > 0; column++) {
      const char = (this.#lines[row] ?? '')[column];
      if (char === '"') isQuoted = !isQuoted;
      else if (char === this.#delimiter && !isQuoted) left--;
      else if (char === undefined) {
        if (!isQuoted || row >= this.#lines.length) break;
        [row, column] = [row + 1, -1];
      }
    }
    return { file: this.#file, line: row + 1, column: column + 1 };
  }

  /** Empty lines belong to no record. */
  firstLineFrom(line: number): number {
    if (!this.#mayHaveEmptyLines()) return line;
    this.#lines ??= this.#text.split(/\r\n|\n|\r/);
    let first = line;
    while (this.#lines[first - 1] === '') first++;
    return first;
  }

  #hasEmptyLines: boolean | undefined;
  #mayHaveEmptyLines(): boolean {
    this.#hasEmptyLines ??= /^[\r\n]|\n\r?\n|\r\r/.test(this.#text);
    return this.#hasEmptyLines;
  }
}

/** Tables that a spreadsheet wrote in some countries have semicolons. */
function delimiterOf(text: string): string {
  const header =
    text
      .slice(0, 10_000)
      .trimStart()
      .split(/[\r\n]/, 1)[0] ?? '';
  if (header.includes(',')) return ',';
  return header.includes(';') ? ';' : header.includes('\t') ? '\t' : ',';
}

function wordsFor({ code, message }: CsvError): string {
  if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE')
    return 'a quote (") that begins a field is never closed';
  if (code === 'INVALID_OPENING_QUOTE') return 'a quote (") inside a field that does not begin with one';
  if (code === 'CSV_INVALID_CLOSING_QUOTE')
    return 'after a closing quote (") the field goes on; a quote inside a field is written twice';
  return message;
}
