import { GridwardenError } from '../../edge/platform/errors.ts';
import { isLoopback, parseListen } from '../../edge/platform/units.ts';

/**
 * The server speaks HTTP without TLS, in which tokens and sessions could be read on the way: it stays on this machine.
 * @throws GridwardenError LISTEN_REFUSED
 */
export function checkListen(config: {
  readonly listen: string;
  readonly unsafeWithoutSignIn: boolean;
  readonly users?: string | undefined;
}): void {
  const { host } = parseListen(config.listen);
  if (isLoopback(host) || config.unsafeWithoutSignIn) return;
  throw new GridwardenError(
    'LISTEN_REFUSED',
    `The server does not listen on ${config.listen}: ${reasonFor(config.users)}. Listen on 127.0.0.1, behind a proxy with TLS, ` +
      'or write unsafeWithoutSignIn: true when something in front of it (a proxy, a network) keeps others out.',
  );
}

function reasonFor(users: string | undefined): string {
  return users === undefined
    ? 'without a users file whoever reaches it may do everything'
    : 'it speaks HTTP without TLS, so that tokens could be read on the way';
}
