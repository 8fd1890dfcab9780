import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ModbusPeer } from '../../support/modbus-peer.ts';
import { startAedes, type TestBroker } from '../../support/test-brokers.ts';
import { until } from '../../support/until.ts';
import { EdgeCommand, edge } from './edge-command.ts';

/** Notes every module that is loaded, also in threads, which take over how the process was started. */
const HOOK = `
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
registerHooks({
  load(url, context, nextLoad) {
    if (process.env.NOTE_MODULES) appendFileSync(process.env.NOTE_MODULES, url + '\\n');
    return nextLoad(url, context);
  },
});
`;

let folder: string;
let broker: TestBroker;
let peer: ModbusPeer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-modules-'));
  broker = await startAedes();
  peer = await ModbusPeer.listen('tcp');
});

afterAll(async () => {
  await peer.close();
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a running edge has loaded nothing of the server, the page, the store or the simulators', async () => {
  const hook = join(folder, 'hook.mjs');
  const noted = join(folder, 'modules.txt');
  writeFileSync(hook, HOOK);
  const devices = [{ id: 'M-1', model: 'eastron/sdm630', unit: 1, every: '1s' }];
  const config = {
    group: 'east',
    node: 'agent-1',
    broker: { urls: [broker.url] },
    outbox: { path: 'outbox.sqlite', maxBytes: '16MiB' },
    buses: [
      { id: 'gw1', transport: 'tcp', host: '127.0.0.1', port: peer.port, timeout: '200ms', devices },
      { id: 'line', transport: 'rtu', path: join(folder, 'no-such-line'), devices: [{ ...devices[0], id: 'M-2' }] },
    ],
  };
  writeFileSync(join(folder, 'edge.yaml'), JSON.stringify(config));
  const env = { NODE_OPTIONS: `--import=${hook}`, NOTE_MODULES: noted };
  const running = new EdgeCommand(['--config', 'edge.yaml'], { cwd: folder, env });
  await until('the connection', () => running.stdout.includes('"connected"'), 30_000);
  running.signal('SIGHUP');
  await until('the reload', () => running.stdout.includes('configuration read again'), 30_000);
  const status = await edge(['status', '--json'], { cwd: folder });
  expect(status.code).toBe(0);
  running.signal('SIGTERM');
  expect((await running.ended).code).toBe(0);
  const modules = [...new Set(readFileSync(noted, 'utf8').split('\n'))].filter((url) => url !== '');
  const ours = modules.filter((url) => url.startsWith('file:') && !url.includes('/node_modules/'));
  expect(modules.some((url) => url.endsWith('/edge/outbox/worker.ts'))).toBe(true);
  expect(modules.some((url) => url.includes('/node_modules/mqtt/'))).toBe(true);
  expect(ours.filter((url) => !/\/edge\/|hook\.mjs$/.test(url))).toEqual([]);
  expect(modules.filter((url) => /duckdb|fastify|influxdb|aedes|preact|vite|piscina/.test(url))).toEqual([]);
});
