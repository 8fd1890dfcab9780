import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { GridwardenError } from '../../edge/platform/errors.ts';

/**
 * Refuses what a foreign web page could make a browser of the control room send. Two ways are closed:
 * a name of the attacker that resolves to this machine (DNS rebinding: the browser then counts the page as ours), and a
 * request that a foreign page sends to our address (cross-site request forgery, WebSocket hijacking).
 */
export interface BrowserGuard {
  /** @throws GridwardenError HOST_REFUSED */
  checkHost(headers: IncomingHttpHeaders): void;
  /** For everything that changes something, and for WebSockets. @throws GridwardenError ORIGIN_REFUSED */
  checkOrigin(headers: IncomingHttpHeaders): void;
}

/** `names`: host names beside localhost and addresses; an address cannot be rebound, so each is allowed. */
export function browserGuard(names: readonly string[]): BrowserGuard {
  const allowed = new Set(['localhost', ...names.map((name) => name.toLowerCase())]);
  return {
    checkHost({ host }) {
      const name = hostName(host);
      if (name !== undefined && (allowed.has(name) || isIP(name) !== 0)) return;
      throw new GridwardenError(
        'HOST_REFUSED',
        `The server does not answer to the name ${JSON.stringify(host ?? '')}; put it into allowedHosts if it should`,
      );
    },
    checkOrigin(headers) {
      const { origin, host } = headers;
      const site = headers['sec-fetch-site'];
      // Programs send neither header; every browser sends Origin with what this is asked for.
      if (origin === undefined && (site === undefined || site === 'same-origin' || site === 'none')) return;
      if (origin !== undefined && host !== undefined && hostOf(origin) === host.toLowerCase()) return;
      throw new GridwardenError('ORIGIN_REFUSED', `A page of ${origin ?? 'another site'} may not do this here`);
    },
  };
}

function hostName(host: string | undefined): string | undefined {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:/[\]@]+))(?::[0-9]{1,5})?$/.exec(host ?? '');
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
