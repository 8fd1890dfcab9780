import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EdgeStatus } from '../../../edge/status/status.ts';
import { goldenProfiles } from '../../support/golden-profiles.ts';
import { ModbusPeer } from '../../support/modbus-peer.ts';
import { startAedes, type TestBroker } from '../../support/test-brokers.ts';
import { until } from '../../support/until.ts';
import { EdgeCommand, edge } from './edge-command.ts';

let folder: string;
let broker: TestBroker;
let peer: ModbusPeer;
let running: EdgeCommand;

/** What the command prints, once the edge is as far as `isReady` wants. */
async function statusWhen(isReady: (status: EdgeStatus) => boolean): Promise<EdgeStatus> {
  for (;;) {
    const { code, stdout } = await edge(['status', '--json'], { cwd: folder });
    const status = code === 0 ? (JSON.parse(stdout) as EdgeStatus) : undefined;
    if (status && isReady(status)) return status;
  }
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-status-'));
  broker = await startAedes();
  const golden = goldenProfiles().find(({ model }) => model === 'eastron/sdm630');
  peer = await ModbusPeer.listen('tcp');
  for (const { holding = [], input = [] } of golden?.image.units ?? []) {
    const words = (blocks: typeof holding) =>
      new Map(blocks.flatMap(({ address, registers }) => registers.map((word, i) => [address + i, word] as const)));
    peer.unit(1, 3, words(holding)).unit(1, 4, words(input));
  }
  const devices = [1, 2].map((unit) => ({ id: `M-<${unit}>`, model: 'eastron/sdm630', unit, every: '1s' }));
  const config = {
    group: 'east',
    node: 'agent-1',
    broker: { urls: [broker.url.replace('mqtt://', 'mqtt://user:secret@')] },
    outbox: { path: 'outbox.sqlite', maxBytes: '16MiB' },
    buses: [{ id: 'gw1', transport: 'tcp', host: '127.0.0.1', port: peer.port, timeout: '200ms', devices }],
  };
  writeFileSync(join(folder, 'edge.yaml'), JSON.stringify(config));
});

afterAll(async () => {
  running.signal('SIGTERM');
  await running.ended;
  await peer.close();
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('without an edge the command says so, and ends with 1', async () => {
  const { code, stderr } = await edge(['status', '--config', join(folder, 'edge.yaml')]);
  expect([code, stderr]).toEqual([1, expect.stringContaining('No edge runs with this configuration')]);
});

test('a running edge is found without being configured for it, and tells how it is', async () => {
  running = new EdgeCommand(['--config', 'edge.yaml'], { cwd: folder });
  const status = await statusWhen(
    ({ buses, outbox, session }) =>
      session.isReady &&
      outbox.waiting > 0 &&
      outbox.oldestMs !== undefined &&
      buses[0]?.devices.every(({ health }) => health !== undefined) === true,
  );
  expect(status).toMatchObject({
    group: 'east',
    session: { broker: broker.url, isConnected: true },
    outbox: { unprotected: 0, maxBytes: 16 * 2 ** 20 },
    buses: [{ id: 'gw1', connected: true, devices: [{ health: { up: true } }, { health: { up: false } }] }],
  });
  expect(status.buses[0]?.devices[0]?.blocks.length).toBeGreaterThan(0);
  const shown = await edge(['status', '--config', 'edge.yaml'], { cwd: folder });
  expect(shown.stdout).toMatch(/^M-<2> +gw1 +2 +eastron\/sdm630 +DOWN for .*: silent/m);
  expect(shown.stdout).toMatch(/as a page: http:\/\/127\.0\.0\.1:[0-9]+\/$/m);
});

test('the page says the same, with nothing that a browser would run or load', async () => {
  const url = /"url":"([^"]+)"/.exec(running.stdout)?.[1] ?? '';
  const page = await fetch(url);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const text = await page.text();
  expect(text).toContain('<td>M-&lt;2&gt;</td>');
  expect(text).not.toContain('secret');
  expect((await fetch(`${url}metrics`)).status).toBe(200);
});

test('a configuration with a mistake in it does not keep the command from finding the edge', async () => {
  const file = join(folder, 'broken.yaml');
  writeFileSync(file, 'outbox: { path: outbox.sqlite }\nbuses: wrong\n');
  const { code } = await edge(['status', '--config', file]);
  expect(code).toBe(0);
});

test('--watch shows it again and again until it is interrupted', async () => {
  const watch = new EdgeCommand(['status', '--config', 'edge.yaml', '--watch', '1'], { cwd: folder });
  await until('two rounds', () => watch.stdout.split('as a page').length > 2, 20_000);
  watch.signal('SIGINT');
  expect((await watch.ended).code).toBe(0);
});

test('an edge that ends takes its address along', async () => {
  running.signal('SIGTERM');
  expect((await running.ended).code).toBe(0);
  expect(existsSync(join(folder, 'outbox.sqlite.address.json'))).toBe(false);
  writeFileSync(join(folder, 'outbox.sqlite.address.json'), JSON.stringify({ pid: 1, address: '127.0.0.1:9' }));
  const { code, stderr } = await edge(['status'], { cwd: folder });
  expect([code, stderr]).toEqual([1, expect.stringContaining('nobody answers at http://127.0.0.1:9/')]);
});
