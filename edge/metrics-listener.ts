import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { GridwardenError, messageOf, systemCodeOf } from './platform/errors.ts';
import type { Metrics } from './platform/metrics.ts';
import type { Service } from './platform/process.ts';
import { isLoopback, parseListen } from './platform/units.ts';
import type { StatusPages } from './status/serve.ts';

/** How long a client may take for its request, and how many may wait. */
const REQUEST_TIMEOUT_MS = 5000;
const MAX_CONNECTIONS = 16;

/** What is served. */
export interface Served {
  readonly metrics: Metrics;
  readonly health: () => Readonly<Record<string, EdgeHealth>>;
  readonly status: Pick<StatusPages, 'at'>;
}

/** Whether one part of the edge works, in a line. */
export interface EdgeHealth {
  readonly ok: boolean;
  readonly reason: string;
}

export interface MetricsListener extends Service {
  /** The port that it listens on; for configurations with port 0. */
  readonly port: number;
  /** `host:port`. */
  readonly address: string;
}

/**
 * Serves the status page and `/status.json`, `/metrics` for Prometheus, `/health/live` and `/health/ready` on an address
 * of this machine.
 *
 * @throws GridwardenError PORT_TAKEN, LISTEN_REFUSED
 */
export function startMetricsListener(listen: string, served: Served): Promise<MetricsListener> {
  const { host, port } = parseListen(listen);
  const server = createServer((request, response) => {
    answer(request, response, served).catch((error) => send(response, 500, 'text/plain', messageOf(error)));
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(listen, error)));
    server.listen(port, host, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address !== null ? address.port : port;
      resolve({
        port: taken,
        address: `${host.includes(':') ? `[${host}]` : host}:${taken}`,
        stop: () =>
          new Promise((stopped) => {
            server.close(() => stopped());
            server.closeAllConnections();
          }),
      });
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { metrics, health, status }: Served,
): Promise<void> {
  const path = request.url?.split('?')[0];
  if (request.method !== 'GET') return send(response, 405, 'text/plain', 'only GET');
  // Otherwise a page of another site could read this one under a name that it has pointed here.
  if (!isOwnName(request.headers.host)) return send(response, 421, 'text/plain', 'ask for an address of this machine');
  if (path === '/metrics') return send(response, 200, metrics.registry.contentType, await metrics.text());
  if (path === '/health/live') return send(response, 200, 'application/json', '{"ok":true}');
  if (path === '/health/ready') {
    const parts = health();
    const ok = Object.values(parts).every((part) => part.ok);
    return send(response, ok ? 200 : 503, 'application/json', JSON.stringify({ ok, ...parts }));
  }
  const page = await status.at(path);
  if (page === undefined) return send(response, 404, 'text/plain', 'there are /, /status.json, /metrics and /health/…');
  response.writeHead(200, { ...page.headers, 'x-content-type-options': 'nosniff' });
  response.end(page.body);
}

/** A tunnel keeps the name that its user typed, with any port. */
function isOwnName(host: string | undefined): boolean {
  return host === undefined || isLoopback(host.replace(/:[0-9]+$/, '').replace(/^\[|\]$/g, ''));
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' });
  response.end(body);
}

function listenError(listen: string, cause: Error): GridwardenError {
  const isTaken = systemCodeOf(cause) === 'EADDRINUSE';
  const message = isTaken
    ? `${listen} is in use by another process`
    : `The metrics listener cannot listen on ${listen}: ${messageOf(cause)}`;
  return new GridwardenError(isTaken ? 'PORT_TAKEN' : 'LISTEN_REFUSED', message, { cause });
}
