import { expect, test } from 'vitest';
import { parseWhen } from '../../../../server/api/when.ts';

const read = (text: string) => new Date(parseWhen('from', text, 'Asia/Shanghai')).toISOString();

test.each([
  ['2026-01-31T08:00:00Z', '2026-01-31T08:00:00.000Z'],
  ['2026-01-31T08:00:00.125+08:00', '2026-01-31T00:00:00.125Z'],
  ['2026-01-31t08:00z', '2026-01-31T08:00:00.000Z'],
  ['2024-02-29', '2024-02-28T16:00:00.000Z'],
  ['1769846400000', '2026-01-31T08:00:00.000Z'],
  [' 0 ', '1970-01-01T00:00:00.000Z'],
])('%j is %s', (text, expected) => {
  expect(read(text)).toBe(expected);
});

test.each([
  '',
  'now',
  '2026-02-29',
  '2026-02-30T00:00:00Z',
  '2026-01-31T08:00:00',
  '2026-01-31T25:00:00Z',
  '2026-13-01',
  '-1',
  '1e12',
  '9999999999999999',
  '2300-01-01',
  '2026-01-31T08:00:00+99:00',
])('%j is refused', (text) => {
  expect(() => read(text)).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
});
