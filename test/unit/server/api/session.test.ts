import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { TokenAuthenticator } from '../../../../server/access/authenticator.ts';
import { SESSION_MS } from '../../../../server/access/sessions.ts';
import { makeToken, type User } from '../../../../server/access/users.ts';
import { MeSchema } from '../../../../server/api/me.schema.ts';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { type ApiHarness, apiHarness } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

let ann: { token: string; user: User };
let robot: { token: string; user: User };
let clock: ManualProcessClock;
let harness: ApiHarness;

beforeAll(async () => {
  ann = await makeToken('ann', 'operator');
  robot = await makeToken('robot', 'agent');
});
beforeEach(async () => {
  clock = new ManualProcessClock();
  const signIn = new TokenAuthenticator([ann.user, robot.user], clock);
  harness = await apiHarness({ authenticator: signIn, signIn });
});
afterEach(() => harness.api.close());

const url = '/api/v1/session';
const signIn = (token: string, headers: Record<string, string> = {}) =>
  harness.api.inject({ method: 'POST', url, headers, payload: { token } });
const me = (cookie: string, accept = 'application/json') =>
  harness.api.inject({ url: '/api/v1/me', headers: { cookie, accept } });

async function cookieOf(answer: ReturnType<typeof signIn>): Promise<string> {
  return String((await answer).headers['set-cookie']).split(';', 1)[0] ?? '';
}

test('a token is exchanged for a cookie that stands for it, with its name and role', async () => {
  const answer = await signIn(ann.token);
  expect(parsedAs(MeSchema, answer.body)).toMatchObject({ name: 'ann', role: 'operator' });
  expect(answer.headers['set-cookie']).toMatch(/^gridwarden_session=[\w-]{43}; Path=\/; .*HttpOnly; SameSite=Strict$/);
  expect(answer.headers['set-cookie']).not.toContain(ann.token.slice(4));
  const cookie = await cookieOf(signIn(ann.token));
  expect(parsedAs(MeSchema, (await me(cookie)).body)).toMatchObject({ name: 'ann' });
  expect(harness.audited.map(({ actor, action }) => [actor.name, action])).toEqual([
    ['ann', 'session.open'],
    ['ann', 'session.open'],
  ]);
});

test('what it may not do with the token it may not do with the cookie', async () => {
  const cookie = await cookieOf(signIn(ann.token));
  const rebirth = { method: 'POST', url: '/api/v1/agents/x/rebirth', headers: { cookie } } as const;
  expect((await harness.api.inject(rebirth)).statusCode).toBe(403);
  const foreign = { ...rebirth, headers: { cookie, origin: 'http://evil.example' } };
  expect(parsedAs(ProblemSchema, (await harness.api.inject(foreign)).body).code).toBe('ORIGIN_REFUSED');
});

test('behind TLS the cookie is Secure', async () => {
  const answer = await signIn(ann.token, { 'x-forwarded-proto': 'https' });
  expect(answer.headers['set-cookie']).toMatch(/; Secure$/);
});

test('signing out ends the session for good; doing it twice is no error', async () => {
  const cookie = await cookieOf(signIn(ann.token));
  for (const _ of [1, 2]) {
    const out = await harness.api.inject({ method: 'DELETE', url, headers: { cookie } });
    expect([out.statusCode, out.headers['set-cookie']]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await me(cookie)).statusCode).toBe(401);
  }
  expect(harness.audited.map(({ action }) => action)).toEqual(['session.open', 'session.close']);
});

test('who signs in again leaves no second session behind', async () => {
  const first = await cookieOf(signIn(ann.token));
  const second = await cookieOf(signIn(ann.token, { cookie: first }));
  expect([(await me(first)).statusCode, (await me(second)).statusCode]).toEqual([401, 200]);
});

test('after twelve hours it is over', async () => {
  const cookie = await cookieOf(signIn(ann.token));
  clock.advance(SESSION_MS);
  expect((await me(cookie)).statusCode).toBe(401);
});

test('a wrong token is refused, and after ten of them the address has to wait', async () => {
  for (let i = 0; i < 10; i++) expect((await signIn(`ann.${i}`)).statusCode).toBe(401);
  const answer = await signIn(ann.token);
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '60']);
  expect(answer.headers['set-cookie']).toBeUndefined();
  clock.advance(60_000);
  expect((await signIn(ann.token)).statusCode).toBe(200);
});

test.each([
  ['of a role that sees nothing', () => ({ token: robot.token }), 403],
  ['that is missing', () => ({}), 400],
  ['that is too long', () => ({ token: 'x'.repeat(301) }), 400],
  ['with something beside it', () => ({ token: ann.token, next: '/' }), 400],
])('a token %s opens no session', async (_what, payload, status) => {
  const answer = await harness.api.inject({ method: 'POST', url, payload: payload() });
  expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([status, undefined]);
});

test('the window of the browser comes up for addresses that somebody goes to, not below the form of the page', async () => {
  expect((await me('', 'text/html,*/*')).headers['www-authenticate']).toEqual([
    expect.stringMatching(/^Basic /),
    expect.stringMatching(/^Bearer /),
  ]);
  expect((await me('')).headers['www-authenticate']).toEqual([expect.stringMatching(/^Bearer /)]);
});

test('without users there is nothing to sign in to', async () => {
  const open = await apiHarness();
  const answer = await open.api.inject({ method: 'POST', url, payload: { token: ann.token } });
  expect(parsedAs(ProblemSchema, answer.body)).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  await open.api.close();
});
