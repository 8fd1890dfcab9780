import { describe, expect, test } from 'vitest';
import { codeOf } from '../../../../edge/platform/errors.ts';
import { browserGuard } from '../../../../server/access/browser-guard.ts';

const guard = browserGuard(['Control.example.org']);

function codeFrom(check: () => void): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

describe('host', () => {
  const allowed = [
    '127.0.0.1',
    '127.0.0.1:8080',
    'localhost:1',
    '[::1]:8080',
    '[::1]',
    '10.0.0.5:8080',
    'control.EXAMPLE.org:443',
  ];
  test.each(allowed)('%s is answered', (host) => {
    expect(codeFrom(() => guard.checkHost({ host }))).toBeUndefined();
  });

  const refused = [
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '',
    'a@localhost',
    '[::1',
    'x/y',
  ];
  test.each(refused)('a rebound name such as %j is refused', (host) => {
    expect(codeFrom(() => guard.checkHost({ host }))).toBe('HOST_REFUSED');
  });

  test('a request without a host is refused', () => {
    expect(codeFrom(() => guard.checkHost({}))).toBe('HOST_REFUSED');
  });
});

describe('origin', () => {
  const check = (headers: Record<string, string>) =>
    codeFrom(() => guard.checkOrigin({ host: '127.0.0.1:8080', ...headers }));

  test('programs, which send none, are answered', () => {
    expect(check({})).toBeUndefined();
  });

  test('the own page is answered', () => {
    expect(check({ origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' })).toBeUndefined();
  });

  test.each([
    ['another site', { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:9999', 'sec-fetch-site': 'same-site' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['another site that hides its origin', { 'sec-fetch-site': 'cross-site' }],
  ])('%s is refused', (_, headers) => {
    expect(check(headers)).toBe('ORIGIN_REFUSED');
  });
});
