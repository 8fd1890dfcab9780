import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { GridwardenError, messageOf, systemCodeOf } from './platform/errors.ts';
import type { Metrics } from './platform/metrics.ts';
import type { Service } from './platform/process.ts';
import { parseListen } from './platform/units.ts';

/** How long a client may take for its request, and how many may wait. */
const REQUEST_TIMEOUT_MS = 5000;
const MAX_CONNECTIONS = 16;

/** Whether one part of the edge works, in a line. */
export interface EdgeHealth {
  readonly ok: boolean;
  readonly reason: string;
}

export interface MetricsListener extends Service {
  /** The port that it listens on; for configurations with port 0. */
  readonly port: number;
}

/**
 * Serves `/metrics` for Prometheus, `/health/live` and `/health/ready` on an address of this machine.
 *
 * @throws GridwardenError PORT_TAKEN, LISTEN_REFUSED
 */
export function startMetricsListener(
  listen: string,
  metrics: Metrics,
  health: () => Readonly<Record<string, EdgeHealth>>,
): Promise<MetricsListener> {
  const { host, port } = parseListen(listen);
  const server = createServer((request, response) => {
    answer(request, response, metrics, health).catch((error) => send(response, 500, 'text/plain', messageOf(error)));
  });
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(listen, error)));
    server.listen(port, host, () => {
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
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
  metrics: Metrics,
  health: () => Readonly<Record<string, EdgeHealth>>,
): Promise<void> {
  const path = request.url?.split('?')[0];
  if (request.method !== 'GET') send(response, 405, 'text/plain', 'only GET');
  else if (path === '/metrics') send(response, 200, metrics.registry.contentType, await metrics.text());
  else if (path === '/health/live') send(response, 200, 'application/json', '{"ok":true}');
  else if (path === '/health/ready') {
    const parts = health();
    const ok = Object.values(parts).every((part) => part.ok);
    send(response, ok ? 200 : 503, 'application/json', JSON.stringify({ ok, ...parts }));
  } else send(response, 404, 'text/plain', 'there are /metrics, /health/live and /health/ready');
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
