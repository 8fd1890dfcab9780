import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

const SCRIPT = join(import.meta.dirname, '../../../../edge/platform/healthy.ts');

async function check(url: string): Promise<{ code: unknown; stderr: string }> {
  const child = spawn(process.execPath, [SCRIPT, url], { stdio: ['ignore', 'ignore', 'pipe'] });
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code, stderr };
}

async function answering(status: number): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end('x'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/health`;
}

test('is healthy when the address answers with success', async () => {
  expect(await check(await answering(200))).toEqual({ code: 0, stderr: '' });
});

test('is not healthy, and says why, when it answers with an error', async () => {
  const url = await answering(503);
  expect(await check(url)).toEqual({ code: 1, stderr: `${url}: answered 503\n` });
});

test('is not healthy, and says why, when nobody listens', async () => {
  const { code, stderr } = await check('http://127.0.0.1:2/health');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^http:\/\/127\.0\.0\.1:2\/health: .*ECONNREFUSED/);
});
