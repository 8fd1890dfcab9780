import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';

const READY_MS = 60_000;
const ROOT = join(import.meta.dirname, '../..');

/** The whole server in its process, with DuckDB, the embedded broker at `broker`, its data in `folder`; ready when this resolves. */
export async function startServer(folder: string, http: number, broker: number): Promise<ChildProcess> {
  const config = join(folder, 'server.yaml');
  const settings = {
    listen: `127.0.0.1:${http}`,
    broker: { embedded: { listen: `127.0.0.1:${broker}` } },
    store: { duckdb: { path: 'telemetry' } },
    state: 'state.sqlite',
    logLevel: 'warn',
  };
  writeFileSync(config, stringify(settings));
  const server = fork(join(ROOT, 'server/main.ts'), ['--config', config], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const isReady = () =>
    fetch(`http://127.0.0.1:${http}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  const endMs = performance.now() + READY_MS;
  while (!(await isReady())) {
    if (performance.now() > endMs) throw new Error('the server is not ready in time');
    await delay(100);
  }
  return server;
}

export async function endServer(server: ChildProcess): Promise<void> {
  const exited = once(server, 'exit');
  server.kill('SIGTERM');
  const last = setTimeout(() => server.kill('SIGKILL'), 20_000);
  await exited;
  clearTimeout(last);
}
