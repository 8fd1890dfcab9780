import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { LAYOUT, plainRecord } from './records.ts';
import { blockOf, change, NOW_MS, openStore, readAll, storeSettings } from './store-fixture.ts';

/** Takes a file back to version 1, whose tombstones had no losses. */
function downgrade(file: string): void {
  const database = new DatabaseSync(file);
  database.exec('ALTER TABLE tombstone DROP COLUMN losses; PRAGMA user_version = 1;');
  database.close();
}

function versionOf(file: string): unknown {
  const database = new DatabaseSync(file);
  const row = database.prepare('PRAGMA user_version').get();
  database.close();
  return row?.user_version;
}

it('a file of version 1 is taken on: its records and tombstones are there, and new ones tell what was lost', () => {
  const settings = storeSettings();
  const { store } = openStore(settings, 'first');
  store.commit(change({ blocks: [blockOf([1, 2, 3, 4].map((n) => plainRecord(n)))] }));
  store.commit(change({ lastN: 4, giveUps: [{ epoch: 'first', ranges: [[1, 1]], reason: 'unsettled' }] }));
  store.close();
  downgrade(settings.file);
  const { store: next, opened } = openStore(settings, 'second');
  expect(opened.notes).toEqual([]);
  expect(opened.tombstones).toEqual([
    {
      id: 1,
      epoch: 'first',
      range: [1, 1],
      reason: 'unsettled',
      devices: ['M-1'],
      fromMs: plainRecord(1).timeMs,
      toMs: plainRecord(1).timeMs,
      records: 1,
    },
  ]);
  expect(readAll(next, 'first').map(({ n }) => n)).toEqual([1, 2, 3, 4]);
  const { tombstones } = next.commit(
    change({ giveUps: [{ epoch: 'first', ranges: [[2, 2]], reason: 'unsettled' }], nowMs: NOW_MS }),
  );
  expect(tombstones).toMatchObject([
    { id: 1, range: [1, 2], losses: { groups: [{ metrics: LAYOUT.metrics, devices: [['M-1', 1]] }] } },
  ]);
  next.close();
  expect(versionOf(settings.file)).toBe(2);
});
