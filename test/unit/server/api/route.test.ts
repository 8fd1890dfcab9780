import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { TokenAuthenticator } from '../../../../server/access/authenticator.ts';
import { allows, ROLES } from '../../../../server/access/roles.ts';
import { makeToken } from '../../../../server/access/users.ts';
import { refuseRoutesWithoutRole } from '../../../../server/api/route.ts';
import { type ApiHarness, apiHarness } from '../../../support/api-harness.ts';

/** Every route and the role it needs: a change here is a change of who may do what. */
const ROUTES = {
  'GET /api/v1/agents': 'viewer',
  'GET /api/v1/agents/:id': 'viewer',
  'GET /api/v1/agents/:id/delivery': 'viewer',
  'GET /api/v1/agents/:id/explanations': 'viewer',
  'POST /api/v1/agents/:id/metrics/:name': 'engineer',
  'POST /api/v1/agents/:id/rebirth': 'engineer',
  'GET /api/v1/alerts': 'viewer',
  'GET /api/v1/alerts/:id': 'viewer',
  'POST /api/v1/alerts/:id/acknowledge': 'operator',
  'GET /api/v1/asyncapi.json': 'public',
  'GET /api/v1/backups': 'admin',
  'GET /api/v1/backups/:id': 'admin',
  'GET /api/v1/devices': 'viewer',
  'GET /api/v1/devices/:id': 'viewer',
  'GET /api/v1/devices/:id/losses': 'viewer',
  'GET /api/v1/devices/:id/metrics': 'viewer',
  'POST /api/v1/backups': 'admin',
  'POST /api/v1/devices/:id/metrics/:name': 'engineer',
  'GET /api/v1/devices/:id/readings': 'viewer',
  'POST /api/v1/devices/:id/rebirth': 'engineer',
  'GET /api/v1/imports': 'engineer',
  'GET /api/v1/imports/:id': 'engineer',
  'POST /api/v1/imports': 'admin',
  'POST /api/v1/imports/upload': 'engineer',
  'GET /api/v1/exports': 'engineer',
  'GET /api/v1/exports/:id': 'engineer',
  'GET /api/v1/exports/:id/file': 'engineer',
  'POST /api/v1/exports': 'engineer',
  'GET /api/v1/grid/one-line': 'viewer',
  'GET /api/v1/grid/:kind': 'viewer',
  'GET /api/v1/grid/:kind/:id': 'viewer',
  'GET /api/v1/grid/:kind/:id/records': 'viewer',
  'PATCH /api/v1/grid/:kind/:id': 'engineer',
  'GET /api/v1/grid/export': 'viewer',
  'GET /api/v1/grid/findings': 'viewer',
  'GET /api/v1/grid/search': 'viewer',
  'GET /api/v1/grid/tree': 'viewer',
  'POST /api/v1/grid/imports': 'engineer',
  'GET /api/v1/ingest/problems': 'viewer',
  'GET /api/v1/me': 'viewer',
  'GET /api/v1/openapi.json': 'public',
  'GET /api/v1/quantities': 'viewer',
  'GET /api/v1/readings/latest': 'viewer',
  'DELETE /api/v1/session': 'public',
  'POST /api/v1/session': 'public',
  'GET /api/v1/time': 'viewer',
  'GET /health/live': 'public',
  'GET /health/ready': 'public',
  'GET /metrics': 'viewer',
} as const;

const AUTHORIZATION = new Map<string, string>();
let harness: ApiHarness;

beforeAll(async () => {
  const tokens = await Promise.all(ROLES.map((role) => makeToken(`a-${role}`, role)));
  for (const { user, token } of tokens) AUTHORIZATION.set(user.role, `Bearer ${token}`);
  const users = tokens.map(({ user }) => user);
  harness = await apiHarness({ authenticator: new TokenAuthenticator(users, new ManualProcessClock()) });
  harness.host.addAgent('x');
  harness.host.addDevice(harness.store, 'x', ['voltage_a'], { agent: 'x' });
});
afterAll(() => harness.api.close());

test('these are all routes', () => {
  const found = harness.routes
    .filter(({ method }) => method !== 'HEAD')
    .map(({ method, url, config }) => [`${method} ${url}`, config?.role]);
  expect(Object.fromEntries(found)).toEqual(ROUTES);
});

test('a HEAD has the role of its GET', () => {
  for (const { method, url, config } of harness.routes) {
    if (method === 'HEAD') expect(config?.role).toBe(ROUTES[`GET ${url}` as keyof typeof ROUTES]);
  }
});

test('a route without a role does not pass', () => {
  const refusal = expect.objectContaining({ code: 'INTERNAL', message: expect.stringContaining('GET /forgotten') });
  const route = { method: 'GET', url: '/forgotten', handler: () => 'x' } as const;
  expect(() => refuseRoutesWithoutRole([route])).toThrow(refusal);
  expect(() => refuseRoutesWithoutRole([{ ...route, config: { role: 'viewer' } }])).not.toThrow();
});

describe.each(Object.entries(ROUTES))('%s needs %s', (route, needed) => {
  const [method, path] = route.split(' ') as ['GET' | 'POST', string];
  const url = path.replace(':id', 'x').replace(':name', 'voltage_a');
  const ask = (role: string | undefined) => {
    const authorization = role === undefined ? undefined : AUTHORIZATION.get(role);
    const body = method === 'POST' && path.includes(':name') ? { payload: { value: 1 } } : {};
    return harness.api.inject({ method, url, headers: authorization === undefined ? {} : { authorization }, ...body });
  };

  test('nobody', async () => {
    const { statusCode, headers } = await ask(undefined);
    if (needed === 'public') expect(statusCode).not.toBe(401);
    else expect([statusCode, headers['www-authenticate']]).toEqual([401, [expect.stringMatching(/^Bearer/)]]);
  });

  test.each(ROLES)('%s', async (role) => {
    const { statusCode } = await ask(role);
    expect(statusCode === 403).toBe(needed !== 'public' && !allows(role, needed));
    expect(statusCode).not.toBe(401);
  });
});
