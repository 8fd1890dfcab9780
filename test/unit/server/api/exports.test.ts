import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { silentLogger } from '../../../../edge/platform/log.ts';
import { Metrics } from '../../../../edge/platform/metrics.ts';
import { type Export, ExportSchema, ExportsSchema } from '../../../../server/api/exports.schema.ts';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { ExportRuns } from '../../../../server/transfer/readings/export-runs.ts';
import { type ApiHarness, apiHarness, NOW_MS } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

const RANGE = { from: '2026-01-31', to: '2026-02-01' };
const HEADER = 'device,time,metric,value,quality,origin\n';
const ROWS = `${HEADER}M-1,2026-01-31T08:00:00.000Z,voltage_a,230,good,live\n`;
let harness: ApiHarness;
let exports: ExportRuns;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-exports-'));
  harness = await apiHarness();
  const series = harness.store.seriesOf({ device: 'M-1', metric: 'voltage_a', kind: 'meter', pollClass: 'fast' });
  harness.store.put(series, NOW_MS, 230);
  exports = new ExportRuns({
    store: harness.store,
    folder: join(folder, 'kept'),
    gridClock: harness.clock,
    processClock: new ManualProcessClock(),
    audit: harness.parts.get('audit'),
    logger: silentLogger(),
    metrics: new Metrics(),
  });
  harness.parts.provide('exports', exports);
});
afterEach(async () => {
  await exports.stop();
  await harness.api.close();
  rmSync(folder, { recursive: true, force: true });
});

const post = (payload: object, remoteAddress = '127.0.0.1') =>
  harness.api.inject({ method: 'POST', url: '/api/v1/exports', payload, remoteAddress });
const get = (path: string) => harness.api.inject(`/api/v1/exports${path}`);
const codeOf = (body: string) => parsedAs(ProblemSchema, body).code;

async function ended(body: string): Promise<Export> {
  const { id } = parsedAs(ExportSchema, body);
  const ask = async () => parsedAs(ExportSchema, (await get(`/${id}`)).body);
  await expect.poll(async () => (await ask()).state, { timeout: 10_000 }).not.toBe('running');
  return ask();
}

test('a file on this machine', async () => {
  const file = join(folder, 'out.csv');
  const answer = await post({ file, ...RANGE });
  expect(answer.statusCode).toBe(202);
  expect(await ended(answer.body)).toMatchObject({
    state: 'done',
    file,
    format: 'csv',
    from: '2026-01-30T16:00:00.000Z',
    values: 1,
    series: 1,
    bytes: ROWS.length,
    doneShare: 1,
    reason: null,
  });
  expect(readFileSync(file, 'utf8')).toBe(ROWS);
  expect(harness.audited).toMatchObject([{ action: 'export.start', subject: file }]);
  const again = await ended((await post({ file, ...RANGE })).body);
  expect([again.state, again.reason]).toEqual(['failed', expect.stringContaining('is there already')]);
});

test('a file that the server keeps is fetched, also from elsewhere; old ones go', async () => {
  const first = await ended((await post({ devices: ['M-1'], ...RANGE }, '10.0.0.9')).body);
  expect(first.file).toBeNull();
  const fetched = await get(`/${first.id}/file`);
  expect([fetched.body, fetched.headers['content-type'], fetched.headers['content-length']]).toEqual([
    ROWS,
    expect.stringContaining('text/csv'),
    String(ROWS.length),
  ]);
  for (let i = 0; i < 5; i++) await ended((await post({ format: 'parquet', ...RANGE })).body);
  expect(codeOf((await get(`/${first.id}/file`)).body)).toBe('NOT_FOUND');
  expect(readdirSync(join(folder, 'kept'))).toHaveLength(5);
  const { items } = parsedAs(ExportsSchema, (await get('')).body);
  expect(items).toHaveLength(5);
  const parquet = await get(`/${items[0]?.id}/file`);
  expect([parquet.rawPayload.subarray(0, 4).toString(), parquet.headers['content-type']]).toEqual([
    'PAR1',
    'application/vnd.apache.parquet',
  ]);
  await exports.stop();
  expect(readdirSync(join(folder, 'kept'))).toEqual([]);
});

test('one at a time', async () => {
  const first = await post(RANGE);
  expect(codeOf((await post(RANGE)).body)).toBe('EXPORT_RUNNING');
  await ended(first.body);
});

test('a place on this machine is named on this machine only', async () => {
  const file = join(folder, 'out.csv');
  expect(codeOf((await post({ file, ...RANGE }, '10.0.0.9')).body)).toBe('FORBIDDEN');
  expect(existsSync(file)).toBe(false);
});

test.each([
  [{ file: 'out.csv', ...RANGE }, 'REQUEST_INVALID'],
  [{ from: '2026-02-01', to: '2026-01-31' }, 'REQUEST_INVALID'],
  [{ from: 'soon', to: '2026-01-31' }, 'REQUEST_INVALID'],
  [{ format: 'xlsx', ...RANGE }, 'REQUEST_INVALID'],
  [{ devices: [], ...RANGE }, 'REQUEST_INVALID'],
  [{ file: '/out.csv', format: 'parquet', ...RANGE }, 'ARGUMENT_INVALID'],
  [{ file: '/out.parquet.gz', ...RANGE }, 'ARGUMENT_INVALID'],
  [{ file: '/out', ...RANGE }, 'ARGUMENT_INVALID'],
  [{ devices: ['M-9'], ...RANGE }, 'NOT_FOUND'],
  [{ metrics: ['voltge_a'], ...RANGE }, 'NOT_FOUND'],
])('%j is refused before anything begins', async (payload, code) => {
  expect(codeOf((await post(payload)).body)).toBe(code);
  expect(exports.list()).toEqual([]);
});

test.each(['/x', '/x/file'])('%s, which nobody asked for, is not there', async (path) => {
  expect(codeOf((await get(path)).body)).toBe('NOT_FOUND');
});
