import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  AgentSchema,
  AgentsPageSchema,
  DeliverySchema,
  ExplanationsPageSchema,
} from '../../../../server/api/agents.schema.ts';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { type ApiHarness, apiHarness, NOW_MS } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

let harness: ApiHarness;
beforeEach(async () => {
  harness = await apiHarness();
  harness.host.addAgent('east/agent-1');
  harness.host.addAgent('west/agent-1', 'offline');
  harness.host.addDevice(harness.store, 'M-1', ['voltage_a'], { agent: 'east/agent-1' });
});
afterEach(() => harness.api.close());

const get = async (url: string) => (await harness.api.inject(url)).body;

test('the list holds each agent with its presence and devices', async () => {
  const page = parsedAs(AgentsPageSchema, await get('/api/v1/agents'));
  expect(page).toEqual({
    items: [
      { id: 'east/agent-1', presence: 'online', sinceMs: 1000, lastSeenMs: 2000, devices: 1 },
      { id: 'west/agent-1', presence: 'offline', sinceMs: 1000, lastSeenMs: 2000, devices: 0 },
    ],
    total: 2,
    next: null,
  });
});

test('one agent is named by its percent-encoded id, and shows its own metrics', async () => {
  const metrics = harness.host.state.agents.get('east/agent-1')?.metrics;
  metrics?.set('Uptime', { name: 'Uptime', dataType: 'UInt64', value: 17, timeMs: NOW_MS, stale: false });
  const agent = parsedAs(AgentSchema, await get('/api/v1/agents/east%2Fagent-1'));
  expect(agent).toMatchObject({ id: 'east/agent-1', group: 'east', node: 'agent-1', epoch: 'e1', bdSeq: 0 });
  expect(agent.metrics).toEqual([{ name: 'Uptime', dataType: 'UInt64', value: 17, timeMs: NOW_MS, stale: false }]);
});

test('delivery is told with its sum and the moment it is of', async () => {
  const counts = { taken: 10, stored: 7, waiting: 2, explained: 1, rejectedValues: 3, unprotected: 0 };
  const epochs = [{ epoch: 'e1', lastN: 10, stored: [[1, 7] as const] }];
  harness.host.deliveries.set('east/agent-1', { ...counts, asOfMs: NOW_MS, epochs });
  const delivery = parsedAs(DeliverySchema, await get('/api/v1/agents/east%2Fagent-1/delivery'));
  expect(delivery).toEqual({ ...counts, asOf: '2026-01-31T08:00:00.000Z', epochs });
});

test('what is explained is told record range by record range, the latest first, in pages and as a table', async () => {
  const full = { epoch: 'e1', reason: 'outbox_full', devices: ['M-1', 'M-2'], fromMs: NOW_MS - 9000, toMs: NOW_MS };
  harness.host.explained.set('east/agent-1', [
    { ...full, range: [3, 4], explainedMs: NOW_MS },
    { ...full, range: [1, 2], explainedMs: NOW_MS },
    { epoch: 'e2', reason: 'lost', devices: [], fromMs: 0, toMs: 0, range: [5, 9], explainedMs: NOW_MS + 1000 },
  ]);
  const url = '/api/v1/agents/east%2Fagent-1/explanations';
  const first = parsedAs(ExplanationsPageSchema, await get(`${url}?limit=2`));
  expect(first).toMatchObject({
    items: [
      { reason: 'lost', records: 5, devices: [], from: null, to: null, epoch: 'e2', fromN: 5, toN: 9 },
      { reason: 'outbox_full', records: 2, devices: ['M-1', 'M-2'], from: '2026-01-31T07:59:51.000Z', fromN: 1 },
    ],
    total: 3,
  });
  const second = parsedAs(ExplanationsPageSchema, await get(`${url}?limit=2&cursor=${first.next}`));
  expect(second).toMatchObject({ items: [{ fromN: 3, toN: 4, explainedAt: '2026-01-31T08:00:00.000Z' }], next: null });
  const lines = (await get(`${url}?format=csv`)).trim().split(/\r?\n/);
  expect(lines[0]).toBe('reason,records,devices,from,to,epoch,from_n,to_n,explained_at');
  expect(lines[1]).toBe('lost,5,,,,e2,5,9,2026-01-31T08:00:01.000Z');
  expect(parsedAs(ExplanationsPageSchema, await get('/api/v1/agents/west%2Fagent-1/explanations')).items).toEqual([]);
});

test.each([
  '/api/v1/agents/nobody',
  '/api/v1/agents/east%2Fnobody/delivery',
  '/api/v1/agents/west%2Fagent-1/delivery',
  '/api/v1/agents/nobody/explanations',
])('%s is not there', async (url) => {
  expect(parsedAs(ProblemSchema, await get(url))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
});
