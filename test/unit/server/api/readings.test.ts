import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GridwardenError } from '../../../../edge/platform/errors.ts';
import { GOOD, qualityCode } from '../../../../edge/protocol/quality.ts';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { type Readings, ReadingsSchema } from '../../../../server/api/readings.schema.ts';
import { type ApiHarness, apiHarness, NOW_MS } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;
const SILENT = qualityCode('silent');
let harness: ApiHarness;
let voltage = -1;
let energy = -1;

beforeEach(async () => {
  harness = await apiHarness();
  const { host, store } = harness;
  host.addAgent('east/agent-1');
  host.addDevice(store, 'M-1', ['voltage_a', 'energy_import'], { agent: 'east/agent-1' });
  voltage = host.state.slotOf('M-1', 'voltage_a')?.series ?? -1;
  energy = host.state.slotOf('M-1', 'energy_import')?.series ?? -1;
});
afterEach(() => harness.api.close());

const hour = `from=${NOW_MS}&to=${NOW_MS + HOUR_MS}`;
async function get(query: string, accept = 'application/json', device = 'M-1'): Promise<string> {
  const url = `/api/v1/devices/${encodeURIComponent(device)}/readings?${query}`;
  return (await harness.api.inject({ url, headers: { accept } })).body;
}
const read = async (query: string): Promise<Readings> => parsedAs(ReadingsSchema, await get(query));
const refused = async (query: string) => parsedAs(ProblemSchema, await get(query));

describe('as taken', () => {
  test('columns of one length; what is missing is null with its quality', async () => {
    harness.store.put(voltage, NOW_MS, 230);
    harness.store.put(voltage, NOW_MS + SECOND_MS, Number.NaN, SILENT);
    harness.store.put(voltage, NOW_MS + HOUR_MS, 231);
    harness.host.storedUntil = NOW_MS + SECOND_MS;
    expect(await read(`${hour}&metrics=voltage_a`)).toEqual({
      device: 'M-1',
      from: '2026-01-31T08:00:00.000Z',
      to: '2026-01-31T09:00:00.000Z',
      every: null,
      storedUntil: '2026-01-31T08:00:01.000Z',
      series: [
        {
          metric: 'voltage_a',
          unit: 'V',
          aggregate: null,
          timesMs: [NOW_MS, NOW_MS + SECOND_MS],
          values: [230, null],
          quality: [GOOD, SILENT],
          origins: [0, 0],
        },
      ],
    });
  });

  test('what waits for the store is there, in order, and not twice', async () => {
    harness.store.put(voltage, NOW_MS + 2000, 2);
    const waiting = (timeMs: number, value: number, series = voltage) => ({
      series,
      timeMs,
      value,
      quality: GOOD,
      origin: 0,
    });
    harness.host.waiting = [
      waiting(NOW_MS + 3000, 3),
      waiting(NOW_MS + 1000, 1),
      waiting(NOW_MS + 2000, 99),
      waiting(NOW_MS + 1000, 5, energy),
    ];
    const [series] = (await read(`${hour}&metrics=voltage_a`)).series;
    expect([series?.timesMs.map((ms) => ms - NOW_MS), series?.values]).toEqual([
      [1000, 2000, 3000],
      [1, 2, 3],
    ]);
  });

  test('a reading that is committed while the question is on its way is not lost', async () => {
    harness.host.waiting = [{ series: voltage, timeMs: NOW_MS, value: 230, quality: GOOD, origin: 0 }];
    const { store } = harness;
    const answer = store.read.bind(store);
    store.read = async (query) => {
      const rows = await answer(query);
      store.put(voltage, NOW_MS, 230);
      harness.host.waiting = [];
      return rows;
    };
    expect((await read(`${hour}&metrics=voltage_a`)).series[0]?.values).toEqual([230]);
  });

  test('all metrics of the device without a list, and conflicts only when asked for', async () => {
    expect((await read(hour)).series.map(({ metric }) => metric)).toEqual(['energy_import', 'voltage_a']);
    await read(`${hour}&conflicts=true`);
    expect(harness.store.queries.map(({ includeConflicts }) => includeConflicts)).toEqual([false, true]);
  });

  test('a device that is only in the store is read, too', async () => {
    const old = harness.store.seriesOf({ device: 'OLD', metric: 'current_a', kind: 'meter', pollClass: 'fast' });
    harness.store.put(old, NOW_MS, 5);
    const readings = parsedAs(ReadingsSchema, await get(hour, '*/*', 'OLD'));
    expect(readings.series).toMatchObject([{ metric: 'current_a', unit: 'A', values: [5] }]);
  });
});

describe('in buckets', () => {
  test('an empty bucket is null; coverage counts what was not good', async () => {
    harness.store.put(voltage, NOW_MS, 230);
    harness.store.put(voltage, NOW_MS + SECOND_MS, Number.NaN, SILENT);
    const { every, series } = await read(`${hour}&metrics=voltage_a&every=30m`);
    expect(every).toBe('30m');
    expect(series[0]).toMatchObject({
      aggregate: 'mean',
      timesMs: [NOW_MS, NOW_MS + HOUR_MS / 2],
      values: [230, null],
      counts: [1, 0],
      coverage: [0.5, null],
    });
  });

  test('a difference knows where the register of this device starts again from zero', async () => {
    const slot = harness.host.state.slotOf('M-1', 'energy_import');
    if (slot) slot.rollover = 1_000_000;
    await read(`${hour}&every=15m`);
    const asked = harness.store.queries.map(({ aggregate, rollover }) => [aggregate, rollover]);
    expect(asked).toEqual(
      expect.arrayContaining([
        ['difference', [1_000_000]],
        ['mean', [0]],
      ]),
    );
  });

  test('each kind of metric has its own aggregate unless one is given', async () => {
    await read(`${hour}&every=15m`);
    const asked = harness.store.queries.map(({ aggregate, series }) => [aggregate, series]);
    expect(asked).toEqual([
      ['difference', [energy]],
      ['mean', [voltage]],
    ]);
    const { series } = await read(`${hour}&every=15m&aggregate=max`);
    expect(series.map(({ aggregate }) => aggregate)).toEqual(['max', 'max']);
  });

  test('days are those of the district', async () => {
    const { series } = await read('from=2026-01-31&to=2026-02-02&every=1d&metrics=voltage_a');
    expect(series[0]?.timesMs.map((ms) => new Date(ms).toISOString())).toEqual([
      '2026-01-30T16:00:00.000Z',
      '2026-01-31T16:00:00.000Z',
    ]);
  });
});

describe('as CSV', () => {
  test('a line a reading, in order of time over all metrics', async () => {
    harness.store.put(voltage, NOW_MS, 230);
    harness.store.put(energy, NOW_MS + SECOND_MS, 17.5);
    harness.store.put(voltage, NOW_MS + 2 * SECOND_MS, Number.NaN, SILENT);
    expect((await get(hour, 'text/csv')).split('\n')).toEqual([
      'time,metric,value,unit,quality,origin',
      '2026-01-31T08:00:00.000Z,voltage_a,230,V,good,live',
      '2026-01-31T08:00:01.000Z,energy_import,17.5,kWh,good,live',
      '2026-01-31T08:00:02.000Z,voltage_a,,V,silent,live',
      '',
    ]);
  });

  test('more than JSON holds comes in windows, nothing missing and nothing twice', async () => {
    for (let i = 0; i < 30_000; i++) harness.store.put(voltage, NOW_MS + i * 40, i);
    const lines = (await get(`${hour}&metrics=voltage_a`, 'text/csv')).trimEnd().split('\n');
    expect(lines).toHaveLength(30_001);
    expect(lines.slice(1).map((line) => Number(line.split(',')[2]))).toEqual(
      Array.from({ length: 30_000 }, (_, i) => i),
    );
    expect(Math.max(...harness.store.queries.map(({ maxRows }) => maxRows))).toBe(20_000);
  });

  test('buckets', async () => {
    harness.store.put(voltage, NOW_MS, 230);
    const lines = (await get(`${hour}&metrics=voltage_a&every=30m`, 'text/csv')).split('\n');
    expect(lines).toEqual([
      'time,metric,aggregate,value,unit,count,coverage',
      '2026-01-31T08:00:00.000Z,voltage_a,mean,230,V,1,1',
      '2026-01-31T08:30:00.000Z,voltage_a,mean,,V,0,',
      '',
    ]);
  });

  test('a store that fails before the first line is a problem, not half a file', async () => {
    harness.store.failure = new GridwardenError('STORE_UNAVAILABLE', 'the store is away');
    const problem = parsedAs(ProblemSchema, await get(hour, 'text/csv'));
    expect(problem).toMatchObject({ status: 503, code: 'STORE_UNAVAILABLE', detail: 'the store is away' });
  });
});

describe('limits', () => {
  test.each([
    ['to=2026-01-31', 'REQUEST_INVALID', 'from'],
    [`from=${NOW_MS}&to=${NOW_MS}`, 'REQUEST_INVALID', 'to must be after'],
    ['from=1980-01-01&to=2026-01-01', 'RANGE_TOO_LARGE', '3660 days'],
    [`${hour}&metrics=voltage`, 'REQUEST_INVALID', 'did you mean "voltage_a"'],
    [`${hour}&metrics=${Array.from({ length: 65 }, (_, i) => `m${i}`)}`, 'REQUEST_INVALID', 'at most 64'],
    [`${hour}&every=0s`, 'REQUEST_INVALID', 'every'],
    [`${hour}&every=100d0`, 'REQUEST_INVALID', 'every'],
    [`${hour}&every=9999999d`, 'REQUEST_INVALID', 'every'],
    [`${hour}&aggregate=mean`, 'REQUEST_INVALID', 'needs every'],
    [`${hour}&every=1m&aggregate=median`, 'REQUEST_INVALID', 'aggregate'],
    ['from=2020-01-01&to=2026-01-01&every=1m', 'RANGE_TOO_LARGE', 'buckets'],
  ])('%s is %s', async (query, code, words) => {
    const problem = await refused(query);
    expect(problem.code).toBe(code);
    expect(problem.detail.replace('to: ', 'to ')).toContain(words);
  });

  test('more rows than JSON holds', async () => {
    for (let i = 0; i < 100_001; i++) harness.store.put(voltage, NOW_MS + i * 10, i);
    expect((await refused(`${hour}&metrics=voltage_a`)).code).toBe('RANGE_TOO_LARGE');
  });

  test('a device that nobody knows', async () => {
    expect(parsedAs(ProblemSchema, await get(hour, '*/*', 'X')).code).toBe('NOT_FOUND');
  });
});
