import { GridwardenError } from '../../edge/platform/errors.ts';
import { isLoopback, parseListen } from '../../edge/platform/units.ts';

/**
 * Until people can sign in, the server stays on this machine.
 * @throws GridwardenError LISTEN_REFUSED
 */
export function checkListen(config: { readonly listen: string; readonly unsafeWithoutSignIn: boolean }): void {
  const { host } = parseListen(config.listen);
  if (isLoopback(host) || config.unsafeWithoutSignIn) return;
  throw new GridwardenError(
    'LISTEN_REFUSED',
    `The server does not listen on ${config.listen}: people cannot sign in yet, so whoever reaches it may do everything. ` +
      'Listen on 127.0.0.1, or write unsafeWithoutSignIn: true when something in front of it (a proxy, a network) keeps others out.',
  );
}
