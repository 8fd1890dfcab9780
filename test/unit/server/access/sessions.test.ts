import { beforeEach, expect, test } from 'vitest';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import type { Actor } from '../../../../server/access/actor.ts';
import { sessionCookie, sessionSecretOf } from '../../../../server/access/session-cookie.ts';
import { SESSION_MS, Sessions } from '../../../../server/access/sessions.ts';

const ANN: Actor = { name: 'ann', role: 'operator', local: false };
let clock: ManualProcessClock;
let sessions: Sessions;

beforeEach(() => {
  clock = new ManualProcessClock();
  sessions = new Sessions(clock);
});

test('a session is known by its secret only, until it is closed', () => {
  const [first, second] = [sessions.open(ANN), sessions.open(ANN)];
  expect(first).not.toBe(second);
  expect(first.length).toBeGreaterThanOrEqual(43);
  expect(sessions.find(first)).toMatchObject(ANN);
  expect(sessions.find(`${first}x`)).toBeUndefined();
  const { session } = sessions.find(first) ?? {};
  sessions.close(first);
  expect(sessions.find(first)).toBeUndefined();
  expect(session?.aborted).toBe(true);
  expect(sessions.find(second)?.session?.aborted).toBe(false);
});

test('it ends after twelve hours, and nothing is left of it', () => {
  const secret = sessions.open(ANN);
  const { session } = sessions.find(secret) ?? {};
  clock.advance(SESSION_MS - 1);
  expect(sessions.find(secret)).toBeDefined();
  clock.advance(1);
  expect(sessions.find(secret)).toBeUndefined();
  expect(session?.aborted).toBe(true);
  expect(clock.pendingTimers).toBe(0);
});

test('of more than a thousand the oldest end', () => {
  const secrets = Array.from({ length: 1002 }, () => sessions.open(ANN));
  const known = secrets.map((secret) => sessions.find(secret) !== undefined);
  expect(known.slice(0, 3)).toEqual([false, false, true]);
  expect(known.at(-1)).toBe(true);
  expect(clock.pendingTimers).toBe(1000);
});

test('the cookie is for this server alone, and for no script', () => {
  const cookie = sessionCookie('s3cret', false);
  expect(cookie).toBe('gridwarden_session=s3cret; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict');
  expect(sessionCookie('s3cret', true)).toBe(`${cookie}; Secure`);
  expect(sessionCookie(undefined, false)).toContain('gridwarden_session=; Path=/; Max-Age=0;');
  expect(sessionSecretOf('a=b; gridwarden_session=s3cret; c=d')).toBe('s3cret');
  for (const other of [undefined, '', 'x_gridwarden_session=1', 'gridwarden_session=', 'gridwarden_session']) {
    expect(sessionSecretOf(other)).toBeUndefined();
  }
});
