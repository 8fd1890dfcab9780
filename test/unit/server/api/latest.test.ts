import { afterAll, beforeAll, expect, test } from 'vitest';
import { GOOD, qualityCode } from '../../../../edge/protocol/quality.ts';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { LatestSchema } from '../../../../server/api/readings.schema.ts';
import { type ApiHarness, apiHarness, NOW_MS } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

let harness: ApiHarness;
beforeAll(async () => {
  harness = await apiHarness();
  const { host, store } = harness;
  host.addAgent('east/agent-1');
  const agent = 'east/agent-1';
  host.addDevice(store, 'M-1', ['voltage_a', 'active_power'], { agent });
  host.addDevice(store, 'M-2', ['voltage_a'], { agent });
  host.addDevice(store, 'M-3', ['active_power'], { agent });
  host.set('M-1', 'voltage_a', 230.5, GOOD, NOW_MS - 1000);
  host.set('M-1', 'active_power', 0, GOOD, NOW_MS - 1000);
  host.set('M-2', 'voltage_a', Number.NaN, qualityCode('silent'), NOW_MS - 2000);
  host.set('M-3', 'active_power', 7, GOOD, NOW_MS - 90_000);
  const slot = host.state.slotOf('M-3', 'active_power')?.index ?? -1;
  host.state.setStale(slot, true);
});
afterAll(() => harness.api.close());

const get = async (query: string, accept = '*/*') =>
  (await harness.api.inject({ url: `/api/v1/readings/latest${query}`, headers: { accept } })).body;

test('a column a metric, a place a device; what is not there is null and never zero', async () => {
  expect(parsedAs(LatestSchema, await get(''))).toEqual({
    nowMs: NOW_MS,
    devices: ['M-1', 'M-2', 'M-3'],
    unknown: [],
    metrics: [
      {
        metric: 'voltage_a',
        unit: 'V',
        values: [230.5, null, null],
        agesMs: [1000, 2000, null],
        quality: [0, 1, 255],
        stale: [0, 0, 1],
      },
      {
        metric: 'active_power',
        unit: 'kW',
        values: [0, null, 7],
        agesMs: [1000, null, 90_000],
        quality: [0, 255, 0],
        stale: [0, 1, 1],
      },
    ],
    next: null,
  });
});

test('devices and metrics that are named, in the order of the question; unknown ones are told', async () => {
  const latest = parsedAs(LatestSchema, await get('?devices=M-3,X,M-1&metrics=active_power,nothing'));
  expect([latest.devices, latest.unknown]).toEqual([['M-3', 'M-1'], ['X']]);
  expect(latest.metrics.map(({ metric, values }) => [metric, values])).toEqual([['active_power', [7, 0]]]);
});

test('all devices come in pages', async () => {
  const first = parsedAs(LatestSchema, await get('?limit=2'));
  const second = parsedAs(LatestSchema, await get(`?limit=2&cursor=${first.next}`));
  expect([first.devices, second.devices, second.next]).toEqual([['M-1', 'M-2'], ['M-3'], null]);
});

test('as CSV, one line a value that was ever seen', async () => {
  expect((await get('', 'text/csv')).split('\n')).toEqual([
    'device,metric,time,value,unit,quality,stale',
    'M-1,voltage_a,2026-01-31T07:59:59.000Z,230.5,V,good,false',
    'M-1,active_power,2026-01-31T07:59:59.000Z,0,kW,good,false',
    'M-2,voltage_a,2026-01-31T07:59:58.000Z,,V,silent,false',
    'M-3,active_power,2026-01-31T07:58:30.000Z,7,kW,good,true',
    '',
  ]);
});

test('a question of 10 000 devices fits, one more does not', async () => {
  const ids = (count: number) => Array.from({ length: count }, (_, i) => `M-${i}`).join(',');
  expect(parsedAs(LatestSchema, await get(`?devices=${ids(10_000)}`)).unknown).toHaveLength(9_997);
  expect(parsedAs(ProblemSchema, await get(`?devices=${ids(10_001)}`)).code).toBe('REQUEST_INVALID');
});

test('a cursor does not go with named devices', async () => {
  const { next } = parsedAs(LatestSchema, await get('?limit=1'));
  expect(parsedAs(ProblemSchema, await get(`?devices=M-1&cursor=${next}`)).code).toBe('REQUEST_INVALID');
});

test('more values than one answer holds are refused', async () => {
  const own = await apiHarness();
  own.host.addAgent('a/b');
  const metrics = Array.from({ length: 51 }, (_, i) => `m${i}`);
  for (let i = 0; i < 10_000; i++)
    own.host.addDevice(own.store, `D-${i}`, i === 0 ? metrics : ['m0'], { agent: 'a/b' });
  const all = await own.api.inject('/api/v1/readings/latest?limit=10000');
  expect(parsedAs(ProblemSchema, all.body).code).toBe('RANGE_TOO_LARGE');
  const some = await own.api.inject('/api/v1/readings/latest?limit=10000&metrics=m0,m1');
  expect(parsedAs(LatestSchema, some.body).metrics.map(({ values }) => values.length)).toEqual([10_000, 10_000]);
  await own.api.close();
});
