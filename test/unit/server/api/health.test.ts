import { afterEach, beforeEach, expect, test } from 'vitest';
import { LiveSchema, ReadySchema } from '../../../../server/api/health.schema.ts';
import { type ApiHarness, apiHarness } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

let harness: ApiHarness;
beforeEach(async () => {
  harness = await apiHarness();
});
afterEach(() => harness.api.close());

test('live as long as it answers', async () => {
  harness.host.health = { ok: false, reason: 'refused' };
  const answer = await harness.api.inject('/health/live');
  expect([answer.statusCode, parsedAs(LiveSchema, answer.body)]).toEqual([200, { ok: true }]);
});

test('ready when everything it stands on is well', async () => {
  const answer = await harness.api.inject('/health/ready');
  expect(answer.statusCode).toBe(200);
  expect(parsedAs(ReadySchema, answer.body).ok).toBe(true);
});

test('not ready, with the reason of each, when one is not', async () => {
  harness.store.healthReport = { ok: false, reason: 'no answer' };
  const answer = await harness.api.inject('/health/ready');
  expect(answer.statusCode).toBe(503);
  expect(parsedAs(ReadySchema, answer.body)).toEqual({
    ok: false,
    checks: {
      broker: { ok: true, reason: 'connected' },
      store: { ok: false, reason: 'no answer' },
      state: { ok: true, reason: 'open' },
    },
  });
});
