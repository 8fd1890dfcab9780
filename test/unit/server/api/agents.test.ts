import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Losses } from '../../../../edge/protocol/losses.ts';
import {
  AgentSchema,
  AgentsPageSchema,
  DeliverySchema,
  ExplanationsPageSchema,
} from '../../../../server/api/agents.schema.ts';
import { encodeCursor } from '../../../../server/api/cursor.ts';
import { DeviceLossesSchema } from '../../../../server/api/device-losses.schema.ts';
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
  const fast = { metrics: ['voltage_a', 'current_a'], devices: [['M-1', 1] as [string, number]] };
  const losses: Losses = {
    groups: [fast, { metrics: ['energy_import'], devices: [['=M-2', 1]] }],
    otherRecords: 0,
    otherValues: 4,
  };
  harness.host.explained.set('east/agent-1', [
    { ...full, range: [3, 5], explainedMs: NOW_MS, losses },
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
  expect(second).toMatchObject({ items: [{ fromN: 3, toN: 5, explainedAt: '2026-01-31T08:00:00.000Z' }], next: null });
  expect(first.items.map((item) => item.losses)).toEqual([null, null]);
  expect(second.items[0]?.losses).toEqual({
    values: 7,
    groups: [
      { metrics: ['voltage_a', 'current_a'], devices: [{ device: 'M-1', values: 1 }] },
      { metrics: ['energy_import'], devices: [{ device: '=M-2', values: 1 }] },
    ],
    otherValues: 4,
    unreadRecords: 1,
  });
  const lines = (await get(`${url}?format=csv`)).trim().split(/\r?\n/);
  expect(lines[0]).toBe('reason,records,devices,from,to,epoch,from_n,to_n,explained_at,values,losses');
  expect(lines[1]).toBe('lost,5,,,,e2,5,9,2026-01-31T08:00:01.000Z,,');
  expect(lines[3]).toMatch(/,7,voltage_a current_a: M-1=1; energy_import: =M-2=1$/);
  expect(parsedAs(ExplanationsPageSchema, await get('/api/v1/agents/west%2Fagent-1/explanations')).items).toEqual([]);
});

test('what is not kept one by one any more is told as sums', async () => {
  const sums = { reason: 'too_old', explanations: 2, records: 30, values: 60, deviceValues: 5 };
  harness.host.folded.set('east/agent-1', [
    { ...sums, fromMs: NOW_MS - 9000, toMs: NOW_MS },
    { ...sums, reason: 'lost' },
  ]);
  const page = parsedAs(ExplanationsPageSchema, await get('/api/v1/agents/east%2Fagent-1/explanations'));
  expect(page.folded).toEqual([
    { ...sums, from: '2026-01-31T07:59:51.000Z', to: '2026-01-31T08:00:00.000Z' },
    { ...sums, reason: 'lost', from: null, to: null },
  ]);
});

test.each([
  ['made for another agent', (cursor: string) => `east%2Fagent-1/explanations?cursor=${cursor}`],
  ['made up', () => `west%2Fagent-1/explanations?cursor=${encodeCursor('7 e1', { id: 'west/agent-1' })}`],
])('a cursor that is %s is refused', async (_what, urlOf) => {
  const lost = { epoch: 'e 2', reason: 'lost', devices: [], fromMs: 0, toMs: 0, explainedMs: NOW_MS };
  harness.host.explained.set(
    'west/agent-1',
    [1, 2].map((n) => ({ ...lost, range: [n, n] as const })),
  );
  const url = '/api/v1/agents/west%2Fagent-1/explanations?limit=1';
  const { next } = parsedAs(ExplanationsPageSchema, await get(url));
  expect(parsedAs(ExplanationsPageSchema, await get(`${url}&cursor=${next}`)).items).toMatchObject([{ fromN: 2 }]);
  const answer = await harness.api.inject(`/api/v1/agents/${urlOf(next ?? '')}`);
  expect(parsedAs(ProblemSchema, answer.body)).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
});

test('what a device lost is told by metric and reason, also as a table', async () => {
  const lost = { agent: 'east/agent-1', reason: 'outbox_full', values: 9, fromMs: NOW_MS - 9000, toMs: NOW_MS };
  harness.host.lost.set('M-1', [{ ...lost, metric: 'voltage_a' }]);
  const url = '/api/v1/devices/M-1/losses';
  expect(parsedAs(DeviceLossesSchema, await get(url))).toEqual({
    device: 'M-1',
    losses: [
      {
        metric: 'voltage_a',
        values: 9,
        reason: 'outbox_full',
        agent: 'east/agent-1',
        from: '2026-01-31T07:59:51.000Z',
        to: '2026-01-31T08:00:00.000Z',
      },
    ],
  });
  expect((await get(`${url}?format=csv`)).split(/\r?\n/).slice(0, 2)).toEqual([
    'metric,values,reason,agent,from,to',
    'voltage_a,9,outbox_full,east/agent-1,2026-01-31T07:59:51.000Z,2026-01-31T08:00:00.000Z',
  ]);
});

test.each([
  '/api/v1/devices/nobody/losses',
  '/api/v1/agents/nobody',
  '/api/v1/agents/east%2Fnobody/delivery',
  '/api/v1/agents/west%2Fagent-1/delivery',
  '/api/v1/agents/nobody/explanations',
])('%s is not there', async (url) => {
  expect(parsedAs(ProblemSchema, await get(url))).toMatchObject({ status: 404, code: 'NOT_FOUND' });
});
