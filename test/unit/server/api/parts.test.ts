import { expect, test } from 'vitest';
import { PartRegister } from '../../../../server/api/parts.ts';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { apiHarness } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';
import { FakeStore } from '../../../support/fake-store.ts';

test('a part that is not there says what it waits for', () => {
  const parts = new PartRegister();
  const get = () => parts.get('store');
  expect(get).toThrow(expect.objectContaining({ code: 'STARTING', message: 'The server is not ready: starting' }));
  parts.waitsFor('store', 'the file is held');
  expect(get).toThrow(/the file is held/);
  const store = new FakeStore();
  parts.provide('store', store);
  expect(get()).toBe(store);
  parts.withdraw('store', 'stopping');
  expect([parts.find('store'), parts.reasonFor('store')]).toEqual([undefined, 'stopping']);
});

test.each([
  'agents',
  'devices',
  'readings/latest',
  'alerts',
  'alerts/1',
  'devices/M-1/readings?from=0&to=1',
  'ingest/problems',
])('GET %s answers before anything has started', async (path) => {
  const { api } = await apiHarness({ starting: true });
  expect(parsedAs(ProblemSchema, (await api.inject(`/api/v1/${path}`)).body)).toMatchObject({
    status: 503,
    code: 'STARTING',
  });
  await api.close();
});
