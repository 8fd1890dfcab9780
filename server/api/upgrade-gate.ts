import { EventEmitter } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { ERROR_CATALOGUE, GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import type { Service } from '../../edge/platform/process.ts';
import { allows } from '../access/roles.ts';
import { refuseUpgrade } from '../live/upgrade.ts';
import type { SecurityOptions } from './security.ts';

type Upgrade = [request: IncomingMessage, socket: Duplex, head: Buffer];

/**
 * Stands in front of the live stream as the request hooks stand in front of the routes: host, origin, actor and role.
 * What passes is emitted again as `upgrade`; while nobody listens, clients are told to come back.
 */
export class UpgradeGate extends EventEmitter<{ upgrade: Upgrade }> implements Service {
  readonly #security: SecurityOptions;
  #isStopping = false;

  constructor(server: Server, security: SecurityOptions) {
    super();
    this.#security = security;
    server.on('upgrade', this.#onUpgrade);
  }

  /** From now on everybody is told to come back; the server that it stands before is closed afterwards. */
  async stop(): Promise<void> {
    this.#isStopping = true;
  }

  readonly #onUpgrade = (...upgrade: Upgrade): void => {
    const [, socket] = upgrade;
    // Without a listener a reset while the actor is looked up would end the process.
    socket.on('error', () => socket.destroy());
    this.#admit(upgrade).catch((error: unknown) => refuse(socket, error));
  };

  async #admit([request, socket, head]: Upgrade): Promise<void> {
    const { guard, authenticator } = this.#security;
    guard.checkHost(request.headers);
    guard.checkOrigin(request.headers);
    const { authorization, cookie } = request.headers;
    const remote = request.socket.remoteAddress ?? '';
    const actor = await authenticator.actorOf({ authorization, cookie, remote });
    if (!allows(actor.role, 'viewer')) {
      throw new GridwardenError('FORBIDDEN', `The live stream needs the role viewer; ${actor.name} has ${actor.role}`);
    }
    endWith(actor.session, socket);
    if (this.#isStopping || !this.emit('upgrade', request, socket, head)) {
      throw new GridwardenError('STARTING', 'The live stream is not there now; try again in a moment');
    }
  }
}

/** A stream must not outlive the session that it was opened in. */
function endWith(session: AbortSignal | undefined, socket: Duplex): void {
  if (!session) return;
  const end = () => socket.destroy();
  session.addEventListener('abort', end, { once: true });
  socket.once('close', () => session.removeEventListener('abort', end));
}

function refuse(socket: Duplex, error: unknown): void {
  const code = error instanceof GridwardenError ? error.code : 'INTERNAL';
  const detail = code === 'INTERNAL' ? ERROR_CATALOGUE.INTERNAL.title : messageOf(error);
  refuseUpgrade(socket, { code, detail });
}
