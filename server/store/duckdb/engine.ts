import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export interface EngineSettings {
  readonly memoryLimitBytes: number;
  readonly threads: number;
  /** Where sorts that do not fit into memory go. */
  readonly spillFolder: string;
}

/**
 * One DuckDB without a file of its own; the period files are attached to it and share its memory limit. Statements run on
 * libuv's threads (four by default), so that no more than one commit, one background job and two reads are under way.
 */
export interface Engine {
  /** Attaches and detaches files; never inside a transaction. */
  readonly admin: DuckDBConnection;
  readonly writer: DuckDBConnection;
  readonly job: DuckDBConnection;
  readonly readers: readonly DuckDBConnection[];
  close(): void;
}

const READERS = 2;

export async function openEngine(settings: EngineSettings): Promise<Engine> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${Math.floor(settings.memoryLimitBytes / 2 ** 20)}MiB`,
    threads: String(settings.threads),
    temp_directory: settings.spillFolder,
    // A database of meters never loads code from the network.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const admin = await instance.connect();
  const writer = await instance.connect();
  const job = await instance.connect();
  const readers = await Promise.all(Array.from({ length: READERS }, () => instance.connect()));
  for (const reader of readers) await reader.run('CREATE TEMP TABLE wanted (series INTEGER)');
  return {
    admin,
    writer,
    job,
    readers,
    close() {
      for (const connection of [admin, writer, job, ...readers]) connection.closeSync();
      instance.closeSync();
    },
  };
}

/** Rows of a small result as plain values. */
export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<unknown[][]> {
  return (await connection.run(sql)).getRowsJS();
}

/** Runs statements in one transaction; it is rolled back when one fails. */
export async function inTransaction(connection: DuckDBConnection, work: () => Promise<void>): Promise<void> {
  await connection.run('BEGIN');
  try {
    await work();
    await connection.run('COMMIT');
  } catch (error) {
    // A failed COMMIT has ended the transaction already; then there is nothing to roll back.
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** A microsecond time as a literal of SQL. */
export function timestamp(timeUs: number): string {
  return `make_timestamp(${timeUs})`;
}
