import { DOUBLE, type DuckDBConnection, DuckDBDataChunk, INTEGER, TIMESTAMPTZ, UTINYINT } from '@duckdb/node-api';
// The public vectors set one value a call; whole columns are copied only by the bindings below them.
import duckdb from '@duckdb/node-bindings';

const CHUNK_ROWS = 2048;
const TYPES = [INTEGER, UTINYINT, TIMESTAMPTZ, DOUBLE] as const;
const TWO_32 = 2 ** 32;

/** Readings in columns: device and metric by number, time in µs as two halves of a 64-bit integer, value. */
export class ReadingRows {
  length = 0;
  readonly #device: Int32Array<ArrayBuffer>;
  readonly #metric: Uint8Array<ArrayBuffer>;
  readonly #time: Int32Array<ArrayBuffer>;
  readonly #value: Float64Array<ArrayBuffer>;

  constructor(capacity: number) {
    this.#device = new Int32Array(capacity);
    this.#metric = new Uint8Array(capacity);
    this.#time = new Int32Array(2 * capacity);
    this.#value = new Float64Array(capacity);
  }

  get capacity(): number {
    return this.#device.length;
  }

  push(device: number, metric: number, timeMs: number, value: number): void {
    const row = this.length;
    const timeUs = timeMs * 1000;
    const high = Math.floor(timeUs / TWO_32);
    this.#device[row] = device;
    this.#metric[row] = metric;
    this.#time[2 * row] = timeUs - high * TWO_32;
    this.#time[2 * row + 1] = high;
    this.#value[row] = value;
    this.length = row + 1;
  }

  /** Appends all rows to a table of these four columns and forgets them. */
  async appendTo(connection: DuckDBConnection, table: string): Promise<void> {
    const appender = await connection.createAppender(table);
    const chunk = DuckDBDataChunk.create(TYPES);
    for (let from = 0; from < this.length; from += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, this.length - from);
      chunk.rowCount = rows;
      copy(chunk, 0, this.#device.buffer, from * 4, rows * 4);
      copy(chunk, 1, this.#metric.buffer, from, rows);
      copy(chunk, 2, this.#time.buffer, from * 8, rows * 8);
      copy(chunk, 3, this.#value.buffer, from * 8, rows * 8);
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    this.length = 0;
  }
}

function copy(chunk: DuckDBDataChunk, column: number, buffer: ArrayBuffer, from: number, bytes: number): void {
  duckdb.copy_data_to_vector(duckdb.data_chunk_get_vector(chunk.chunk, column), 0, buffer, from, bytes);
}
