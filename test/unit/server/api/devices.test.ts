import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GOOD, qualityCode } from '../../../../edge/protocol/quality.ts';
import { DeviceMetricsSchema, DeviceSchema, DevicesPageSchema } from '../../../../server/api/devices.schema.ts';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { type ApiHarness, apiHarness, NOW_MS } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

let harness: ApiHarness;
beforeAll(async () => {
  harness = await apiHarness();
  const { host, store } = harness;
  host.addAgent('east/agent-1');
  const east = { agent: 'east/agent-1' };
  host.addDevice(store, 'M-1', ['voltage_a', 'energy_import'], { ...east, model: 'eastron/sdm630', serial: 'A17' });
  host.addDevice(store, 'M-2', ['voltage_a'], { ...east, model: 'eastron/sdm120', presence: 'stale' });
  host.addDevice(store, 'T-1', ['temperature_oil_top'], { ...east, model: 'ziehl/tr1200', kind: 'transformer' });
  host.addDevice(store, 'node/Meter α,1', ['=cmd'], { agent: 'foreign/node', presence: 'offline' });
  host.set('M-1', 'voltage_a', 230.5, GOOD, NOW_MS - 1000);
  host.set('M-2', 'voltage_a', Number.NaN, qualityCode('silent'), NOW_MS - 2000);
});
afterAll(() => harness.api.close());

const get = async (url: string, accept = 'application/json') =>
  (await harness.api.inject({ url, headers: { accept } })).body;
const ids = async (query: string) =>
  parsedAs(DevicesPageSchema, await get(`/api/v1/devices?${query}`)).items.map(({ id }) => id);

describe('the list', () => {
  test.each([
    ['', ['M-1', 'M-2', 'T-1', 'node/Meter α,1']],
    ['state=online', ['M-1', 'T-1']],
    ['state=stale', ['M-2']],
    ['state=offline', ['node/Meter α,1']],
    ['model=eastron/sdm630', ['M-1']],
    ['model=eastron', []],
    ['agent=foreign/node', ['node/Meter α,1']],
    ['q=m-', ['M-1', 'M-2']],
    ['q=sdm120', ['M-2']],
    ['q=a17', ['M-1']],
    [`q=${encodeURIComponent('α')}`, ['node/Meter α,1']],
    ['q=%20', ['M-1', 'M-2', 'T-1', 'node/Meter α,1']],
    ['state=online&q=t', ['M-1', 'T-1']],
  ])('?%s', async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  test('comes in pages that hold together', async () => {
    const first = parsedAs(DevicesPageSchema, await get('/api/v1/devices?limit=3'));
    expect([first.items.length, first.total, typeof first.next]).toEqual([3, 4, 'string']);
    const second = parsedAs(DevicesPageSchema, await get(`/api/v1/devices?limit=3&cursor=${first.next}`));
    expect([second.items.map(({ id }) => id), second.next]).toEqual([['node/Meter α,1'], null]);
  });

  test('as CSV', async () => {
    const lines = (await get('/api/v1/devices?limit=1', 'text/csv')).split('\n');
    expect(lines).toEqual([
      'id,agent,model,kind,presence,since,last_reading',
      'M-1,east/agent-1,eastron/sdm630,meter,online,1970-01-01T00:00:01.000Z,',
      '',
    ]);
  });

  test.each([
    'state=gone',
    'limit=0',
    'limit=1001',
    'limit=1.5',
    'limit=x',
    'cursor=x',
    'stat=online',
    'state=a&state=b',
  ])('?%s is refused', async (query) => {
    const problem = parsedAs(ProblemSchema, await get(`/api/v1/devices?${query}`));
    expect([problem.code, problem.problems?.[0]?.path]).toEqual(['REQUEST_INVALID', query.split('=')[0]]);
  });
});

describe('one device', () => {
  test('shows value, quality, unit, time and freshness together', async () => {
    const device = parsedAs(DeviceSchema, await get('/api/v1/devices/M-1'));
    expect(device).toMatchObject({ id: 'M-1', model: 'eastron/sdm630', serial: 'A17', presence: 'online' });
    const [voltage, energy] = device.metrics;
    const fresh = { value: 230.5, quality: 'good', stale: false, timeMs: NOW_MS - 1000 };
    expect(voltage).toMatchObject({
      metric: 'voltage_a',
      unit: 'V',
      kind: 'instantaneous',
      dataType: 'Float',
      ...fresh,
    });
    const never = { value: null, quality: null, stale: true, timeMs: null };
    expect(energy).toMatchObject({ metric: 'energy_import', unit: 'kWh', kind: 'register', ...never });
  });

  test('a value that is missing is null, with the reason', async () => {
    const { metrics } = parsedAs(DeviceMetricsSchema, await get('/api/v1/devices/M-2/metrics'));
    expect(metrics[0]).toMatchObject({ value: null, quality: 'silent', timeMs: NOW_MS - 2000 });
  });

  test('an id of two parts is percent-encoded; its metrics as CSV hold no formula', async () => {
    const url = `/api/v1/devices/${encodeURIComponent('node/Meter α,1')}/metrics`;
    const answer = await harness.api.inject({ url, headers: { accept: 'text/csv' } });
    expect(answer.body).toBe("metric,time,value,unit,quality,stale\n'=cmd,,,,,true\n");
    expect(answer.headers['content-disposition']).toBe('attachment; filename="node_Meter_1-metrics.csv"');
  });

  test('text of a metric that is no number', async () => {
    const slot = harness.host.state.slotOf('T-1', 'temperature_oil_top')?.index ?? -1;
    harness.host.state.set(slot, Number.NaN, GOOD, NOW_MS);
    harness.host.state.texts.set(slot, 'hot');
    const { metrics } = parsedAs(DeviceMetricsSchema, await get('/api/v1/devices/T-1/metrics'));
    expect(metrics[0]?.value).toBe('hot');
  });

  test.each(['/api/v1/devices/X', '/api/v1/devices/X/metrics', '/api/v1/devices/node%2FX'])(
    '%s is not there',
    async (url) => {
      expect(parsedAs(ProblemSchema, await get(url)).code).toBe('NOT_FOUND');
    },
  );
});
