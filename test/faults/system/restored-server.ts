import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../parts/ports.ts';
import { serverConfig } from './configs.ts';
import { ManagedProcess } from './managed-process.ts';

const MAIN = join(import.meta.dirname, '../../../server/main.ts');

/** A server of its own, with ports of its own and no edges, in a place that is empty at first; it keeps its data in DuckDB. */
export class RestoredServer {
  readonly folder: string;
  readonly process: ManagedProcess;
  readonly #httpPort: number;

  private constructor(folder: string, httpPort: number) {
    this.folder = folder;
    this.#httpPort = httpPort;
    const command = [process.execPath, MAIN, '--config', this.config];
    this.process = new ManagedProcess({
      name: 'restored server',
      command,
      folder,
      logFile: join(folder, 'server.log'),
    });
  }

  /** Makes the folder and the configuration in it; starts nothing. */
  static async prepare(folder: string): Promise<RestoredServer> {
    const http = await freePort();
    const server = new RestoredServer(folder, http);
    mkdirSync(folder, { recursive: true });
    const world = { http, broker: { embedded: await freePort() }, store: { duckdb: server.telemetryFolder } };
    writeFileSync(server.config, serverConfig(world, server.stateFile));
    return server;
  }

  /** Another server on a copy of what was restored; this one must not have been started. */
  async copyTo(folder: string): Promise<RestoredServer> {
    const other = await RestoredServer.prepare(folder);
    cpSync(this.stateFile, other.stateFile);
    cpSync(this.telemetryFolder, other.telemetryFolder, { recursive: true });
    return other;
  }

  get config(): string {
    return join(this.folder, 'server.yaml');
  }

  get api(): string {
    return `http://127.0.0.1:${this.#httpPort}`;
  }

  get stateFile(): string {
    return join(this.folder, 'state.sqlite');
  }

  get telemetryFolder(): string {
    return join(this.folder, 'telemetry');
  }

  get rejectsFolder(): string {
    return join(this.telemetryFolder, 'rejects');
  }
}
