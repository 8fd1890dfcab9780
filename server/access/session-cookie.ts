import { SESSION_MS } from './sessions.ts';

export const SESSION_COOKIE = 'gridwarden_session';

/** The secret of the session in a `Cookie` header. */
export function sessionSecretOf(cookie: string | undefined): string | undefined {
  const pairs = (cookie ?? '').split(';').map((pair) => pair.trim());
  const found = pairs.find((pair) => pair.startsWith(`${SESSION_COOKIE}=`))?.slice(SESSION_COOKIE.length + 1);
  return found === '' ? undefined : found;
}

/**
 * `Set-Cookie` that begins a session, or ends it without a secret: no script reads it, no other site makes the browser send
 * it, and where the browser speaks TLS it never goes without.
 */
export function sessionCookie(secret: string | undefined, isTls: boolean): string {
  const maxAgeS = secret === undefined ? 0 : SESSION_MS / 1000;
  const cookie = `${SESSION_COOKIE}=${secret ?? ''}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Strict`;
  return isTls ? `${cookie}; Secure` : cookie;
}
