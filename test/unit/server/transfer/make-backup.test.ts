import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GridwardenError } from '../../../../edge/platform/errors.ts';
import { STATE_VERSION } from '../../../../server/state/copy.ts';
import { makeBackup } from '../../../../server/transfer/make-backup.ts';
import { readManifest } from '../../../../server/transfer/manifest.ts';
import { BackupPlace, QUIET, TAKEN_MS } from './backup-place.ts';

let place: BackupPlace;
beforeEach(() => {
  place = new BackupPlace();
});
afterEach(() => place.remove());

test('the manifest names every file, the moment, and whose backup it is', async () => {
  const made = await makeBackup(place.at('deep/backup'), place.parts, QUIET);
  expect(await readManifest(place.at('deep/backup'))).toEqual(made);
  expect(made).toMatchObject({
    takenMs: TAKEN_MS,
    store: { kind: 'duckdb', id: place.storeId },
    schemas: { state: STATE_VERSION, catalogue: 1, periods: 1 },
  });
  expect(made.files.map(({ path }) => path)).toEqual([
    'state.sqlite',
    'store/catalogue.sqlite',
    'store/fast-2026-03-10.duckdb',
  ]);
});

test('the state is copied while the store is at rest, with what was written before', async () => {
  place.database.prepare("INSERT INTO setting VALUES ('k', 'before')").run();
  await makeBackup(place.at('backup'), place.parts, QUIET);
  place.database.prepare("UPDATE setting SET value = 'after' WHERE key = 'k'").run();
  const copy = new DatabaseSync(place.at('backup/state.sqlite'), { readOnly: true });
  expect(copy.prepare("SELECT value FROM setting WHERE key = 'k'").get()).toEqual({ value: 'before' });
  copy.close();
  expect(readdirSync(place.at('backup')).sort()).toEqual(['manifest.json', 'state.sqlite', 'store']);
});

test('a backup that fails takes its files away', async () => {
  place.failure = new GridwardenError('DISK_FULL', 'no room');
  await expect(makeBackup(place.at('backup'), place.parts, QUIET)).rejects.toBe(place.failure);
  expect(readdirSync(place.at('backup'))).toEqual([]);
  place.failure = undefined;
  await makeBackup(place.at('backup'), place.parts, QUIET);
});

test('a folder with something in it, or a file, is refused and left alone', async () => {
  mkdirSync(place.at('full'));
  writeFileSync(place.at('full/x'), 'x');
  for (const folder of ['full', 'full/x']) {
    await expect(makeBackup(place.at(folder), place.parts, QUIET)).rejects.toMatchObject({ code: 'PLACE_NOT_EMPTY' });
  }
  expect(readdirSync(place.at('full'))).toEqual(['x']);
  await expect(makeBackup(place.at('full/x/y'), place.parts, QUIET)).rejects.toBeInstanceOf(GridwardenError);
});
