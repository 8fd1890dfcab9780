import { GridwardenError } from '../../../edge/platform/errors.ts';

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

const COMMA = 0x2c;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const MAX_EXACT_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/**
 * Reads the CSV of a Flux answer (`header`, no annotations) as it comes, from bytes: half a million rows pass without a text
 * for each. The row that is visited is used again for the next.
 *
 * @throws GridwardenError STORE_UNAVAILABLE when the server breaks the answer off with an error
 */
export class FluxCsvReader {
  readonly #visit: (row: FluxRow) => void;
  readonly #readsText: boolean;
  readonly #row: FluxRow = { timeUs: 0, value: Number.NaN, text: '', device: '', field: '', origin: '' };
  readonly #times = new TimeReader();
  #rest: Buffer = Buffer.alloc(0);
  #columns: Columns | undefined;
  #table = Number.NaN;
  /** Where the cells of the current line begin. */
  #starts: number[] = [];
  rows = 0;

  /** @param readsText whether `_value` is a text */
  constructor(visit: (row: FluxRow) => void, readsText = false) {
    this.#visit = visit;
    this.#readsText = readsText;
  }

  async readAll(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of chunks) this.#take(chunk);
    if (this.#rest.length > 0) this.#line(this.#rest, 0, this.#rest.length, true);
  }

  #take(chunk: Uint8Array): void {
    const more = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    const bytes = this.#rest.length === 0 ? more : Buffer.concat([this.#rest, more]);
    const mayHaveQuotes = bytes.includes(QUOTE);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      this.#line(bytes, start, bytes[end - 1] === RETURN ? end - 1 : end, mayHaveQuotes);
      start = end + 1;
    }
    this.#rest = bytes.subarray(start);
  }

  #line(bytes: Buffer, start: number, end: number, mayHaveQuotes: boolean): void {
    // Tables with other columns stand apart, with a blank line and a header of their own.
    if (end <= start) this.#columns = undefined;
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
    const table = numberOf(bytes, starts[columns.table] ?? end, (starts[columns.table + 1] ?? end + 1) - 1);
    if (table !== this.#table) {
      this.#table = table;
      starts.length = 0;
      this.#split(bytes, start, end, Number.POSITIVE_INFINITY);
      row.device = this.#name(bytes, columns.device, end);
      row.field = this.#name(bytes, columns.field, end);
      row.origin = this.#name(bytes, columns.origin, end);
    }
    if (columns.time >= 0) row.timeUs = this.#times.read(bytes, starts[columns.time] ?? end);
    if (this.#readsText) row.text = this.#name(bytes, columns.value, end);
    else row.value = numberOf(bytes, starts[columns.value] ?? end, (starts[columns.value + 1] ?? end + 1) - 1);
    this.rows += 1;
    this.#visit(row);
  }

  #name(bytes: Buffer, column: number, end: number): string {
    if (column < 0) return '';
    return bytes.toString('utf8', this.#starts[column] ?? end, (this.#starts[column + 1] ?? end + 1) - 1);
  }

  /** A row with quoted cells: names with commas or quotes in them. */
  #quoted(cells: readonly string[], columns: Columns): void {
    const row = this.#row;
    row.device = cells[columns.device] ?? '';
    row.field = cells[columns.field] ?? '';
    row.origin = cells[columns.origin] ?? '';
    if (columns.time >= 0) row.timeUs = this.#times.read(Buffer.from(cells[columns.time] ?? ''), 0);
    row.text = cells[columns.value] ?? '';
    row.value = this.#readsText ? Number.NaN : Number(row.text);
    this.#table = Number.NaN;
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

/** Reads `2026-03-01T00:15:00Z`, with up to nine digits of a second, as microseconds since the Unix epoch. */
export class TimeReader {
  #date = -1;
  #daySeconds = 0;

  read(bytes: Uint8Array, start: number): number {
    const date = digits(bytes, start, 4) * 10_000 + digits(bytes, start + 5, 2) * 100 + digits(bytes, start + 8, 2);
    // Rows follow each other in time, most of them on one day.
    if (date !== this.#date) {
      this.#date = date;
      this.#daySeconds = Date.UTC(Math.floor(date / 10_000), (Math.floor(date / 100) % 100) - 1, date % 100) / 1000;
    }
    const clock =
      digits(bytes, start + 11, 2) * 3600 + digits(bytes, start + 14, 2) * 60 + digits(bytes, start + 17, 2);
    const seconds = this.#daySeconds + clock;
    return seconds * 1_000_000 + (bytes[start + 19] === DOT ? fraction(bytes, start + 20) : 0);
  }
}

function digits(bytes: Uint8Array, from: number, count: number): number {
  let number = 0;
  for (let index = from; index < from + count; index++) number = number * 10 + ((bytes[index] ?? ZERO) - ZERO);
  return number;
}

/** Microseconds from the digits behind the dot. */
function fraction(bytes: Uint8Array, start: number): number {
  let micros = 0;
  for (let index = start, unit = 100_000; unit >= 1 && isDigit(bytes[index]); index++, unit /= 10) {
    micros += ((bytes[index] ?? ZERO) - ZERO) * unit;
  }
  return micros;
}

/** A decimal number. Up to 15 digits the quotient of two exact numbers is the number that is meant; others take the long way. */
export function numberOf(bytes: Buffer, start: number, end: number): number {
  let mantissa = 0;
  let decimals = 0;
  let digits = 0;
  let isPastDot = false;
  const first = bytes[start] === MINUS ? start + 1 : start;
  for (let index = first; index < end; index++) {
    const byte = bytes[index] ?? 0;
    if (byte === DOT && !isPastDot) {
      isPastDot = true;
      continue;
    }
    if (!isDigit(byte) || ++digits > MAX_EXACT_DIGITS) return Number(bytes.toString('latin1', start, end));
    mantissa = mantissa * 10 + (byte - ZERO);
    if (isPastDot) decimals += 1;
  }
  if (digits === 0) return Number.NaN;
  const magnitude = mantissa / (POWERS_OF_TEN[decimals] ?? 1);
  return first === start ? magnitude : -magnitude;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9;
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
