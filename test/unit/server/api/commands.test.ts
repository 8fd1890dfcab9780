import { afterEach, beforeEach, expect, test } from 'vitest';
import { GridwardenError } from '../../../../edge/platform/errors.ts';
import { LOCAL_ACTOR } from '../../../../server/access/actor.ts';
import { AcceptedSchema } from '../../../../server/api/agents.schema.ts';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { type ApiHarness, apiHarness } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

let harness: ApiHarness;
beforeEach(async () => {
  harness = await apiHarness();
  harness.host.addAgent('east/agent-1');
  harness.host.addDevice(harness.store, 'M-1', ['voltage_a'], { agent: 'east/agent-1' });
});
afterEach(() => harness.api.close());

const post = (path: string, payload?: object) =>
  harness.api.inject({ method: 'POST', url: `/api/v1/${path}`, ...(payload && { payload }) });

test.each([
  ['agents/east%2Fagent-1/rebirth', undefined, { agent: 'east/agent-1', device: undefined }, 'agent.rebirth'],
  ['devices/M-1/rebirth', undefined, { agent: 'east/agent-1', device: 'M-1' }, 'device.rebirth'],
  [
    `agents/east%2Fagent-1/metrics/${encodeURIComponent('Node Control/Reboot')}`,
    { value: true },
    { agent: 'east/agent-1', device: undefined, metric: 'Node Control/Reboot', value: true },
    'agent.write',
  ],
  [
    'devices/M-1/metrics/relay_status',
    { value: null },
    { agent: 'east/agent-1', device: 'M-1', metric: 'relay_status', value: null },
    'device.write',
  ],
])('%s', async (path, payload, command, action) => {
  const answer = await post(path, payload);
  expect(answer.statusCode).toBe(202);
  parsedAs(AcceptedSchema, answer.body);
  expect(harness.host.sent).toEqual([command]);
  const subject = command.device ?? command.agent;
  expect(harness.audited).toEqual([expect.objectContaining({ actor: LOCAL_ACTOR, action, subject })]);
});

test('what was tried is in the audit log before it is sent, and that it failed afterwards', async () => {
  harness.host.failure = new GridwardenError('BROKER_UNREACHABLE', 'no broker');
  const answer = await post('devices/M-1/metrics/relay_status', { value: 1 });
  expect(parsedAs(ProblemSchema, answer.body)).toMatchObject({ code: 'BROKER_UNREACHABLE', status: 503 });
  expect(harness.audited.map(({ action, detail }) => [action, detail])).toEqual([
    ['device.write', { metric: 'relay_status', value: 1 }],
    ['device.write.failed', { metric: 'relay_status', value: 1, reason: 'no broker' }],
  ]);
});

test('a command that cannot be audited is not sent', async () => {
  harness.parts.withdraw('audit', 'the state file is closed');
  expect(parsedAs(ProblemSchema, (await post('agents/east%2Fagent-1/rebirth')).body).code).toBe('STARTING');
  expect(harness.host.sent).toEqual([]);
});

test.each([
  ['devices/X/rebirth', undefined, 'NOT_FOUND'],
  ['devices/M-1/metrics/relay_status', undefined, 'REQUEST_INVALID'],
  ['devices/M-1/metrics/relay_status', {}, 'REQUEST_INVALID'],
  ['devices/M-1/metrics/relay_status', { value: [1] }, 'REQUEST_INVALID'],
  ['devices/M-1/metrics/relay_status', { value: 1, force: true }, 'REQUEST_INVALID'],
])('%s with %j is refused', async (path, payload, code) => {
  expect(parsedAs(ProblemSchema, (await post(path, payload)).body).code).toBe(code);
  expect(harness.host.sent).toEqual([]);
});
