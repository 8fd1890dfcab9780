import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { readJudgements } from '../../../../simulators/score/server-judgements.ts';

let server: Server | undefined;
let asked: string[];
afterEach(() => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())));

const ALERT = { rule: 'value_stale', subject: 'M-1', raisedMs: 1000, clearedMs: 2000, severity: 'low' };

/** A server that answers paths with JSON, by what they begin with. */
async function serve(answers: Record<string, { status?: number; body: string }>): Promise<string> {
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? ''}`.trim());
    const found = Object.entries(answers).find(([path]) => request.url?.startsWith(path));
    response.writeHead(found?.[1].status ?? 200, { 'content-type': 'application/json' });
    response.end(found?.[1].body ?? '{"items": [], "next": null}');
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('alerts of devices and findings of the grid, over all pages; agents are counted apart', async () => {
  const url = await serve({
    '/api/v1/alerts?from=1970-01-01T00%3A00%3A00.500Z&state=A,B,C,D,E,F,G&limit=500&cursor=more%26on': {
      body: JSON.stringify({ items: [{ ...ALERT, subject: 'M-2', clearedMs: null }], next: null }),
    },
    '/api/v1/alerts?from=1970-01-01T00%3A00%3A00.500Z': {
      body: JSON.stringify({ items: [ALERT, { ...ALERT, subject: 'east/agent-1' }], next: 'more&on' }),
    },
    '/api/v1/grid/findings': {
      body: JSON.stringify({
        items: [{ code: 'device_not_in_grid', subject: { kind: 'devices', id: 'M-9' } }],
        next: null,
      }),
    },
  });
  const { judgements, notScored } = await readJudgements({ url, token: 'secret' }, 500);
  expect(judgements).toEqual([
    { source: 'alert', code: 'value_stale', subject: 'M-1', fromMs: 1000, toMs: 2000, size: undefined },
    {
      source: 'alert',
      code: 'value_stale',
      subject: 'M-2',
      fromMs: 1000,
      toMs: Number.POSITIVE_INFINITY,
      size: undefined,
    },
    {
      ...{ source: 'finding', code: 'device_not_in_grid', subject: 'M-9', size: undefined },
      ...{ fromMs: undefined, toMs: Number.POSITIVE_INFINITY },
    },
  ]);
  expect(notScored).toBe(1);
  expect(asked.every((request) => request.endsWith(' Bearer secret'))).toBe(true);
});

test.each([
  ['a refusal', { status: 401, body: '{"code":"UNAUTHENTICATED"}' }, /refused \/alerts: 401 .*UNAUTHENTICATED/],
  ['no JSON', { body: '<html>' }, /does not answer in JSON/],
  ['another form', { body: '{"items": [{}], "next": null}' }, /answers \/alerts in a form that is unknown/],
])('%s is an error that says so', async (_what, answer, words) => {
  const url = await serve({ '/api/v1/alerts': answer });
  await expect(readJudgements({ url, token: undefined }, 0)).rejects.toThrow(words);
});

test('nobody there is an error that names the place', async () => {
  const url = await serve({});
  await new Promise((resolve) => server?.close(resolve));
  server = undefined;
  await expect(readJudgements({ url, token: undefined }, 0)).rejects.toThrow(`No server answers at ${url}`);
});
