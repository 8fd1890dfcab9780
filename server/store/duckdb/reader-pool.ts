import type { DuckDBConnection } from '@duckdb/node-api';
import { GridwardenError } from '../../../edge/platform/errors.ts';

/** Reads that may wait for a connection; more are refused. */
const MAX_WAITING = 64;

/** The connections that reads share: one read a connection, the others wait in order. */
export class ReaderPool {
  readonly #idle: DuckDBConnection[];
  readonly #waiting: ((connection: DuckDBConnection) => void)[] = [];

  constructor(connections: readonly DuckDBConnection[]) {
    this.#idle = [...connections];
  }

  /** @throws GridwardenError OVERLOADED when too many wait already. */
  async with<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.#take();
    try {
      return await work(connection);
    } finally {
      const next = this.#waiting.shift();
      if (next) next(connection);
      else this.#idle.push(connection);
    }
  }

  #take(): Promise<DuckDBConnection> | DuckDBConnection {
    const idle = this.#idle.pop();
    if (idle) return idle;
    if (this.#waiting.length >= MAX_WAITING) {
      throw new GridwardenError('OVERLOADED', `${MAX_WAITING} reads of the telemetry store wait already`);
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** Puts series into the connection's table `wanted`. */
export async function setWanted(connection: DuckDBConnection, series: readonly number[]): Promise<void> {
  await connection.run('DELETE FROM wanted');
  const appender = await connection.createAppender('wanted', 'main', 'temp');
  for (const one of series) {
    appender.appendInteger(one);
    appender.endRow();
  }
  appender.closeSync();
}
