import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ERROR_CATALOGUE, type ErrorCode } from '../../edge/platform/errors.ts';
import type { RefusalReason } from './live-metrics.ts';
import { LIVE_PATH, SUBPROTOCOL } from './protocol.ts';

export interface UpgradeRules {
  readonly isAllowedOrigin: (origin: string | undefined, host: string | undefined) => boolean;
  readonly isFull: () => boolean;
  readonly isStopping: () => boolean;
}

export interface UpgradeRefusal {
  readonly reason: RefusalReason;
  readonly code: ErrorCode;
  readonly detail: string;
}

/** Why a request to upgrade is refused; undefined when it may become a live stream. */
export function refusalOf(request: IncomingMessage, rules: UpgradeRules): UpgradeRefusal | undefined {
  const { origin, host } = request.headers;
  if (pathOf(request) !== LIVE_PATH) {
    return { reason: 'path', code: 'NOT_FOUND', detail: `The live stream is at ${LIVE_PATH}` };
  }
  if (!rules.isAllowedOrigin(origin, host)) {
    return {
      reason: 'origin',
      code: 'FORBIDDEN',
      detail: `Pages of ${origin ?? 'nowhere'} may not connect to ${host}`,
    };
  }
  if (!offeredProtocols(request).includes(SUBPROTOCOL)) {
    return { reason: 'subprotocol', code: 'REQUEST_INVALID', detail: `The subprotocol is ${SUBPROTOCOL}` };
  }
  if (rules.isStopping()) return { reason: 'stopping', code: 'OVERLOADED', detail: 'The server is stopping' };
  if (rules.isFull())
    return { reason: 'clients', code: 'OVERLOADED', detail: 'Too many live streams; try again later' };
  return undefined;
}

/** Answers a request to upgrade with problem+json and ends the connection. */
export function refuseUpgrade(socket: Duplex, { code, detail }: Pick<UpgradeRefusal, 'code' | 'detail'>): void {
  const { status, title } = ERROR_CATALOGUE[code];
  const body = JSON.stringify({ type: 'about:blank', title, status, code, detail });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

function offeredProtocols(request: IncomingMessage): string[] {
  const offered = request.headers['sec-websocket-protocol'] ?? '';
  return offered.split(',').map((protocol) => protocol.trim());
}
