import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { type ApiHarness, apiHarness } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

let harness: ApiHarness;
beforeAll(async () => {
  harness = await apiHarness();
  harness.host.addAgent('x');
});
afterAll(() => harness.api.close());

test.each(['/api/v1/agents', '/health/live', '/nothing', '/metrics'])(
  'a rebound name gets nothing of %s',
  async (url) => {
    const answer = await harness.api.inject({ url, headers: { host: 'evil.example' } });
    expect(answer.statusCode).toBe(421);
    expect(parsedAs(ProblemSchema, answer.body).code).toBe('HOST_REFUSED');
  },
);

test('a foreign page cannot command an agent', async () => {
  const url = '/api/v1/agents/x/rebirth';
  const foreign = { origin: 'http://evil.example', host: '127.0.0.1:8080' };
  expect((await harness.api.inject({ method: 'POST', url, headers: foreign })).statusCode).toBe(403);
  expect(harness.host.sent).toEqual([]);
  const own = { origin: 'http://127.0.0.1:8080', host: '127.0.0.1:8080' };
  expect((await harness.api.inject({ method: 'POST', url, headers: own })).statusCode).toBe(202);
  expect(harness.host.sent).toHaveLength(1);
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
  'a body of type %s, which pages may send without asking, is refused',
  async (type) => {
    const answer = await harness.api.inject({
      method: 'POST',
      url: '/api/v1/agents/x/metrics/y',
      headers: { 'content-type': type },
      payload: '{"value":1}',
    });
    expect(answer.statusCode).toBe(415);
    expect(parsedAs(ProblemSchema, answer.body).code).toBe('MEDIA_TYPE_UNSUPPORTED');
  },
);

test('a body that is too large, or no JSON, is refused with words', async () => {
  const post = (payload: string) =>
    harness.api.inject({
      method: 'POST',
      url: '/api/v1/agents/x/metrics/y',
      headers: { 'content-type': 'application/json' },
      payload,
    });
  expect(parsedAs(ProblemSchema, (await post(`{"value":"${'x'.repeat(70_000)}"}`)).body).code).toBe(
    'REQUEST_TOO_LARGE',
  );
  expect(parsedAs(ProblemSchema, (await post('{"value":')).body).code).toBe('REQUEST_INVALID');
  expect(parsedAs(ProblemSchema, (await post('{"value":1,"__proto__":{"a":1}}')).body).code).toBe('REQUEST_INVALID');
});

test('every answer carries a strict policy for browsers', async () => {
  for (const url of ['/health/live', '/nothing']) {
    const { headers } = await harness.api.inject(url);
    const policy = "default-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none';object-src 'none'";
    expect(headers['content-security-policy']).toBe(policy);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['access-control-allow-origin']).toBeUndefined();
  }
});

test('answers are compressed for those who can read it', async () => {
  const plain = await harness.api.inject('/api/v1/quantities');
  const gzip = await harness.api.inject({ url: '/api/v1/quantities', headers: { 'accept-encoding': 'gzip, br' } });
  expect(gzip.headers['content-encoding']).toBe('gzip');
  expect(gzip.rawPayload.length).toBeLessThan(plain.rawPayload.length / 3);
});

test('who asks too often is told when to come back', async () => {
  const { api } = await apiHarness({ maxRequestsPerMinute: 3 });
  const ask = () => api.inject('/api/v1/time');
  for (let i = 0; i < 3; i++) expect((await ask()).statusCode).toBe(200);
  const refused = await ask();
  expect(parsedAs(ProblemSchema, refused.body).code).toBe('TOO_MANY_REQUESTS');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await api.inject('/health/live')).statusCode).toBe(200);
  await api.close();
});
