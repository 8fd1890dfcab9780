import { expect, test } from 'vitest';
import { ERROR_CATALOGUE, type ErrorCode, GridwardenError } from '../../../../edge/platform/errors.ts';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { problemOf } from '../../../../server/api/problem.ts';
import { apiHarness } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

test.each(Object.keys(ERROR_CATALOGUE) as ErrorCode[])('%s is a problem of its own status', (code) => {
  const problem = parsedAs(ProblemSchema, JSON.stringify(problemOf(new GridwardenError(code, 'words'), 'r1')));
  const { status, title } = ERROR_CATALOGUE[code];
  expect(problem).toEqual({
    type: `urn:gridwarden:error:${code}`,
    title,
    status,
    detail: 'words',
    code,
    instance: 'r1',
  });
});

test('what is unexpected tells nothing of the inside', async () => {
  const { api, host } = await apiHarness();
  Object.defineProperty(host.state, 'devices', { get: () => fail('/secret/path is broken') });
  const answer = await api.inject('/api/v1/devices');
  expect(answer.body).not.toContain('secret');
  expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  expect(parsedAs(ProblemSchema, answer.body)).toMatchObject({ status: 500, code: 'INTERNAL' });
  await api.close();
});

test('a path that is no path is refused', async () => {
  const { api } = await apiHarness();
  for (const url of ['/api/v1/devices/%E0%A4%A', '/%', `/api/v1/devices/${'x'.repeat(5000)}`]) {
    const problem = parsedAs(ProblemSchema, (await api.inject(url)).body);
    expect(problem.status).toBeLessThan(500);
  }
  await api.close();
});

function fail(message: string): never {
  throw new TypeError(message);
}
