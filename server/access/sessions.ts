import { createHash, randomBytes } from 'node:crypto';
import type { ProcessClock, Timer } from '../../edge/platform/clock.ts';
import type { Actor } from './actor.ts';

/** A working day: whoever goes home is signed out by the next morning. */
export const SESSION_MS = 12 * 3_600_000;
const MAX_SESSIONS = 1000;
const SECRET_BYTES = 32;

interface Session {
  readonly actor: Actor;
  readonly timer: Timer;
  readonly end: AbortController;
}

/**
 * Who has signed in with a browser, in memory only: a restart of the server signs everybody out. A session is known by the
 * digest of its secret, so that nothing that could be used leaves this process but by the cookie. When there are too many,
 * the oldest end.
 */
export class Sessions {
  readonly #clock: ProcessClock;
  readonly #sessions = new Map<string, Session>();

  constructor(clock: ProcessClock) {
    this.#clock = clock;
  }

  /** Begins a session; the secret is its only key. */
  open(user: Actor): string {
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= MAX_SESSIONS && oldest !== undefined) this.#end(oldest);
    const secret = randomBytes(SECRET_BYTES).toString('base64url');
    const key = digestOf(secret);
    const end = new AbortController();
    const timer = this.#clock.setTimer(SESSION_MS, () => this.#end(key));
    this.#sessions.set(key, { actor: { ...user, session: end.signal }, timer, end });
    return secret;
  }

  find(secret: string): Actor | undefined {
    return this.#sessions.get(digestOf(secret))?.actor;
  }

  /** Ends it, and with it what hangs on the actor's `session`. */
  close(secret: string): void {
    this.#end(digestOf(secret));
  }

  #end(key: string): void {
    const session = this.#sessions.get(key);
    this.#sessions.delete(key);
    session?.timer.cancel();
    session?.end.abort();
  }
}

function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
