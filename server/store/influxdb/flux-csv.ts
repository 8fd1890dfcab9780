import { GridwardenError } from '../../../edge/platform/errors.ts';
import { COMMA, NEWLINE, NumberReader, RETURN, TimeReader } from './csv-values.ts';

/** A row of an answer. Names are decoded once a table, because they are the same in all its rows. */
export interface FluxRow {
  timeUs: number;
  /** NaN for a text. */
  value: number;
  text: string;
  device: string;
  field: string;
  origin: string;
}

const QUOTE = 0x22;

interface FluxCsvOptions {
  /** Whether `_value` is a text. */
  readonly readsText?: boolean;
  /** The field of rows that do not name one. */
  readonly field?: string;
}

/**
 * Reads the CSV of a Flux answer (`header`, no annotations) as it comes, from bytes: half a million rows pass without a text
 * for each. The row that is visited is used again for the next.
 *
 * @throws GridwardenError STORE_UNAVAILABLE when the server breaks the answer off with an error
 */
export class FluxCsvReader {
  readonly #visit: (row: FluxRow) => void;
  readonly #readsText: boolean;
  readonly #field: string;
  readonly #row: FluxRow = { timeUs: 0, value: Number.NaN, text: '', device: '', field: '', origin: '' };
  readonly #times = new TimeReader();
  readonly #numbers = new NumberReader();
  #rest: Buffer = Buffer.alloc(0);
  #columns: Columns | undefined;
  #table = Number.NaN;
  #shape: RowShape | undefined;
  /** Where the cells of the current line begin. */
  #starts: number[] = [];
  rows = 0;

  constructor(visit: (row: FluxRow) => void, { readsText = false, field = '' }: FluxCsvOptions = {}) {
    this.#visit = visit;
    this.#readsText = readsText;
    this.#field = field;
  }

  async readAll(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of chunks) this.#take(chunk);
    if (this.#rest.length > 0) this.#line(this.#rest, 0, this.#rest.length, true);
  }

  #take(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    // Only the line that two chunks share is put together.
    const sharedEnd = this.#rest.length === 0 ? 0 : bytes.indexOf(NEWLINE) + 1;
    if (this.#rest.length > 0) {
      const shared = Buffer.concat([this.#rest, sharedEnd === 0 ? bytes : bytes.subarray(0, sharedEnd)]);
      this.#rest = shared;
      if (sharedEnd === 0) return;
      this.#lines(shared);
    }
    this.#rest = bytes.subarray(this.#lines(bytes, sharedEnd));
  }

  /** Takes all whole lines from `from` on; returns where they end. */
  #lines(bytes: Buffer, from = 0): number {
    const mayHaveQuotes = bytes.includes(QUOTE, from);
    let start = from;
    while (true) {
      start = this.#likeTheLast(bytes, start);
      const end = bytes.indexOf(NEWLINE, start);
      if (end < 0) return start;
      this.#line(bytes, start, bytes[end - 1] === RETURN ? end - 1 : end, mayHaveQuotes);
      start = end + 1;
    }
  }

  /** Takes rows for as long as they have the shape of the one before; returns where that ends. */
  #likeTheLast(bytes: Buffer, from: number): number {
    const shape = this.#shape;
    if (!shape) return from;
    const row = this.#row;
    let start = from;
    while (isOfTable(bytes, start, shape)) {
      const timeUs = this.#times.read(bytes, start + shape.timeStart);
      const { end } = this.#times;
      if (bytes[end] !== COMMA) break;
      const value = this.#numbers.read(bytes, end + 1, bytes.length);
      // A number that the end of the bytes cuts off has no names behind it.
      const lineEnd = this.#numbers.end + shape.namesLength;
      if (bytes[lineEnd] !== RETURN || bytes[lineEnd + 1] !== NEWLINE) break;
      row.timeUs = timeUs;
      row.value = value;
      this.rows += 1;
      this.#visit(row);
      start = lineEnd + 2;
    }
    return start;
  }

  #line(bytes: Buffer, start: number, end: number, mayHaveQuotes: boolean): void {
    // Tables with other columns stand apart, with a blank line and a header of their own.
    if (end <= start) this.#columns = this.#shape = undefined;
    else if (this.#columns === undefined) this.#header(bytes.toString('utf8', start, end));
    else if (this.#columns.error >= 0) this.#error(bytes.toString('utf8', start, end), this.#columns);
    else if (mayHaveQuotes && bytes.subarray(start, end).includes(QUOTE)) {
      this.#quoted(splitCsv(bytes.toString('utf8', start, end)), this.#columns);
    } else this.#data(bytes, start, end, this.#columns);
  }

  #header(line: string): void {
    const names = splitCsv(line);
    const at = (name: string) => names.indexOf(name);
    const numbers = { table: at('table'), time: at('_time'), value: at('_value') };
    this.#columns = {
      ...numbers,
      device: at('device'),
      field: at('_field'),
      origin: at('origin'),
      error: at('error'),
      lastNumber: Math.max(numbers.table, numbers.time, numbers.value),
    };
    this.#table = Number.NaN;
  }

  #error(line: string, { error }: Columns): never {
    throw new GridwardenError('STORE_UNAVAILABLE', `InfluxDB broke its answer off: ${splitCsv(line)[error] ?? ''}`);
  }

  #data(bytes: Buffer, start: number, end: number, columns: Columns): void {
    const starts = this.#starts;
    starts.length = 0;
    // Names come behind the numbers and are looked at when the table changes; they are the same in all its rows.
    this.#split(bytes, start, end, columns.lastNumber + 2);
    const row = this.#row;
    const table = this.#number(bytes, columns.table, end);
    if (table !== this.#table) {
      this.#table = table;
      starts.length = 0;
      this.#split(bytes, start, end, Number.POSITIVE_INFINITY);
      row.device = this.#name(bytes, columns.device, end);
      row.field = columns.field < 0 ? this.#field : this.#name(bytes, columns.field, end);
      row.origin = this.#name(bytes, columns.origin, end);
      this.#shape = this.#readsText ? undefined : this.#shapeOf(bytes, start, end, columns);
    }
    if (columns.time >= 0) row.timeUs = this.#times.read(bytes, starts[columns.time] ?? end);
    if (this.#readsText) row.text = this.#name(bytes, columns.value, end);
    else row.value = this.#number(bytes, columns.value, end);
    this.rows += 1;
    this.#visit(row);
  }

  /** Of a row whose cells were split; undefined when more than time and value may differ from row to row. */
  #shapeOf(bytes: Buffer, start: number, end: number, { table, time, value }: Columns): RowShape | undefined {
    if (time !== table + 1 || value !== time + 1) return undefined;
    const from = this.#starts[table] ?? start;
    const to = this.#starts[time] ?? end;
    return {
      table: Buffer.from(bytes.subarray(from, to)),
      tableStart: from - start,
      timeStart: to - start,
      namesLength: end - ((this.#starts[value + 1] ?? end + 1) - 1),
    };
  }

  #number(bytes: Buffer, column: number, end: number): number {
    return this.#numbers.read(bytes, this.#starts[column] ?? end, end);
  }

  #name(bytes: Buffer, column: number, end: number): string {
    if (column < 0) return '';
    return bytes.toString('utf8', this.#starts[column] ?? end, (this.#starts[column + 1] ?? end + 1) - 1);
  }

  /** A row with quoted cells: names with commas or quotes in them. */
  #quoted(cells: readonly string[], columns: Columns): void {
    const row = this.#row;
    row.device = cells[columns.device] ?? '';
    row.field = cells[columns.field] ?? this.#field;
    row.origin = cells[columns.origin] ?? '';
    if (columns.time >= 0) row.timeUs = this.#times.read(Buffer.from(cells[columns.time] ?? ''), 0);
    row.text = cells[columns.value] ?? '';
    row.value = this.#readsText ? Number.NaN : Number(row.text);
    this.#table = Number.NaN;
    this.#shape = undefined;
    this.rows += 1;
    this.#visit(row);
  }

  /** Notes where the first `most` cells begin. */
  #split(bytes: Buffer, start: number, end: number, most: number): void {
    const starts = this.#starts;
    starts.push(start);
    for (let index = start; index < end && starts.length < most; index++) {
      if (bytes[index] === COMMA) starts.push(index + 1);
    }
  }
}

interface Columns {
  readonly table: number;
  readonly time: number;
  readonly value: number;
  readonly device: number;
  readonly field: number;
  readonly origin: number;
  /** Column of an error message; −1 in a table of data. */
  readonly error: number;
  /** The last of the columns that differ from row to row. */
  readonly lastNumber: number;
}

/** What the rows of one table share: then one is read without looking for its cells. */
interface RowShape {
  /** The number of the table and the comma behind it. */
  readonly table: Uint8Array;
  /** Where cells begin in the line. */
  readonly tableStart: number;
  readonly timeStart: number;
  /** Bytes of all behind the value. */
  readonly namesLength: number;
}

/** The name of the result, before the table, changes only behind a header. */
function isOfTable(bytes: Uint8Array, start: number, { table, tableStart }: RowShape): boolean {
  if (bytes[start] !== COMMA || bytes[start + tableStart - 1] !== COMMA) return false;
  for (let index = table.length - 1; index >= 0; index--) {
    if (bytes[start + tableStart + index] !== table[index]) return false;
  }
  return true;
}

/** Cells of a line of CSV (RFC 4180: a quote within quotes is doubled). */
export function splitCsv(line: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let index = 0; index < line.length; index++) {
    const character = line[index] ?? '';
    if (character === '"') {
      if (isQuoted && line[index + 1] === '"') {
        cell += '"';
        index += 1;
      } else {
        isQuoted = !isQuoted;
      }
    } else if (character === ',' && !isQuoted) {
      cells.push(cell);
      cell = '';
    } else {
      cell += character;
    }
  }
  return [...cells, cell];
}
