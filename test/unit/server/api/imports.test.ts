import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { silentLogger } from '../../../../edge/platform/log.ts';
import { Metrics } from '../../../../edge/platform/metrics.ts';
import { type Import, ImportSchema, ImportsSchema } from '../../../../server/api/imports.schema.ts';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { openState } from '../../../../server/state/database.ts';
import { ImportRuns } from '../../../../server/transfer/readings/import-runs.ts';
import { type ApiHarness, apiHarness, NOW_MS } from '../../../support/api-harness.ts';
import { dirtyDays } from '../../../support/dirty-days.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

const DAY_MS = 86_400_000;
const HEADER = 'device,time,metric,value';
const GOOD = `${HEADER}\nM-1,${NOW_MS - 2000},voltage_a,230\nM-1,${NOW_MS - 1000},voltage_a,bad\n`;
let harness: ApiHarness;
let database: DatabaseSync;
let imports: ImportRuns;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-imports-'));
  database = openState(':memory:');
  harness = await apiHarness();
  imports = new ImportRuns({
    database,
    store: harness.store,
    gridClock: harness.clock,
    dirty: dirtyDays(database, harness.clock),
    processClock: new ManualProcessClock(),
    retention: { fastMs: 30 * DAY_MS, registersMs: 3650 * DAY_MS },
    folder: join(folder, 'imports'),
    timeZone: 'Asia/Shanghai',
    audit: harness.parts.get('audit'),
    logger: silentLogger(),
    metrics: new Metrics(),
  });
  harness.parts.provide('imports', imports);
});
afterEach(async () => {
  await imports.stop();
  await harness.api.close();
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const post = (payload: object, remoteAddress = '127.0.0.1') =>
  harness.api.inject({ method: 'POST', url: '/api/v1/imports', payload, remoteAddress });
const upload = (query: string, payload: string | Buffer, type = 'text/csv') =>
  harness.api.inject({
    method: 'POST',
    url: `/api/v1/imports/upload?${query}`,
    payload,
    headers: { 'content-type': type },
  });
const problemOf = (body: string) => parsedAs(ProblemSchema, body);

/** What became of an import that an answer began. */
async function ended(body: string): Promise<Import> {
  const { id } = parsedAs(ImportSchema, body);
  const ask = async () => parsedAs(ImportSchema, (await harness.api.inject(`/api/v1/imports/${id}`)).body);
  await expect.poll(async () => (await ask()).state, { timeout: 10_000 }).not.toBe('running');
  return ask();
}

test('files of this machine are imported one after the other, each with its counts; a second time nothing changes', async () => {
  const files = [file('a.csv', GOOD), file('empty.csv', ''), file('b.csv', `${HEADER}\nM-2,${NOW_MS},voltage_a,229\n`)];
  const answer = await post({ files });
  expect(answer.statusCode).toBe(202);
  const run = await ended(answer.body);
  expect([run.state, run.by]).toEqual(['failed', 'local']);
  expect(run.files.map(({ name, state, records, stored, refused }) => [name, state, records, stored, refused])).toEqual(
    [
      ['a.csv', 'done', 2, 1, 1],
      ['empty.csv', 'failed', 0, 0, 0],
      ['b.csv', 'done', 1, 1, 0],
    ],
  );
  expect(run.files[0]?.rejects).toMatch(/\.rejects\.csv$/);
  expect(run.files[1]?.reason).toMatch(/it has no header/);
  expect(run.files[2]).toMatchObject({ from: '2026-01-31T08:00:00.000Z', to: '2026-01-31T08:00:00.000Z' });
  const again = await ended((await post({ files: [files[0]] })).body);
  expect(again.files).toMatchObject([{ state: 'known', stored: 1, refused: 1 }]);
  const { items } = parsedAs(ImportsSchema, (await harness.api.inject('/api/v1/imports')).body);
  expect(items.map(({ id }) => id)).toEqual([again.id, run.id]);
  expect(harness.audited.map(({ action }) => action)).toEqual([
    'import.start',
    'import.done',
    'import.failed',
    'import.done',
    'import.start',
    'import.done',
  ]);
});

test('one at a time', async () => {
  const first = await post({ files: [file('a.csv', GOOD)] });
  const second = await post({ files: [file('b.csv', GOOD)] });
  expect([second.statusCode, problemOf(second.body).code]).toEqual([409, 'IMPORT_RUNNING']);
  const sent = await upload('name=c.csv', GOOD);
  expect(problemOf(sent.body).code).toBe('IMPORT_RUNNING');
  await ended(first.body);
  expect((await ended((await post({ files: [join(folder, 'b.csv')] })).body)).state).toBe('done');
});

test('files of this machine are nobody else’s to name', async () => {
  const answer = await post({ files: [file('a.csv', GOOD)] }, '10.0.0.9');
  expect([answer.statusCode, problemOf(answer.body).code]).toEqual([403, 'FORBIDDEN']);
  expect(imports.list()).toEqual([]);
});

test.each([
  ['no file', { files: [] }, 'files'],
  ['a path that is not whole', { files: ['a.csv'] }, 'files.0'],
  ['a format that is none', { files: ['/a.csv'], format: 'xls' }, 'format'],
  ['a key that is none', { files: ['/a.csv'], zone: 'UTC' }, 'zone'],
])('%s is refused', async (_, payload, path) => {
  const problem = problemOf((await post(payload)).body);
  expect([problem.code, problem.problems?.map((one) => one.path)]).toEqual(['REQUEST_INVALID', [path]]);
});

test.each([
  [{ files: ['/a.xyz'] }, /the format is not told by the name/],
  [{ files: ['/a.csv'], timeZone: 'Asia/Shangai' }, /is no time zone/],
  [{ files: ['/a.csv'], mapping: 'cn-curve-69' }, /did you mean "cn-curve-96"/],
])('%j is refused before anything begins', async (payload, words) => {
  const problem = problemOf((await post(payload)).body);
  expect(problem.detail).toMatch(words);
  expect(imports.list()).toEqual([]);
});

test.each([
  ['text/csv', 'name=a.csv', GOOD],
  ['application/gzip', 'name=a.csv.gz', gzipSync(GOOD)],
  [
    'application/x-ndjson',
    'name=a',
    `${JSON.stringify({ device: 'M-1', time: NOW_MS, metric: 'voltage_a', value: 230 })}\n`,
  ],
])('a file that is sent as %s is imported, and does not stay', async (type, query, body) => {
  const name = query.endsWith('name=a') ? `${query}&format=ndjson` : query;
  const answer = await upload(name, body, type);
  expect(answer.statusCode).toBe(202);
  expect((await ended(answer.body)).files).toMatchObject([{ state: 'done', stored: 1 }]);
  expect(readdirSync(join(folder, 'imports')).filter((one) => one.includes('upload'))).toEqual([]);
});

test.each([
  ['a type that is none of ours', 'name=a.csv', 'application/xml', 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ['JSON', 'name=a.csv', 'application/json', 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ['a name with a folder', 'name=..%2Fa.csv', 'text/csv', 400, 'REQUEST_INVALID'],
  ['no name', '', 'text/csv', 400, 'REQUEST_INVALID'],
  ['a mapping file', 'name=a.csv&mapping=%2Fetc%2Fx.yaml', 'text/csv', 400, 'REQUEST_INVALID'],
])('%s is refused, and nothing stays', async (_, query, type, status, code) => {
  const answer = await upload(query, type === 'application/json' ? '{}' : GOOD, type);
  expect([answer.statusCode, problemOf(answer.body).code]).toEqual([status, code]);
  expect(existsSync(join(folder, 'imports')) ? readdirSync(join(folder, 'imports')) : []).toEqual([]);
});

test('an import that nobody asked for is not there', async () => {
  const answer = await harness.api.inject('/api/v1/imports/x');
  expect([answer.statusCode, problemOf(answer.body).code]).toEqual([404, 'NOT_FOUND']);
});
