import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  GridFindingsSchema,
  GridPageSchema,
  GridRecordsSchema,
  GridSearchSchema,
  GridThingSchema,
  GridTreeSchema,
} from '../../../../server/api/grid.schema.ts';
import { GridOneLineSchema } from '../../../../server/api/grid-one-line.schema.ts';
import { GridExportSchema, GridImportReportSchema } from '../../../../server/api/grid-transfer.schema.ts';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { GridRegistry } from '../../../../server/registry/registry.ts';
import { openState } from '../../../../server/state/database.ts';
import { type ApiHarness, apiHarness } from '../../../support/api-harness.ts';
import { dirtyDays } from '../../../support/dirty-days.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

const METERS = `id,area,role,phase,accuracyClass,multiplier,validFrom,validTo
G-1,A-1,gateway,abc,0.5S,60,2026-01-01,
M-1,A-1,customer,a,1,1,2026-01-01,
M-2,A-1,customer,b,1,1,2026-02-01,
`;
const FILES = [
  { name: 'areas.csv', text: 'id,name,feeder\nA-1,幸福路,F-1\n' },
  { name: 'meters.csv', text: METERS },
];
let harness: ApiHarness;
let database: ReturnType<typeof openState>;

beforeEach(async () => {
  harness = await apiHarness();
  database = openState(':memory:');
  harness.parts.provide('registry', new GridRegistry(database, harness.clock, dirtyDays(database, harness.clock)));
  await post({ files: FILES });
});
afterEach(async () => {
  await harness.api.close();
  database.close();
});

const get = async (path: string) => (await harness.api.inject(`/api/v1/grid/${path}`)).body;
const post = (payload: object) => harness.api.inject({ method: 'POST', url: '/api/v1/grid/imports', payload });
const patch = (path: string, payload: object, headers: Record<string, string> = {}) =>
  harness.api.inject({ method: 'PATCH', url: `/api/v1/grid/${path}`, payload, headers });

test('lists come in pages, by id, as of a moment, filtered', async () => {
  const first = parsedAs(GridPageSchema, await get('meters?at=2026-03-01&limit=2'));
  expect([first.total, first.items.map(({ id }) => id)]).toEqual([3, ['G-1', 'M-1']]);
  const next = parsedAs(GridPageSchema, await get(`meters?at=2026-03-01&limit=2&cursor=${first.next}`));
  expect(next).toMatchObject({ items: [{ id: 'M-2', validFrom: '2026-01-31T16:00:00.000Z' }], next: null });
  expect(parsedAs(GridPageSchema, await get('meters')).total).toBe(2);
  expect(parsedAs(GridPageSchema, await get('meters?role=gateway')).total).toBe(1);
  expect(parsedAs(GridPageSchema, await get('meters?area=A-2')).total).toBe(0);
  expect(parsedAs(GridPageSchema, await get('areas?q=%E5%B9%B8')).total).toBe(1);
});

test.each(['meters?district=D', 'wires', 'meters?at=soon', 'meters?knownAt=2199-01-01'])(
  '%s is refused',
  async (path) => {
    expect(parsedAs(ProblemSchema, await get(path)).code).toBe('REQUEST_INVALID');
  },
);

test('tree, search, one thing', async () => {
  const tree = parsedAs(GridTreeSchema, await get('tree'));
  const feeder = tree.districts[0]?.substations[0]?.feeders[0];
  expect(feeder).toMatchObject({
    id: 'F-1',
    declared: false,
    areas: [{ id: 'A-1', gateways: ['G-1'], meters: { customer: 1 } }],
  });
  expect(parsedAs(GridSearchSchema, await get('search?q=m-1')).items).toMatchObject([{ kind: 'meters', id: 'M-1' }]);
  expect(parsedAs(GridThingSchema, await get('meters/G-1'))).toMatchObject({
    version: 1,
    ratio: 60,
    item: { role: 'gateway' },
  });
  expect(parsedAs(ProblemSchema, await get('meters/X')).code).toBe('NOT_FOUND');
});

test('a change names what was seen, holds from a day on, and is kept with who made it', async () => {
  const answer = await patch(
    'meters/G-1',
    { set: { multiplier: 80 }, from: '2026-01-15', reason: 'new CT' },
    { 'if-match': '"1"' },
  );
  expect(answer.headers.etag).toBe('"2"');
  expect(parsedAs(GridThingSchema, answer.body)).toMatchObject({
    version: 2,
    ratio: 80,
    history: [{ validTo: '2026-01-14T16:00:00.000Z' }, {}],
  });
  expect(parsedAs(GridThingSchema, await get('meters/G-1?at=2026-01-10')).ratio).toBe(60);
  const { items } = parsedAs(GridRecordsSchema, await get('meters/G-1/records'));
  expect(items.map(({ by, reason, change }) => [by, reason, change])).toEqual([
    ['local', 'new CT', 2],
    ['local', 'new CT', 2],
    ['local', null, 1],
  ]);
  expect(harness.audited.map(({ action }) => action)).toEqual(['grid.import', 'grid.change']);
  const late = await patch('meters/G-1', { version: 1, set: { multiplier: 90 }, from: '2026-01-20' });
  expect([late.statusCode, parsedAs(ProblemSchema, late.body).code]).toEqual([409, 'VERSION_CONFLICT']);
});

test('an end', async () => {
  const answer = await patch('meters/M-1', { version: 1, end: '2026-01-20' });
  expect(parsedAs(GridThingSchema, answer.body)).toMatchObject({
    item: null,
    history: [{ validTo: '2026-01-19T16:00:00.000Z' }],
  });
});

test.each([
  ['version', { set: { multiplier: 2 }, from: '2026-01-15' }],
  ['from', { version: 1, set: { multiplier: 2 } }],
  ['set.multiplier', { version: 1, set: { multiplier: 0 }, from: '2026-01-15' }],
  ['set.multipler', { version: 1, set: { multipler: 2 }, from: '2026-01-15' }],
  ['set', { version: 1 }],
  ['from', { version: 1, set: { multiplier: 2 }, from: '2025-01-15', to: '2025-02-01' }],
  ['to', { version: 1, set: { multiplier: 2 }, from: '2026-01-15', to: '2026-01-14' }],
])('a change with a wrong %s is refused', async (path, payload) => {
  const problem = parsedAs(ProblemSchema, (await patch('meters/G-1', payload)).body);
  expect([problem.code, problem.problems?.map((one) => one.path)]).toEqual(['REQUEST_INVALID', [path]]);
  expect(parsedAs(GridThingSchema, await get('meters/G-1')).version).toBe(1);
});

test('findings, of the grid and of what reports, counted by code', async () => {
  harness.host.addAgent('x');
  harness.host.addDevice(harness.store, 'D-9', ['voltage_a'], { agent: 'x' });
  const device = harness.host.state.devices.get('D-9');
  if (device) device.lastReadingMs = harness.clock.nowMs();
  const all = parsedAs(GridFindingsSchema, await get('findings'));
  expect(all.counts).toMatchObject({ device_not_in_grid: 1, device_never_reported: 2, area_without_gateway: 0 });
  const some = parsedAs(GridFindingsSchema, await get('findings?code=device_not_in_grid'));
  expect(some.items).toMatchObject([{ subject: { kind: 'devices', id: 'D-9' } }]);
});

test('files go in and out; what is wrong is told for each place', async () => {
  const out = parsedAs(GridExportSchema, await get('export'));
  expect(out.files).toEqual(FILES);
  const again = parsedAs(GridImportReportSchema, (await post({ files: out.files })).body);
  expect(again).toMatchObject({ change: null, counts: { meters: { unchanged: 3 } } });
  const answer = await post({ files: [{ name: 'meters.csv', text: 'id,role\nM-1,x\nM-2,y\n' }] });
  const problem = parsedAs(ProblemSchema, answer.body);
  expect([answer.statusCode, problem.code, problem.problems?.map(({ path }) => path)]).toEqual([
    422,
    'IMPORT_INVALID',
    ['meters.csv:2:5', 'meters.csv:3:5'],
  ]);
});

test('a one-line diagram: of a feeder, of an area, of nothing', async () => {
  const feeder = parsedAs(GridOneLineSchema, await get('one-line?feeder=F-1'));
  expect(feeder).toMatchObject({
    areas: [{ id: 'A-1', gateways: [{ id: 'G-1', ratio: 60 }], meterCount: 1 }],
    meters: [],
  });
  const area = parsedAs(GridOneLineSchema, await get('one-line?area=A-1&at=2026-02-02'));
  expect(area.meters.map(({ id }) => id)).toEqual(['M-1', 'M-2']);
  for (const [query, code] of [
    ['feeder=F-9', 'NOT_FOUND'],
    ['area=A-9', 'NOT_FOUND'],
    ['', 'REQUEST_INVALID'],
    ['feeder=F-1&area=A-1', 'REQUEST_INVALID'],
  ])
    expect(parsedAs(ProblemSchema, await get(`one-line?${query}`)).code).toBe(code);
});
