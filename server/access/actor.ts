import type { Role } from './roles.ts';

/** Who stands behind a request. */
export interface Actor {
  readonly name: string;
  readonly role: Role;
  /** Nobody signed in: may not approve what needs four eyes. */
  readonly local: boolean;
  /** Of who has signed in with a browser: aborted when that session ends. */
  readonly session?: AbortSignal;
}

/** The actor of every request while there is no users file. */
export const LOCAL_ACTOR: Actor = { name: 'local', role: 'admin', local: true };
