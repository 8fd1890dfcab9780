import type { FastifyRequest } from 'fastify';
import { expect, test } from 'vitest';
import { timeCell, wantsCsv } from '../../../../server/api/table.ts';

const wants = (accept: string | undefined, format?: string) =>
  wantsCsv({ query: { format }, headers: { accept } } as unknown as FastifyRequest);

test.each([
  [undefined, false],
  ['*/*', false],
  ['application/json', false],
  ['text/csv', true],
  ['TEXT/CSV; charset=utf-8', true],
  ['text/*', true],
  ['application/json, text/csv', false],
  ['application/json;q=0.5, text/csv', true],
  ['text/csv;q=0.5, */*', false],
  ['text/csv, */*;q=0.1', true],
  // What a browser sends when it goes to an address.
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', false],
])('Accept: %s', (accept, expected) => {
  expect(wants(accept)).toBe(expected);
});

test('the format in the address counts more', () => {
  expect([wants('application/json', 'csv'), wants('text/csv', 'json'), wants('image/png', 'csv')]).toEqual([
    true,
    false,
    true,
  ]);
});

test.each(['image/png', 'text/csv;q=0', '', 'text/html'])('%j can have neither', (accept) => {
  expect(() => wants(accept)).toThrow(expect.objectContaining({ code: 'NOT_ACCEPTABLE' }));
});

test('a time that is not there is an empty field', () => {
  expect([timeCell(0), timeCell(null), timeCell(undefined), timeCell(Number.NaN)]).toEqual([
    '1970-01-01T00:00:00.000Z',
    null,
    null,
    null,
  ]);
});
