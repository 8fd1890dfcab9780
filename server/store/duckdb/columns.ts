import type { DuckDBAppender, DuckDBMaterializedResult } from '@duckdb/node-api';
import { BIGINT, DOUBLE, DuckDBDataChunk, INTEGER, TIMESTAMP, UTINYINT } from '@duckdb/node-api';
// The public vectors set one value a call; whole columns are copied only by the bindings below them.
import duckdb from '@duckdb/node-bindings';

const CHUNK_ROWS = 2048;
const TWO_32 = 2 ** 32;
const POINT_TYPES = [INTEGER, TIMESTAMP, DOUBLE, UTINYINT, UTINYINT, INTEGER, BIGINT] as const;
const VALUE_COLUMN = 2;

/**
 * Rows for a table of points, in columns as DuckDB wants them. Filled row by row, appended as a whole, used again.
 * 64-bit integers are written as two halves: a BigInt a row would cost more than all the rest.
 */
export class PointRows {
  length = 0;
  #capacity = 0;
  #series = new Int32Array(0);
  #time = new Int32Array(0);
  #value = new Float64Array(0);
  #quality = new Uint8Array(0);
  #origin = new Uint8Array(0);
  #stream = new Int32Array(0);
  #n = new Int32Array(0);
  /** Bit 1: the row has a value. */
  #valid = new Uint8Array(0);
  #missing = 0;

  push(
    series: number,
    timeUs: number,
    value: number,
    quality: number,
    origin: number,
    stream: number,
    n: number,
  ): void {
    const row = this.length;
    if (row === this.#capacity) this.#grow();
    this.#series[row] = series;
    const timeHigh = Math.floor(timeUs / TWO_32);
    this.#time[2 * row] = timeUs - timeHigh * TWO_32;
    this.#time[2 * row + 1] = timeHigh;
    this.#value[row] = value;
    this.#quality[row] = quality;
    this.#origin[row] = origin;
    this.#stream[row] = stream;
    const nHigh = Math.floor(n / TWO_32);
    this.#n[2 * row] = n - nHigh * TWO_32;
    this.#n[2 * row + 1] = nHigh;
    if (quality !== 0) this.#markMissing(row);
    this.length = row + 1;
  }

  clear(): void {
    this.length = 0;
    if (this.#missing > 0) this.#valid.fill(0xff);
    this.#missing = 0;
  }

  /** Appends all rows; they are in the table when the appender is flushed. */
  appendTo(appender: DuckDBAppender): void {
    const chunk = DuckDBDataChunk.create(POINT_TYPES);
    for (let from = 0; from < this.length; from += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, this.length - from);
      chunk.rowCount = rows;
      this.#copy(chunk, 0, this.#series, from, rows, 4);
      this.#copy(chunk, 1, this.#time, from, rows, 8);
      this.#copy(chunk, VALUE_COLUMN, this.#value, from, rows, 8);
      this.#copy(chunk, 3, this.#quality, from, rows, 1);
      this.#copy(chunk, 4, this.#origin, from, rows, 1);
      this.#copy(chunk, 5, this.#stream, from, rows, 4);
      this.#copy(chunk, 6, this.#n, from, rows, 8);
      // Validity stays with a chunk: once it is written it is written for all its rows.
      if (this.#missing > 0) this.#copyValidity(chunk, from, rows);
      appender.appendDataChunk(chunk);
    }
  }

  #markMissing(row: number): void {
    this.#missing += 1;
    this.#valid[row >> 3] = (this.#valid[row >> 3] ?? 0) & ~(1 << (row & 7));
  }

  #copy(
    chunk: DuckDBDataChunk,
    column: number,
    values: Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>,
    from: number,
    rows: number,
    width: number,
  ): void {
    const vector = duckdb.data_chunk_get_vector(chunk.chunk, column);
    duckdb.copy_data_to_vector(vector, 0, values.buffer, from * width, rows * width);
  }

  #copyValidity(chunk: DuckDBDataChunk, from: number, rows: number): void {
    const vector = duckdb.data_chunk_get_vector(chunk.chunk, VALUE_COLUMN);
    duckdb.vector_ensure_validity_writable(vector);
    const bytes = Math.ceil(rows / 64) * 8;
    duckdb.copy_data_to_vector_validity(vector, 0, this.#valid.buffer, from >> 3, bytes);
  }

  #grow(): void {
    const capacity = Math.max(CHUNK_ROWS, this.#capacity * 2);
    this.#series = grown(new Int32Array(capacity), this.#series);
    this.#time = grown(new Int32Array(2 * capacity), this.#time);
    this.#value = grown(new Float64Array(capacity), this.#value);
    this.#quality = grown(new Uint8Array(capacity), this.#quality);
    this.#origin = grown(new Uint8Array(capacity), this.#origin);
    this.#stream = grown(new Int32Array(capacity), this.#stream);
    this.#n = grown(new Int32Array(2 * capacity), this.#n);
    this.#valid = grown(new Uint8Array(capacity >> 3).fill(0xff), this.#valid);
    this.#capacity = capacity;
  }
}

function grown<T extends Int32Array | Float64Array | Uint8Array>(target: T, source: T): T {
  target.set(source);
  return target;
}

type ColumnType = 'int32' | 'uint8' | 'float64' | 'micros';
type ColumnOf<T extends ColumnType> = T extends 'int32' ? Int32Array : T extends 'uint8' ? Uint8Array : Float64Array;
type ColumnsOf<T extends readonly ColumnType[]> = { -readonly [K in keyof T]: ColumnOf<T[K]> };

/**
 * Visits a result chunk by chunk, its columns as typed arrays that are valid during the visit only. A NULL is NaN in a
 * `float64` column; other columns must not hold any. `micros` (TIMESTAMP) comes as microseconds since the Unix epoch.
 * Returns the number of rows.
 */
export function visitChunks<const T extends readonly ColumnType[]>(
  result: DuckDBMaterializedResult,
  types: T,
  visit: (columns: ColumnsOf<T>, rows: number) => void,
): number {
  let rows = 0;
  for (let index = 0; index < result.chunkCount; index++) {
    const chunk = result.getChunk(index);
    const columns = types.map((type, column) => readColumn(chunk, column, type));
    visit(columns as ColumnsOf<T>, chunk.rowCount);
    // The arrays look into the chunk's memory: reading from the chunk after the visit keeps it from being collected.
    rows += chunk.rowCount;
  }
  return rows;
}

const WIDTH: Readonly<Record<ColumnType, number>> = { int32: 4, uint8: 1, float64: 8, micros: 8 };

function readColumn(chunk: DuckDBDataChunk, column: number, type: ColumnType): Int32Array | Uint8Array | Float64Array {
  const rows = chunk.rowCount;
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, column);
  const { buffer, byteOffset } = duckdb.vector_get_data(vector, rows * WIDTH[type]);
  switch (type) {
    case 'int32':
      return new Int32Array(buffer, byteOffset, rows);
    case 'uint8':
      return new Uint8Array(buffer, byteOffset, rows);
    case 'micros':
      return microsOf(new Int32Array(buffer, byteOffset, 2 * rows));
    case 'float64':
      return withMissing(
        new Float64Array(buffer, byteOffset, rows),
        duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8),
      );
  }
}

function microsOf(halves: Int32Array): Float64Array {
  const micros = new Float64Array(halves.length / 2);
  for (let row = 0; row < micros.length; row++) {
    micros[row] = (halves[2 * row + 1] ?? 0) * TWO_32 + ((halves[2 * row] ?? 0) >>> 0);
  }
  return micros;
}

function withMissing(values: Float64Array, validity: Uint8Array | null): Float64Array {
  if (!validity) return values;
  const copy = values.slice();
  for (let row = 0; row < copy.length; row++) {
    if (((validity[row >> 3] ?? 0xff) & (1 << (row & 7))) === 0) copy[row] = Number.NaN;
  }
  return copy;
}
