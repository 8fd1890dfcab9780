import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { localAuthenticator, TokenAuthenticator } from '../../../../server/access/authenticator.ts';
import { browserGuard } from '../../../../server/access/browser-guard.ts';
import { makeToken } from '../../../../server/access/users.ts';
import { UpgradeGate } from '../../../../server/api/upgrade-gate.ts';

const guard = browserGuard([]);
let server: Server;
let url = '';
beforeEach(async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/live`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** What became of a connection: the first message, or the status it was refused with. */
function connect(headers: Record<string, string> = {}): Promise<string | number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers });
    socket.on('message', (data) => {
      resolve(String(data));
      socket.terminate();
    });
    socket.on('unexpected-response', (_, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', () => resolve('error'));
  });
}

/** A stream behind the gate that greets everybody who comes through. */
function greeter(gate: UpgradeGate): void {
  const sockets = new WebSocketServer({ noServer: true });
  gate.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (one) => one.send('hello')),
  );
}

test('until the stream is there, clients are told to come back', async () => {
  const gate = new UpgradeGate(server, { guard, authenticator: localAuthenticator() });
  expect(await connect()).toBe(503);
  greeter(gate);
  expect(await connect()).toBe('hello');
});

test('foreign pages and rebound names do not come through, the own page does', async () => {
  greeter(new UpgradeGate(server, { guard, authenticator: localAuthenticator() }));
  expect(await connect({ origin: 'http://evil.example' })).toBe(403);
  expect(await connect({ host: 'evil.example' })).toBe(421);
  expect(await connect({ origin: url.replace('ws:', 'http:').replace('/api/v1/live', '') })).toBe('hello');
});

test('with users, a token of a viewer is needed', async () => {
  const [ann, robot] = await Promise.all([makeToken('ann', 'viewer'), makeToken('robot', 'agent')]);
  const authenticator = new TokenAuthenticator([ann.user, robot.user], new ManualProcessClock());
  greeter(new UpgradeGate(server, { guard, authenticator }));
  expect(await connect()).toBe(401);
  expect(await connect({ authorization: `Bearer ${robot.token}` })).toBe(403);
  expect(await connect({ authorization: `Bearer ${ann.token}` })).toBe('hello');
});

test('a session of a browser lets in, and its end ends the stream', async () => {
  const ann = await makeToken('ann', 'viewer');
  const authenticator = new TokenAuthenticator([ann.user], new ManualProcessClock());
  greeter(new UpgradeGate(server, { guard, authenticator }));
  const secret = authenticator.sessions.open(await authenticator.userOf(ann.token, ''));
  const socket = new WebSocket(url, { headers: { cookie: `gridwarden_session=${secret}` } });
  await once(socket, 'message');
  const closed = once(socket, 'close');
  authenticator.sessions.close(secret);
  await closed;
  expect(await connect({ cookie: `gridwarden_session=${secret}` })).toBe(401);
});

test('a stopped gate lets nobody in', async () => {
  const gate = new UpgradeGate(server, { guard, authenticator: localAuthenticator() });
  greeter(gate);
  await gate.stop();
  expect(await connect()).toBe(503);
});
