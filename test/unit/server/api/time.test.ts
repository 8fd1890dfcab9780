import { expect, test } from 'vitest';
import { TimeSchema } from '../../../../server/api/time.schema.ts';
import { apiHarness, NOW_MS } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

test('time is the grid clock of now, never of a cache', async () => {
  const { api, clock } = await apiHarness();
  const answer = await api.inject('/api/v1/time');
  const settings = { speed: 1, simulated: true, timeZone: 'Asia/Shanghai', host: 'gridwarden' };
  expect(parsedAs(TimeSchema, answer.body)).toEqual({ now: '2026-01-31T08:00:00.000Z', nowMs: NOW_MS, ...settings });
  expect(answer.headers['cache-control']).toBe('no-store');
  clock.advance(1500);
  expect(parsedAs(TimeSchema, (await api.inject('/api/v1/time')).body).nowMs).toBe(NOW_MS + 1500);
  await api.close();
});
