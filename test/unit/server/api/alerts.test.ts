import { afterAll, beforeAll, expect, test } from 'vitest';
import { LOCAL_ACTOR } from '../../../../server/access/actor.ts';
import { AlertsPageSchema } from '../../../../server/api/alerts.schema.ts';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { type Alert, AlertSchema } from '../../../../server/live/protocol.ts';
import { type ApiHarness, apiHarness } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

function alert(id: string, state: Alert['state'], raised: string): Alert {
  return {
    id,
    rule: 'voltage-high',
    subject: 'M-1',
    metric: 'voltage_a',
    severity: 'high',
    text: { en: 'Voltage high', zh: '电压偏高' },
    value: 260,
    limit: 253,
    unit: 'V',
    state,
    active: state === 'B' || state === 'C',
    acknowledged: state === 'C' || state === 'A',
    raisedMs: Date.parse(raised),
    clearedMs: null,
  };
}

let harness: ApiHarness;
beforeAll(async () => {
  harness = await apiHarness();
  harness.alerts.push(
    alert('4', 'B', '2026-01-31T04:00:00Z'),
    alert('3', 'A', '2026-01-31T03:00:00Z'),
    alert('2', 'C', '2026-01-30T17:00:00Z'),
    alert('1', 'D', '2026-01-30T15:00:00Z'),
  );
});
afterAll(() => harness.api.close());

const get = async (query: string, accept = '*/*') =>
  (await harness.api.inject({ url: `/api/v1/alerts${query}`, headers: { accept } })).body;
const ids = (text: string) => parsedAs(AlertsPageSchema, text).items.map(({ id }) => id);

test.each([
  ['', ['4', '2', '1']],
  ['?state=B', ['4']],
  ['?state=A,D', ['3', '1']],
  ['?from=2026-01-31T03:00:00Z', ['4', '3']],
  // Midnight of the district, Asia/Shanghai, is 16:00 of the day before.
  ['?from=2026-01-31', ['4', '3', '2']],
])('%j', async (query, expected) => {
  expect(ids(await get(query))).toEqual(expected);
});

test('pages', async () => {
  const first = parsedAs(AlertsPageSchema, await get('?limit=2'));
  expect(first.items.map(({ id }) => id)).toEqual(['4', '2']);
  const second = parsedAs(AlertsPageSchema, await get(`?limit=2&cursor=${first.next}`));
  expect([second.items.map(({ id }) => id), second.next]).toEqual([['1'], null]);
});

test('one alert, and one that is not there', async () => {
  expect(parsedAs(AlertSchema, await get('/3'))).toEqual(harness.alerts[1]);
  expect(parsedAs(ProblemSchema, await get('/9')).code).toBe('NOT_FOUND');
});

test('as CSV in both languages', async () => {
  const [head, line] = (await get('?state=B', 'text/csv')).split('\n');
  expect(head).toBe('id,raised,cleared,state,severity,subject,metric,rule,text_en,text_zh,value,limit,unit');
  expect(line).toBe('4,2026-01-31T04:00:00.000Z,,B,high,M-1,voltage_a,voltage-high,Voltage high,电压偏高,260,253,V');
});

test('an alert is acknowledged by who asks, and the audit log has it', async () => {
  const post = (id: string, payload?: object) =>
    harness.api.inject({ method: 'POST', url: `/api/v1/alerts/${id}/acknowledge`, ...(payload && { payload }) });
  expect(parsedAs(AlertSchema, (await post('4')).body)).toMatchObject({ id: '4', state: 'C', acknowledged: true });
  await post('1', { reason: 'seen on site' });
  expect(harness.audited).toEqual([
    { actor: LOCAL_ACTOR, action: 'alert.acknowledge', subject: '4', detail: {} },
    { actor: LOCAL_ACTOR, action: 'alert.acknowledge', subject: '1', detail: { reason: 'seen on site' } },
  ]);
  expect(parsedAs(ProblemSchema, (await post('9')).body).code).toBe('NOT_FOUND');
  expect(parsedAs(ProblemSchema, (await post('4', { why: 'x' })).body).code).toBe('REQUEST_INVALID');
});

test.each(['?state=X', '?state=', '?from=yesterday', '?cursor=4'])('%s is refused', async (query) => {
  expect(parsedAs(ProblemSchema, await get(query)).code).toBe('REQUEST_INVALID');
});
