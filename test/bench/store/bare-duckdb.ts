import { rmSync } from 'node:fs';
import { BIGINT, DOUBLE, DuckDBDataChunk, DuckDBInstance, INTEGER, TIMESTAMP, UTINYINT } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { CommitRequest } from '../../../server/store/telemetry-store.ts';

const CHUNK_ROWS = 2048;
const TYPES = [INTEGER, TIMESTAMP, DOUBLE, UTINYINT, UTINYINT, INTEGER, BIGINT] as const;
const COLUMNS =
  'series INTEGER, time TIMESTAMP, value DOUBLE, quality UTINYINT, origin UTINYINT, stream INTEGER, n BIGINT';

export interface BareBatch {
  readonly length: number;
  readonly columns: readonly (Int32Array | Float64Array | Uint8Array | BigInt64Array)[];
  readonly ranges: readonly (readonly [number, number])[];
}

/** The batch in the types of the table; made before the clock runs. */
export function bareBatch({ points, streams }: CommitRequest): BareBatch {
  const { series, timeUs, value, quality, origin, stream, n } = points;
  const columns = [
    series,
    BigInt64Array.from(timeUs, BigInt),
    value,
    quality,
    origin,
    stream,
    BigInt64Array.from(n, BigInt),
  ];
  return { length: points.length, columns, ranges: streams.flatMap(({ ranges }) => ranges) };
}

/**
 * What DuckDB takes from a client that does nothing else: the same columns, whole chunks, BEGIN … ranges … COMMIT, one thread. It
 * neither checks nor routes nor sorts, and its columns are 64-bit integers already.
 */
export class BareDuckDb {
  readonly #commit: (batch: BareBatch) => Promise<void>;
  readonly #close: () => void;

  private constructor(commit: (batch: BareBatch) => Promise<void>, close: () => void) {
    this.#commit = commit;
    this.#close = close;
  }

  static async open(file: string): Promise<BareDuckDb> {
    const instance = await DuckDBInstance.create(file, { threads: '1', memory_limit: '512MiB' });
    const connection = await instance.connect();
    await connection.run(`CREATE TABLE points (${COLUMNS})`);
    await connection.run('CREATE TABLE received (stream INTEGER, from_n BIGINT, to_n BIGINT)');
    const points = await connection.createAppender('points');
    const received = await connection.createAppender('received');
    const chunk = DuckDBDataChunk.create(TYPES);
    const commit = async ({ length, columns, ranges }: BareBatch): Promise<void> => {
      await connection.run('BEGIN');
      for (let from = 0; from < length; from += CHUNK_ROWS) {
        const rows = Math.min(CHUNK_ROWS, length - from);
        chunk.rowCount = rows;
        for (const [column, values] of columns.entries()) {
          const width = values.BYTES_PER_ELEMENT;
          const vector = duckdb.data_chunk_get_vector(chunk.chunk, column);
          duckdb.copy_data_to_vector(vector, 0, values.buffer as ArrayBuffer, from * width, rows * width);
        }
        points.appendDataChunk(chunk);
      }
      points.flushSync();
      for (const [from, to] of ranges) {
        received.appendInteger(0);
        received.appendBigInt(BigInt(from));
        received.appendBigInt(BigInt(to));
        received.endRow();
      }
      received.flushSync();
      await connection.run('COMMIT');
    };
    return new BareDuckDb(commit, () => {
      points.closeSync();
      received.closeSync();
      connection.closeSync();
      instance.closeSync();
      rmSync(file, { force: true });
    });
  }

  commit(batch: BareBatch): Promise<void> {
    return this.#commit(batch);
  }

  close(): void {
    this.#close();
  }
}
