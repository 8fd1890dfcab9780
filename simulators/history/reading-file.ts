import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { ReadingRows } from './columns.ts';
import type { HistoryFormat } from './formats.ts';

const JOINED = 'FROM readings r JOIN devices d ON d.number = r.device JOIN metrics m ON m.number = r.metric';

/**
 * What is copied out, by format: long rows `device,time,metric,value` in Parquet and CSV (RFC 3339, UTC); InfluxDB line
 * protocol in ns with the tags `device` and `origin`. Ids and metrics hold no character that line protocol escapes.
 */
const COPY: Readonly<Record<HistoryFormat, { readonly select: string; readonly options: string }>> = {
  parquet: {
    select: `SELECT d.id AS device, r.time AS time, m.name AS metric, r.value AS value ${JOINED}`,
    options: 'FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 245760',
  },
  csv: {
    select: `SELECT d.id AS device, strftime(make_timestamp(epoch_us(r.time)), '%Y-%m-%dT%H:%M:%SZ') AS time, m.name AS metric, r.value AS value ${JOINED}`,
    options: 'FORMAT csv, HEADER true',
  },
  influx: {
    select: `SELECT d.kind || ',device=' || d.id || ',origin=import ' || m.name || '=' || r.value || ' ' || epoch_us(r.time) || '000' ${JOINED}`,
    options: `FORMAT csv, HEADER false, QUOTE '', ESCAPE '', DELIMITER '\t'`,
  },
};

export interface DeviceName {
  readonly id: string;
  readonly kind: 'meter' | 'transformer';
}

/** Writes readings as files, by an embedded DuckDB that holds one file's rows at a time. */
export class ReadingFiles {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #format: HistoryFormat;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, format: HistoryFormat) {
    this.#instance = instance;
    this.#connection = connection;
    this.#format = format;
  }

  static async open(format: HistoryFormat, metrics: readonly string[]): Promise<ReadingFiles> {
    const instance = await DuckDBInstance.create(':memory:', {
      threads: '1',
      memory_limit: '1GiB',
      preserve_insertion_order: 'true',
      autoinstall_known_extensions: 'false',
    });
    const connection = await instance.connect();
    await connection.run('CREATE TABLE readings (device INTEGER, metric UTINYINT, time TIMESTAMPTZ, value DOUBLE)');
    await connection.run('CREATE TABLE devices (number INTEGER, id VARCHAR, kind VARCHAR)');
    await connection.run('CREATE TABLE metrics (number UTINYINT, name VARCHAR)');
    for (const [number, name] of metrics.entries()) {
      await connection.run(`INSERT INTO metrics VALUES (${number}, '${name}')`);
    }
    return new ReadingFiles(instance, connection, format);
  }

  /** Appends rows to the file that is being made. */
  append(rows: ReadingRows): Promise<void> {
    return rows.appendTo(this.#connection, 'readings');
  }

  /** Writes what was appended as one file; device numbers are places in `devices`. */
  async write(file: string, devices: readonly DeviceName[]): Promise<void> {
    const { select, options } = COPY[this.#format];
    const appender = await this.#connection.createAppender('devices');
    for (const [number, { id, kind }] of devices.entries()) {
      appender.appendInteger(number);
      appender.appendVarchar(id);
      appender.appendVarchar(kind);
      appender.endRow();
    }
    appender.closeSync();
    await this.#connection.run(`COPY (${select}) TO '${file.replaceAll("'", "''")}' (${options})`);
    await this.#connection.run('DELETE FROM devices');
    await this.#connection.run('TRUNCATE readings');
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
