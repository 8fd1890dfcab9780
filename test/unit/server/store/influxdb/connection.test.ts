import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ManualProcessClock } from '../../../../../edge/platform/clock.ts';
import { createLogger } from '../../../../../edge/platform/log.ts';
import { Metrics } from '../../../../../edge/platform/metrics.ts';
import { openState } from '../../../../../server/state/database.ts';
import { InfluxConnection } from '../../../../../server/store/influxdb/connection.ts';
import { explainInflux } from '../../../../../server/store/influxdb/failures.ts';
import { InfluxState } from '../../../../../server/store/influxdb/influx-state.ts';
import { InfluxLink } from '../../../../../server/store/influxdb/link.ts';
import { StoreMetrics } from '../../../../../server/store/store-metrics.ts';

/** A server that answers as InfluxDB documents it; the real one is asked in the integration tests, but cannot be told to be overloaded. */
interface Peer {
  answer: (request: IncomingMessage, body: Buffer, response: ServerResponse) => void;
  readonly bodies: Buffer[];
}

let server: Server;
let peer: Peer;
let clock: ManualProcessClock;
let connection: InfluxConnection;
beforeEach(async () => {
  peer = { answer: (_request, _body, response) => response.writeHead(204).end(), bodies: [] };
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      peer.bodies.push(Buffer.concat(chunks));
      peer.answer(request, Buffer.concat(chunks), response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  clock = new ManualProcessClock();
  connection = new InfluxConnection({ url: url(), org: 'o', token: 't', timeoutMs: 200 }, clock);
});
afterEach(async () => {
  connection.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function url(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const explained = (error: unknown) => explainInflux({ url: 'URL', org: 'o' }, 'b', error);

describe('a write', () => {
  test('is one request with all lines, the token and microseconds, and is done on 204', async () => {
    let seen: IncomingMessage | undefined;
    peer.answer = (request, _body, response) => {
      seen = request;
      response.writeHead(204).end();
    };
    const lines = Array.from({ length: 5000 }, (_, index) => `m,device=d f=${index} ${index}`).join('\n');
    await connection.write('my bucket', lines);
    expect(peer.bodies.map(String)).toEqual([lines]);
    expect(seen?.url).toBe('/api/v2/write?org=o&bucket=my%20bucket&precision=us');
    expect(seen?.headers.authorization).toBe('Token t');
    // On the same machine nothing is compressed.
    expect(seen?.headers['content-encoding']).toBeUndefined();
  });

  test.each([
    ['to another machine is compressed', '0.0.0.0', undefined, true],
    ['to another machine is not compressed when that is not wanted', '0.0.0.0', false, false],
    ['to the same machine is compressed when that is wanted', '127.0.0.1', true, true],
  ])('%s', async (_what, host, compress, isCompressed) => {
    const settings = { url: url().replace('127.0.0.1', host), org: 'o', token: 't', timeoutMs: 2000 };
    const other = new InfluxConnection(compress === undefined ? settings : { ...settings, compress }, clock);
    const lines = 'm,device=d f=1 1\n'.repeat(1000);
    await other.write('b', lines);
    other.close();
    const [body = Buffer.alloc(0)] = peer.bodies;
    expect(String(isCompressed ? gunzipSync(body) : body)).toBe(lines);
  });

  test.each([200, 201, 202])('that is answered %i is not done', async (status) => {
    peer.answer = (_request, _body, response) => response.writeHead(status).end();
    await expect(connection.write('b', 'm f=1 1')).rejects.toThrow(`204 was expected, not ${status}`);
    expect(peer.bodies).toHaveLength(1);
  });

  test.each([
    [401, 'STORE_UNAUTHORIZED'],
    [403, 'STORE_UNAUTHORIZED'],
    [404, 'STORE_BUCKET_MISSING'],
    [429, 'STORE_UNAVAILABLE'],
    [500, 'STORE_UNAVAILABLE'],
    [503, 'STORE_UNAVAILABLE'],
  ])('that is answered %i fails with %s and is not repeated', async (status, code) => {
    peer.answer = (_request, _body, response) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'retry-after': '7' })
        .end('{"code":"x","message":"why\\nnot"}');
    const failure = explained(await connection.write('b', 'm f=1 1').catch((error: unknown) => error));
    expect(failure.code).toBe(code);
    expect(failure.message).not.toContain('\n');
    // Seconds, as HTTP says; the client library reads them as milliseconds.
    expect(failure.details.retryAfterMs).toBe(status === 429 || status === 503 ? 7000 : undefined);
    expect(peer.bodies).toHaveLength(1);
  });

  test('that is not answered fails, and its socket does not stay', async () => {
    peer.answer = () => undefined;
    const failure = explained(await connection.write('b', 'm f=1 1').catch((error: unknown) => error));
    expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE', message: 'InfluxDB at URL does not answer in time' });
    await expect.poll(() => new Promise((resolve) => server.getConnections((_error, count) => resolve(count)))).toBe(0);
  });

  test('that nobody takes fails in one line', async () => {
    const nowhere = new InfluxConnection({ url: 'http://127.0.0.1:1', org: 'o', token: 't', timeoutMs: 200 }, clock);
    const failure = explained(await nowhere.write('b', 'm f=1 1').catch((error: unknown) => error));
    expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE', message: expect.stringContaining('ECONNREFUSED') });
    nowhere.close();
  });
});

describe('a query', () => {
  test('that stops in the middle is given up when its time is over', async () => {
    const begun = Promise.withResolvers<void>();
    peer.answer = (_request, _body, response) => {
      response.writeHead(200, { 'content-type': 'text/csv' });
      response.write(',result,table,_value\r\n');
    };
    const reading = (async () => {
      for await (const _chunk of connection.queryFlux('x')) begun.resolve();
    })();
    await begun.promise;
    clock.advance(200);
    await expect(reading).rejects.toThrow();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a link', () => {
  test('lets the server alone for as long as it asks, and says each change once', async () => {
    const log: { msg: string }[] = [];
    const sink = { write: (line: string) => log.push(JSON.parse(line)) > 0 } as unknown as NodeJS.WritableStream;
    const database = openState(':memory:');
    const state = new InfluxState(database);
    const metrics = new StoreMetrics(new Metrics());
    const link = new InfluxLink({
      connection,
      state,
      buckets: ['b'],
      processClock: clock,
      logger: createLogger('t', 'info', sink),
      metrics,
    });
    let status = 503;
    peer.answer = (request, _body, response) => {
      if (status !== 200) return void response.writeHead(status, { 'retry-after': '30' }).end();
      const body = request.url === '/health' ? { version: 'v2.9.1' } : { buckets: [{ id: '12', retentionRules: [] }] };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    await link.tryFirst();
    const id = state.identity();
    expect(peer.bodies).toHaveLength(1);
    for (let attempt = 0; attempt < 3; attempt++) {
      clock.advance(9_000);
      await expect(link.ready()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    }
    expect(peer.bodies).toHaveLength(1);
    clock.advance(3_000);
    status = 200;
    await link.ready();
    expect(link.buckets).toEqual([{ id: '12', name: 'b', retentionMs: 0 }]);
    expect(await link.health()).toEqual({ ok: true, reason: `InfluxDB v2.9.1 at ${url()}, b` });
    expect(state.identity()).toBe(id);
    expect(log.map(({ msg }) => msg)).toEqual([expect.stringContaining('answers 503'), 'InfluxDB works again']);
    database.close();
  });

  test('asks a quiet server for its health now and then, not each time', async () => {
    const database = openState(':memory:');
    const state = new InfluxState(database);
    const metrics = new StoreMetrics(new Metrics());
    const link = new InfluxLink({
      connection,
      state,
      buckets: ['b'],
      processClock: clock,
      logger: createLogger('t', 'silent'),
      metrics,
    });
    peer.answer = (_request, _body, response) => response.writeHead(404).end();
    await link.tryFirst();
    expect(await link.health()).toMatchObject({ ok: false });
    const asked = peer.bodies.length;
    for (let times = 0; times < 5; times++) await link.health();
    expect(peer.bodies.length).toBe(asked);
    clock.advance(10_000);
    await link.health();
    expect(peer.bodies.length).toBe(asked + 1);
    database.close();
  });
});
