import { expect, test } from 'vitest';
import { Api, ApiError, explanationsCsvHref, readingsPath } from '../../../../../server/web/src/rest/api.ts';

type Fetch = typeof fetch;

function answering(response: () => Response, asked: string[] = []): Fetch {
  return async (input) => {
    asked.push(String(input));
    return response();
  };
}

test('ids are encoded in the path', async () => {
  const asked: string[] = [];
  const api = new Api(answering(() => Response.json({ id: 'n/d' }), asked));
  await api.device('n/d');
  await api.delivery('east/agent-1');
  expect(asked).toEqual(['/api/v1/devices/n%2Fd', '/api/v1/agents/east%2Fagent-1/delivery']);
});

test('explanations are asked for page by page, and as a file of the latest', async () => {
  const asked: string[] = [];
  const api = new Api(answering(() => Response.json({ items: [], total: 0, next: null }), asked));
  await api.explanations('east/agent-1');
  await api.explanations('east/agent-1', 'a+b');
  const path = '/api/v1/agents/east%2Fagent-1/explanations';
  expect(asked).toEqual([`${path}?limit=200`, `${path}?limit=200&cursor=a%2Bb`]);
  expect(explanationsCsvHref('east/agent-1')).toBe(`${path}?limit=1000&format=csv`);
});

test('readings are asked for in whole milliseconds, with the bucket where there is one', () => {
  const request = { device: 'M 1', metrics: ['a', 'b'], fromMs: 1.5, toMs: 9.2 };
  expect(readingsPath(request)).toBe('devices/M%201/readings?metrics=a%2Cb&from=1&to=10');
  expect(readingsPath({ ...request, every: '5m', aggregate: 'mean' })).toContain('&every=5m&aggregate=mean');
});

test('a problem of the server is an error with its code and words', async () => {
  const problem = { type: 'x', title: 'Too much', status: 422, code: 'RANGE_TOO_LARGE', detail: 'ask for less' };
  const api = new Api(answering(() => Response.json(problem, { status: 422 })));
  await expect(api.device('a')).rejects.toMatchObject({ code: 'RANGE_TOO_LARGE', message: 'ask for less' });
});

test('an answer that is no problem document is an error with its status', async () => {
  const api = new Api(
    answering(() => new Response('<h1>Bad gateway</h1>', { status: 502, statusText: 'Bad Gateway' })),
  );
  await expect(api.device('a')).rejects.toMatchObject({ code: 'HTTP_502', message: 'Bad Gateway' });
});

test('no answer at all is UNREACHABLE', async () => {
  const api = new Api(() => Promise.reject(new TypeError('Failed to fetch')));
  await expect(api.device('a')).rejects.toEqual(new ApiError('UNREACHABLE', 'Failed to fetch'));
});

test('a question that the page gave up is not an error of the server', async () => {
  const abort = new AbortController();
  abort.abort();
  const api = new Api((_, init) => Promise.reject(init?.signal?.reason));
  await expect(api.device('a', abort.signal)).rejects.toMatchObject({ name: 'AbortError' });
});
