import { createHash, timingSafeEqual } from 'node:crypto';
import type { ProcessClock } from '../../edge/platform/clock.ts';
import { GridwardenError } from '../../edge/platform/errors.ts';
import { derive, hashSecret, parseHash } from '../broker/secret-hash.ts';
import { type Actor, LOCAL_ACTOR } from './actor.ts';
import { sessionSecretOf } from './session-cookie.ts';
import { Sessions } from './sessions.ts';
import type { User } from './users.ts';

/** What a request says about who sends it. */
export interface Credentials {
  /** The `Authorization` header. */
  readonly authorization: string | undefined;
  /** The `Cookie` header: the session of a browser. */
  readonly cookie?: string | undefined;
  /** Address of the peer; wrong tokens are counted by it. */
  readonly remote: string;
}

export interface Authenticator {
  /** @throws GridwardenError UNAUTHENTICATED, TOO_MANY_REQUESTS */
  actorOf(credentials: Credentials): Promise<Actor>;
}

/** Where people sign in with a browser. */
export interface SignInDesk {
  readonly sessions: Sessions;
  /** Whose token this is. @throws GridwardenError UNAUTHENTICATED, TOO_MANY_REQUESTS */
  userOf(token: string, remote: string): Promise<Actor>;
}

/** While there is no users file, everybody who reaches the server is `local`. */
export function localAuthenticator(): Authenticator {
  return { actorOf: async () => LOCAL_ACTOR };
}

const MAX_KNOWN_TOKENS = 1000;
const MAX_FAILURES = 10;
const FAILURE_WINDOW_MS = 60_000;
const MAX_REMOTES = 10_000;
const MAX_TOKEN_LENGTH = 300;

/**
 * Tokens (`name.secret`) against the users file: as Bearer (RFC 6750) or Basic (RFC 7617) with each request from programs;
 * from browsers once, for a session whose cookie stands for it from then on.
 * A token that was right once is remembered by its digest, so that scrypt is paid once and not for each request; wrong
 * ones are limited by address.
 */
export class TokenAuthenticator implements Authenticator, SignInDesk {
  readonly sessions: Sessions;
  readonly #users: ReadonlyMap<string, User>;
  readonly #clock: ProcessClock;
  readonly #known = new Map<string, Actor>();
  readonly #failures = new Map<string, { count: number; sinceMs: number }>();
  readonly #nobody = hashSecret('nobody');

  constructor(users: readonly User[], clock: ProcessClock) {
    this.#users = new Map(users.map((user) => [user.name, user]));
    this.#clock = clock;
    this.sessions = new Sessions(clock);
  }

  async actorOf({ authorization, cookie, remote }: Credentials): Promise<Actor> {
    const token = tokenOf(authorization);
    if (token !== undefined) return this.userOf(token, remote);
    const secret = authorization === undefined ? sessionSecretOf(cookie) : undefined;
    const actor = secret === undefined ? undefined : this.sessions.find(secret);
    if (actor) return actor;
    throw new GridwardenError(
      'UNAUTHENTICATED',
      'This server has users: sign in on its page, or send your token, Authorization: Bearer …',
    );
  }

  async userOf(token: string, remote: string): Promise<Actor> {
    const digest = createHash('sha256').update(token).digest('base64');
    const known = this.#known.get(digest);
    if (known) return known;
    this.#refuseGuessing(remote);
    const actor = await this.#verify(token);
    if (!actor) throw this.#failed(remote);
    if (this.#known.size >= MAX_KNOWN_TOKENS) this.#known.clear();
    this.#known.set(digest, actor);
    return actor;
  }

  async #verify(token: string): Promise<Actor | undefined> {
    const dot = token.indexOf('.');
    const user = this.#users.get(token.slice(0, Math.max(0, dot)));
    // An unknown name costs as much as a wrong secret, so that names cannot be found by timing.
    const right = await verifySecret(token.slice(dot + 1), user?.tokenHash ?? (await this.#nobody));
    return user && right ? { name: user.name, role: user.role, local: false } : undefined;
  }

  #refuseGuessing(remote: string): void {
    const failures = this.#failures.get(remote);
    if (!failures || failures.count < MAX_FAILURES) return;
    const waitMs = failures.sinceMs + FAILURE_WINDOW_MS - this.#clock.nowMs();
    if (waitMs <= 0) this.#failures.delete(remote);
    else {
      const seconds = Math.ceil(waitMs / 1000);
      throw new GridwardenError('TOO_MANY_REQUESTS', `Too many wrong tokens; try again in ${seconds} s`, {
        details: { retryAfterSeconds: seconds },
      });
    }
  }

  #failed(remote: string): GridwardenError {
    const nowMs = this.#clock.nowMs();
    const failures = this.#failures.get(remote);
    if (failures && nowMs - failures.sinceMs < FAILURE_WINDOW_MS) failures.count += 1;
    else {
      if (this.#failures.size >= MAX_REMOTES) this.#failures.clear();
      this.#failures.set(remote, { count: 1, sinceMs: nowMs });
    }
    return new GridwardenError('UNAUTHENTICATED', 'This token is not known here');
  }
}

async function verifySecret(secret: string, hash: string): Promise<boolean> {
  const { settings, salt, key } = parseHash(hash);
  return timingSafeEqual(await derive(Buffer.from(secret), salt, key.length, settings), key);
}

function tokenOf(authorization: string | undefined): string | undefined {
  const [, scheme, value = ''] = /^(Bearer|Basic) +([A-Za-z0-9._~+/-]+=*)$/i.exec(authorization ?? '') ?? [];
  if (value.length > MAX_TOKEN_LENGTH) return undefined;
  if (scheme?.toLowerCase() !== 'basic') return value === '' ? undefined : value;
  const [name, secret] = Buffer.from(value, 'base64').toString().split(':', 2);
  return secret === undefined ? undefined : `${name}.${secret}`;
}
