import { asyncProperty, constantFrom, dictionary, oneof, assert as propertyHolds, string } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { type ApiHarness, apiHarness, NOW_MS } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

let harness: ApiHarness;
beforeAll(async () => {
  harness = await apiHarness();
  harness.host.addAgent('a/b');
  harness.host.addDevice(harness.store, 'M-1', ['voltage_a', 'energy_import'], { agent: 'a/b' });
});
afterAll(() => harness.api.close());

const text = oneof(string({ unit: 'binary' }), string());
const time = constantFrom(String(NOW_MS), '2026-01-31', '2026-01-31T08:00:00Z', '0', '2199-12-31', '1999-02-30');
const value = oneof(
  text,
  time,
  constantFrom(
    '',
    '1',
    '-1',
    '1e9',
    'true',
    'null',
    '15m',
    '1d',
    '99999999d',
    'mean',
    'csv',
    'online',
    'A,B',
    'M-1,X',
    '%',
    '__proto__',
  ),
);
const names = [
  'state',
  'model',
  'q',
  'limit',
  'cursor',
  'from',
  'to',
  'every',
  'aggregate',
  'metrics',
  'devices',
  'format',
  'conflicts',
  '__proto__',
];
const query = dictionary(oneof({ weight: 9, arbitrary: constantFrom(...names) }, text), value, { maxKeys: 6 });
const id = oneof(constantFrom('M-1', 'a/b', '..', 'a%2Fb'), text);

test('no question makes the server fail: each gets an answer or a problem of the client', async () => {
  const paths = constantFrom(
    'agents',
    'devices',
    'devices/:id',
    'devices/:id/metrics',
    'devices/:id/readings',
    'agents/:id',
    'agents/:id/delivery',
    'readings/latest',
    'alerts',
    'alerts/:id',
    'time',
    'quantities',
    'ingest/problems',
  );
  const accept = constantFrom('*/*', 'application/json', 'text/csv', 'text/csv;q=0.1,*/*;q=0', 'image/png', ';;;,,=');
  await propertyHolds(
    asyncProperty(paths, id, query, accept, async (path, subject, parameters, accepted) => {
      const search = new URLSearchParams(parameters);
      // A lone surrogate has no percent-encoding.
      const encoded = encodeURIComponent(subject.toWellFormed());
      const url = `/api/v1/${path.replace(':id', encoded)}?${search}`;
      const answer = await harness.api.inject({ url, headers: { accept: accepted } });
      if (answer.statusCode === 200) return;
      expect(parsedAs(ProblemSchema, answer.body).status).toBe(answer.statusCode);
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(answer.statusCode).toBeLessThan(500);
    }),
    { numRuns: 1500 },
  );
});

test('no path and no body does either', async () => {
  const method = constantFrom(...(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'] as const));
  const path = oneof(
    text.map((part) => `/${encodeURI(part.toWellFormed())}`),
    constantFrom('/api/v1/agents/a%2Fb/rebirth', '/api/v1/devices/M-1/metrics/x'),
  );
  const body = oneof(text, constantFrom('{}', '{"value":1}', '{"value":{"a":1}}', '[]', 'null', '{"value":NaN}'));
  const type = constantFrom('application/json', 'text/plain', 'x', '');
  await propertyHolds(
    asyncProperty(method, path, body, type, async (verb, url, payload, contentType) => {
      const headers = contentType === '' ? {} : { 'content-type': contentType };
      const hasBody = ['POST', 'PUT', 'PATCH', 'DELETE'].includes(verb);
      const answer = await harness.api.inject({ method: verb, url, headers, ...(hasBody && { payload }) });
      // Without a page every address that is not the API's is missing.
      expect(answer.statusCode).toBeLessThan(500);
    }),
    { numRuns: 700 },
  );
});
