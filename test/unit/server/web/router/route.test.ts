import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentHref, deviceHref, parseRoute, withQuery } from '../../../../../server/web/src/router/route.ts';

test.each([
  ['/', { page: 'overview' }],
  ['/devices', { page: 'devices' }],
  ['/devices/', { page: 'devices' }],
  ['/devices/M-0001', { page: 'device', id: 'M-0001' }],
  ['/agents', { page: 'agents', id: undefined }],
  ['/agents/east%2Fagent-1', { page: 'agents', id: 'east/agent-1' }],
  ['/alerts', { page: 'alerts' }],
  ['/alerts/7', { page: 'notFound', path: '/alerts/7' }],
  ['/devices/a/b', { page: 'notFound', path: '/devices/a/b' }],
  ['/devices/%E0%A4%A', { page: 'notFound', path: '/devices/%E0%A4%A' }],
  ['/nothing', { page: 'notFound', path: '/nothing' }],
])('%s', (path, route) => {
  expect(parseRoute(path)).toEqual(route);
});

test('any id finds back through its address', () => {
  const id = fc.string({ minLength: 1, unit: 'grapheme' });
  fc.assert(
    fc.property(id, (text) => {
      expect(parseRoute(deviceHref(text))).toEqual({ page: 'device', id: text });
      expect(parseRoute(agentHref(text))).toEqual({ page: 'agents', id: text });
    }),
  );
});

test('a changed query keeps its other parts', () => {
  const query = new URLSearchParams('q=M-1&state=stale');
  expect(withQuery('/devices', query, { state: '', model: 'eastron/sdm630' })).toBe(
    '/devices?q=M-1&model=eastron%2Fsdm630',
  );
  expect(withQuery('/devices', query, { q: undefined, state: '' })).toBe('/devices');
});
