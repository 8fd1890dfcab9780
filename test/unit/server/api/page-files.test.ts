import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { type ApiHarness, apiHarness } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
let folder = '';
let harness: ApiHarness;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-page-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'theme.js'), 'theme');
  writeFileSync(join(folder, '.sources'), 'hash');
  writeFileSync(join(folder, 'assets/index-abc123.js'), 'code');
  harness = await apiHarness({ pageFolder: folder });
});
afterAll(async () => {
  await harness.api.close();
  rmSync(folder, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) => harness.api.inject({ url, headers });

test.each(['/', '/index.html', '/devices', '/devices/node%2FM-1', '/agents/east%2Fagent-1?tab=x'])(
  'a browser at %s gets the page, and asks again the next time',
  async (url) => {
    const answer = await get(url, BROWSER);
    expect([answer.statusCode, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
      200,
      'text/html; charset=utf-8',
      'no-cache',
    ]);
    expect(answer.body).toContain('<title>page</title>');
  },
);

test('files with a hash in their name are kept for ever, others are not', async () => {
  const hashed = await get('/assets/index-abc123.js');
  expect([hashed.body, hashed.headers['cache-control']]).toEqual(['code', 'public, max-age=31536000, immutable']);
  const plain = await get('/theme.js');
  expect([plain.body, plain.headers['cache-control']]).toEqual(['theme', 'no-cache']);
});

test.each(['/assets/gone.js', '/nothing', '/.sources', '/../secret', '/assets/..%2f..%2fetc/passwd', '/assets/'])(
  'a program at %s gets an error, not the page',
  async (url) => {
    expect(parsedAs(ProblemSchema, (await get(url)).body).status).toBeLessThan(500);
  },
);

test.each(['/api/v1/nothing', '/api', '/health/nothing', '/metrics/x'])('%s is never the page', async (url) => {
  expect(parsedAs(ProblemSchema, (await get(url, BROWSER)).body).code).toBe('NOT_FOUND');
});

test('without a build the page says how to make it', async () => {
  const own = await apiHarness({ pageFolder: join(folder, 'nowhere') });
  const answer = await own.api.inject({ url: '/', headers: BROWSER });
  const problem = parsedAs(ProblemSchema, answer.body);
  expect([problem.code, problem.detail]).toEqual(['PAGE_NOT_BUILT', expect.stringContaining('npm run page')]);
  await own.api.close();
});
