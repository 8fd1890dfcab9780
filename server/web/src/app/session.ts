import type { Me } from '../contract.ts';
import { Cell } from '../core/cell.ts';
import type { LinkState } from '../live/link.ts';
import { type Api, ApiError } from '../rest/api.ts';

/** Name of the actor of a server without users, where nobody signs in. */
const LOCAL = 'local';
/** A server that hangs must not keep the page from saying so. */
const BEGIN_TIMEOUT_MS = 3_000;

/**
 * - `unknown`: the server has not said yet; the page begins all the same, and shows that it waits.
 * - `signedOut`: the server has users, and nobody has signed in here.
 */
export type SessionState = { readonly kind: 'unknown' | 'signedOut' } | { readonly kind: 'known'; readonly me: Me };

/** Who looks at the page. After each change the page begins anew at the address where it is. */
export class Session {
  readonly state = new Cell<SessionState>({ kind: 'unknown' });
  readonly #api: Api;
  readonly #restart: () => void;

  constructor(api: Api, restart: () => void) {
    this.#api = api;
    this.#restart = restart;
  }

  /** Somebody who has signed in, and can sign out. */
  static personOf(state: SessionState): Me | undefined {
    return state.kind === 'known' && state.me.name !== LOCAL ? state.me : undefined;
  }

  /** Asks the server, once; what it does not answer stays unknown. */
  async begin(): Promise<SessionState> {
    try {
      this.state.set({ kind: 'known', me: await this.#api.me(AbortSignal.timeout(BEGIN_TIMEOUT_MS)) });
    } catch (error) {
      if (error instanceof ApiError && error.code === 'UNAUTHENTICATED') this.state.set({ kind: 'signedOut' });
    }
    this.#api.onUnauthenticated = () => this.#over();
    return this.state.value;
  }

  /** A connection that the server ended may be the session's end: a stream is not told why it is refused. */
  watch(link: Cell<LinkState>): void {
    let attempts = 0;
    link.watch(() => {
      const hasFailed = link.value.attempts > attempts;
      attempts = link.value.attempts;
      const isAsked = this.state.value.kind === 'unknown' || Session.personOf(this.state.value) !== undefined;
      if (hasFailed && isAsked) this.#api.me().catch(() => undefined);
    });
  }

  /** @throws ApiError UNAUTHENTICATED, TOO_MANY_REQUESTS, … */
  async signIn(token: string): Promise<void> {
    await this.#api.signIn({ token });
    this.#restart();
  }

  /** @throws ApiError */
  async signOut(): Promise<void> {
    await this.#api.signOut();
    this.#restart();
  }

  #over(): void {
    if (this.state.value.kind === 'signedOut') return;
    this.state.set({ kind: 'signedOut' });
    this.#restart();
  }
}
