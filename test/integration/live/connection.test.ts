import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { SUBPROTOCOL } from '../../../server/live/protocol.ts';
import { LiveLab, NOON_MS } from './lab.ts';

test('welcomes a page with what it has to know', async () => {
  const lab = await LiveLab.start();
  const page = await lab.connect({ origin: 'http://page.example' });
  expect(page.socket.protocol).toBe(SUBPROTOCOL);
  expect(page.socket.extensions).toBe('');
  expect(page.messages[0]).toEqual({
    type: 'welcome',
    protocol: SUBPROTOCOL,
    serverEpoch: 'server-1',
    gridNowMs: NOON_MS,
    speed: 1,
    simulated: true,
    timeZone: 'Asia/Shanghai',
    heartbeatMs: 2000,
    window: 8,
  });
  expect(await lab.metric('live_clients')).toBe('gridwarden_live_clients 1');
});

test.each([
  ['another path', { path: '/api/v1/other' }, 404, 'NOT_FOUND'],
  ['a page of another site', { origin: 'http://evil.example' }, 403, 'FORBIDDEN'],
  ['no subprotocol', { protocols: [] }, 400, 'REQUEST_INVALID'],
  ['another subprotocol', { protocols: ['gridwarden.v9'] }, 400, 'REQUEST_INVALID'],
])('refuses %s with problem+json', async (_, options, status, code) => {
  const lab = await LiveLab.start();
  const page = lab.open(options);
  await lab.until(() => page.refused, 0);
  expect(page.refused?.status).toBe(status);
  expect(JSON.parse(page.refused?.body ?? '')).toMatchObject({ status, code });
  expect(await lab.metric('live_refused_total')).toContain('} 1');
});

test('refuses more pages than it serves, and takes one again when another has gone', async () => {
  const lab = await LiveLab.start({ limits: { maxClients: 1 } });
  const first = await lab.connect();
  const second = lab.open();
  await lab.until(() => second.refused, 0);
  expect(second.refused?.status).toBe(503);
  first.socket.close();
  await lab.until(() => first.closed, 0);
  await lab.connect();
});

test('survives a handshake that is no WebSocket and one that is cut', async () => {
  const lab = await LiveLab.start();
  for (const key of ['', 'Sec-WebSocket-Key: short\r\n']) {
    const socket = connect(lab.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `GET /api/v1/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\nSec-WebSocket-Version: 13\r\n${key}\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('HTTP/1.1 400');
    socket.resetAndDestroy();
  }
  await lab.connect();
});

test('sends heartbeats with the health of broker and store', async () => {
  const lab = await LiveLab.start();
  const page = await lab.connect();
  expect(await page.next('heartbeat')).toMatchObject({
    broker: { ok: true, reason: 'connected' },
    store: { ok: true, reason: 'DuckDB' },
  });
  lab.broker = { ok: false, reason: 'connection refused' };
  lab.store = () => Promise.reject(new Error('disk on fire'));
  const bad = await page.next('heartbeat', ({ broker, store }) => !broker.ok && !store.ok);
  expect(bad.broker.reason).toBe('connection refused');
  expect(bad.store.reason).toBe('disk on fire');
  lab.store = () => new Promise(() => {});
  expect((await page.next('heartbeat', ({ store }) => store.reason.includes('does not answer'))).store.ok).toBe(false);
});

test('the first heartbeat comes with the welcome, to each page, once the store has answered', async () => {
  const lab = await LiveLab.start();
  const answers: ((health: { ok: boolean; reason: string }) => void)[] = [];
  lab.store = () => new Promise((resolve) => answers.push(resolve));
  const pages = [await lab.connect(), await lab.connect()];
  expect(pages.flatMap((page) => page.all('heartbeat'))).toEqual([]);
  answers[0]?.({ ok: true, reason: 'DuckDB' });
  pages.push(await lab.connect());
  for (const page of pages) {
    // The clock stands still: no timer brings it.
    await lab.until(() => page.all('heartbeat').length === 1, 0);
    expect(page.all('heartbeat')[0]).toMatchObject({ broker: { ok: true }, store: { ok: true, reason: 'DuckDB' } });
    expect(page.messages[0]?.type).toBe('welcome');
  }
});

test('answers what is not of the protocol, and closes when it goes on', async () => {
  const lab = await LiveLab.start();
  const page = await lab.connect();
  page.socket.send('hello');
  page.socket.send(Buffer.from([1, 2, 3]));
  page.socket.send('{"type":"subscribe","id":"p","topic":"weather"}');
  const about = await page.next('error', ({ id }) => id === 'p');
  expect(about.message).toContain('topic: must be one of "points"');
  expect(page.all('error').map(({ code }) => code)).toEqual(['REQUEST_INVALID', 'REQUEST_INVALID', 'REQUEST_INVALID']);
  page.socket.send('4');
  page.socket.send('5');
  await lab.until(() => page.closed, 0);
  expect(page.closed?.code).toBe(1008);
  expect(await lab.metric('live_ended_total')).toBe('gridwarden_live_ended_total{reason="bad_messages"} 1');
});

test('closes a page that sends a message beyond the limit, or too many', async () => {
  const lab = await LiveLab.start({ limits: { maxMessageBytes: 1000, maxMessagesPerSecond: 50 } });
  const large = await lab.connect();
  large.socket.send('x'.repeat(1001));
  await lab.until(() => large.closed, 0);
  expect(large.closed?.code).toBe(1009);
  const many = await lab.connect();
  for (let count = 0; count < 51; count++) many.send({ type: 'ack', frame: count });
  await lab.until(() => many.closed, 0);
  expect(many.closed?.code).toBe(1008);
});

test('cuts off a page that does not answer, and keeps one that does', async () => {
  const lab = await LiveLab.start({ limits: { deadAfterMs: 30_000 } });
  const [alive, dead] = [await lab.connect(), await lab.connect({ autoPong: false })];
  let pings = 0;
  alive.socket.on('ping', () => pings++);
  lab.clock.advance(15_000);
  await lab.until(() => pings === 1, 0);
  // The answer has to arrive before the clock goes on: a subscription that is answered shows that it has.
  alive.send({ type: 'subscribe', id: 'a', topic: 'agents' });
  await lab.until(() => alive.find('agents'), 1);
  lab.clock.advance(15_000);
  await lab.until(() => dead.closed, 0);
  expect(dead.closed?.code).toBe(1006);
  expect(alive.closed).toBeUndefined();
});

test('leaves no timer behind when the last page has gone, and none when it stops', async () => {
  const lab = await LiveLab.start();
  const page = await lab.connect();
  page.send({ type: 'subscribe', id: 'a', topic: 'points' });
  await page.next('snapshot');
  expect(lab.clock.pendingTimers).toBeGreaterThan(0);
  page.socket.close();
  await lab.until(() => page.closed && lab.clock.pendingTimers === 0, 0);
  const other = await lab.connect();
  await lab.stop();
  await lab.until(() => other.closed, 0);
  expect(other.closed?.code).toBe(1001);
  expect(lab.clock.pendingTimers).toBe(0);
});
