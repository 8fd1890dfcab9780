import { rm } from 'node:fs/promises';
import { type DuckDBAppender, type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { QUALITIES } from '../../../edge/protocol/quality.ts';
import { PointRows } from '../../store/duckdb/columns.ts';
import { ORIGINS } from '../../store/telemetry-store.ts';
import type { ExportRows, ReadingWriter } from './export-writer.ts';

const MEMORY_LIMIT = '256MiB';
/** Rows that wait for the appender. */
const PIECE_ROWS = 100_000;

const listOf = (words: readonly string[]) => `[${words.map((word) => `'${word}'`).join(', ')}]`;

const SELECT = `SELECT s.device, make_timestamptz(epoch_us(p.time)) AS time, s.metric, p.value,
    (${listOf(QUALITIES)})[p.quality::INTEGER + 1] AS quality, (${listOf(ORIGINS)})[p.origin::INTEGER + 1] AS origin
  FROM point p JOIN series s ON s.number = p.series`;

/**
 * Parquet: texts as dictionaries, time in microseconds UTC, a value that is not good as null. Rows are kept in a file beside
 * it until the end, because a Parquet file is written in one go; so it needs room on disk twice, and no memory.
 */
export class ParquetWriter implements ReadingWriter {
  readonly #file: string;
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #points: DuckDBAppender;
  readonly #rows = new PointRows();
  readonly #series = new Map<string, number>();

  private constructor(file: string, instance: DuckDBInstance, connection: DuckDBConnection, points: DuckDBAppender) {
    this.#file = file;
    this.#instance = instance;
    this.#connection = connection;
    this.#points = points;
  }

  static async open(file: string): Promise<ParquetWriter> {
    await removeRows(file);
    const instance = await DuckDBInstance.create(rowsFile(file), {
      memory_limit: MEMORY_LIMIT,
      threads: '1',
      preserve_insertion_order: 'true',
      autoinstall_known_extensions: 'false',
    });
    const connection = await instance.connect();
    await connection.run('CREATE TABLE series (number INTEGER, device VARCHAR, metric VARCHAR)');
    await connection.run(
      'CREATE TABLE point (series INTEGER, time TIMESTAMP, value DOUBLE, quality UTINYINT, origin UTINYINT, stream INTEGER, n BIGINT)',
    );
    return new ParquetWriter(file, instance, connection, await connection.createAppender('point'));
  }

  async write(rows: readonly ExportRows[]): Promise<void> {
    for (const one of rows) {
      if (one.timeMs.length === 0) continue;
      const series = await this.#numberOf(one);
      for (let i = 0; i < one.timeMs.length; i++) {
        const [value, quality, origin] = [one.value[i] ?? Number.NaN, one.quality[i] ?? 0, one.origin[i] ?? 0];
        this.#rows.push(series, (one.timeMs[i] ?? 0) * 1000, value, quality, origin, -1, -1);
        if (this.#rows.length >= PIECE_ROWS) this.#flush();
      }
    }
  }

  async finish(): Promise<void> {
    this.#flush();
    this.#points.closeSync();
    const target = this.#file.replaceAll("'", "''");
    await this.#connection.run(
      `COPY (${SELECT}) TO '${target}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
    );
  }

  async close(): Promise<void> {
    this.#connection.closeSync();
    this.#instance.closeSync();
    await removeRows(this.#file);
  }

  async #numberOf({ device, metric }: ExportRows): Promise<number> {
    const key = `${device}\n${metric}`;
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const number = this.#series.size;
    this.#series.set(key, number);
    await this.#connection.run('INSERT INTO series VALUES ($1, $2, $3)', [number, device, metric]);
    return number;
  }

  #flush(): void {
    this.#rows.appendTo(this.#points);
    this.#rows.clear();
  }
}

function rowsFile(file: string): string {
  return `${file}.rows`;
}

async function removeRows(file: string): Promise<void> {
  for (const name of [rowsFile(file), `${rowsFile(file)}.wal`]) await rm(name, { force: true });
}
