import { GridwardenError, messageOf, systemCodeOf } from '../edge/platform/errors.ts';
import { parseListen } from '../edge/platform/units.ts';
import type { Api } from './api/route.ts';

/**
 * Begins to listen; returns the address for people.
 * @throws GridwardenError PORT_TAKEN, LISTEN_REFUSED
 */
export async function listenOn(api: Api, listen: string): Promise<string> {
  const { host, port } = parseListen(listen);
  try {
    await api.listen({ host, port, listenTextResolver: (address) => `the API listens at ${address}` });
  } catch (cause) {
    if (systemCodeOf(cause) === 'EADDRINUSE') {
      throw new GridwardenError('PORT_TAKEN', `${listen} is in use by another process`, { cause });
    }
    throw new GridwardenError('LISTEN_REFUSED', `The server cannot listen on ${listen}: ${messageOf(cause)}`, {
      cause,
    });
  }
  const address = api.server.address();
  const realPort = typeof address === 'object' && address !== null ? address.port : port;
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${realPort}`;
}
