import { beforeAll, beforeEach, expect, test } from 'vitest';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { localAuthenticator, TokenAuthenticator } from '../../../../server/access/authenticator.ts';
import { makeToken, type User } from '../../../../server/access/users.ts';

let ann: { token: string; user: User };
let bob: { token: string; user: User };
let clock: ManualProcessClock;
let authenticator: TokenAuthenticator;

beforeAll(async () => {
  ann = await makeToken('ann', 'engineer');
  bob = await makeToken('bob', 'viewer');
});
beforeEach(() => {
  clock = new ManualProcessClock();
  authenticator = new TokenAuthenticator([ann.user, bob.user], clock);
});

const ask = (authorization: string | undefined, remote = '127.0.0.1') =>
  authenticator.actorOf({ authorization, remote });

test('without users everybody is local', async () => {
  const actor = await localAuthenticator().actorOf({ authorization: undefined, remote: '' });
  expect(actor).toEqual({ name: 'local', role: 'admin', local: true });
});

test('a token gives the actor its name and role, the second time, too', async () => {
  const expected = { name: 'ann', role: 'engineer', local: false };
  expect(await ask(`Bearer ${ann.token}`)).toEqual(expected);
  expect(await ask(`bearer ${ann.token}`)).toEqual(expected);
  expect(await ask(`Bearer ${bob.token}`)).toMatchObject({ name: 'bob', role: 'viewer' });
});

test('a browser sends name and secret apart', async () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  expect(await ask(basic(ann.token.replace('.', ':')))).toMatchObject({ name: 'ann' });
  await expect(ask(basic('ann:wrong'))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  await expect(ask(basic(ann.token))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test.each([undefined, '', 'Bearer', 'Bearer a b', 'Bearer ann', 'Bearer .', `Bearer ${'x'.repeat(400)}`])(
  '%j is nobody',
  async (authorization) => {
    await expect(ask(authorization)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  },
);

test("one user's secret is not another's", async () => {
  await expect(ask(`Bearer bob.${ann.token.slice(4)}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('an address that guesses has to wait; others and known tokens do not', async () => {
  await ask(`Bearer ${bob.token}`);
  for (let i = 0; i < 10; i++) {
    await expect(ask(`Bearer ann.${i}`)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  }
  const refusal = { code: 'TOO_MANY_REQUESTS', details: { retryAfterSeconds: 60 } };
  await expect(ask(`Bearer ${ann.token}`)).rejects.toMatchObject(refusal);
  expect(await ask(`Bearer ${bob.token}`)).toMatchObject({ name: 'bob' });
  expect(await ask(`Bearer ${ann.token}`, '10.0.0.1')).toMatchObject({ name: 'ann' });
  clock.advance(60_000);
  expect(await ask('Bearer ann.wrong').catch(({ code }) => code)).toBe('UNAUTHENTICATED');
});
