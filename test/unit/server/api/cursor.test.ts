import { expect, test } from 'vitest';
import { decodeCursor, encodeCursor } from '../../../../server/api/cursor.ts';

test('gives its key back to the same filters, in whatever order they are written', () => {
  expect(decodeCursor(encodeCursor('M/1 α', { a: 1, b: undefined, c: 'x' }), { c: 'x', a: 1 })).toBe('M/1 α');
  expect(decodeCursor(undefined, {})).toBeUndefined();
});

test('is refused by other filters', () => {
  const cursor = encodeCursor('M-1', { state: 'online' });
  expect(() => decodeCursor(cursor, { state: 'offline' })).toThrow(/other filters/);
});

test.each(['', 'x', 'bnVsbA', Buffer.from('[1,2]').toString('base64url'), Buffer.from('["a"]').toString('base64url')])(
  '%j is none',
  (cursor) => {
    expect(() => decodeCursor(cursor, {})).toThrow(expect.objectContaining({ code: 'REQUEST_INVALID' }));
  },
);
