import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openState } from '../../../../server/state/database.ts';
import { checkStoreIdentity } from '../../../../server/state/store-identity.ts';

let database: DatabaseSync;
beforeEach(() => {
  database = openState(':memory:');
});
afterEach(() => database.close());

test('the first store is remembered and found again', () => {
  checkStoreIdentity(database, 'a', false);
  expect(() => checkStoreIdentity(database, 'a', false)).not.toThrow();
});

test('another store is refused, and the way out is named', () => {
  checkStoreIdentity(database, 'a', false);
  const refusal = { code: 'STORE_SWAPPED', message: expect.stringContaining('--accept-new-store') };
  expect(() => checkStoreIdentity(database, 'b', false)).toThrow(expect.objectContaining(refusal));
  expect(() => checkStoreIdentity(database, 'a', false)).not.toThrow();
});

test('a store that was accepted is the known one from then on', () => {
  checkStoreIdentity(database, 'a', false);
  checkStoreIdentity(database, 'b', true);
  expect(() => checkStoreIdentity(database, 'b', false)).not.toThrow();
  expect(() => checkStoreIdentity(database, 'a', false)).toThrow();
});
