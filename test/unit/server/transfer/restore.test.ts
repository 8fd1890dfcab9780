import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openState } from '../../../../server/state/database.ts';
import { restorationOf } from '../../../../server/state/restoration.ts';
import { sealFile } from '../../../../server/store/copy-file.ts';
import { catalogueIdOf } from '../../../../server/store/duckdb/catalogue.ts';
import { makeBackup } from '../../../../server/transfer/make-backup.ts';
import { MANIFEST_FILE, type Manifest, writeManifest } from '../../../../server/transfer/manifest.ts';
import { restoreBackup } from '../../../../server/transfer/restore.ts';
import { placeOf } from '../../../../server/transfer/restore-place.ts';
import { BackupPlace, QUIET, TAKEN_MS } from './backup-place.ts';

const NOW_MS = TAKEN_MS + 86_400_000;
let place: BackupPlace;
let manifest: Manifest;
beforeEach(async () => {
  place = new BackupPlace();
  manifest = await makeBackup(place.at('backup'), place.parts, QUIET);
});
afterEach(() => place.remove());

const target = () =>
  placeOf({
    state: place.at('new/state.sqlite'),
    store: { duckdb: { path: place.at('new/telemetry'), memoryLimit: '64MiB', threads: 1 } },
  });
const restore = () => restoreBackup(place.at('backup'), target(), { nowMs: NOW_MS, progress: () => undefined });

/** Writes the manifest anew, as another program would have written it. */
async function remake(change: Partial<Manifest>): Promise<void> {
  const { format: _format, version: _version, sha256: _sha256, ...content } = { ...manifest, ...change };
  rmSync(place.at(`backup/${MANIFEST_FILE}`));
  await writeManifest(place.at('backup'), content);
}

function left(): string[] {
  const entries = existsSync(place.at('new'))
    ? readdirSync(place.at('new'), { recursive: true, withFileTypes: true })
    : [];
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

test('state and store are in their places, and the state knows where it comes from', async () => {
  expect((await restore()).id).toBe(manifest.id);
  expect(left().sort()).toEqual(['catalogue.sqlite', 'fast-2026-03-10.duckdb', 'state.sqlite']);
  expect(catalogueIdOf(place.at('new/telemetry/catalogue.sqlite'))).toBe(place.storeId);
  const database = openState(place.at('new/state.sqlite'));
  expect(restorationOf(database)).toEqual({ backup: manifest.id, takenMs: TAKEN_MS, restoredMs: NOW_MS });
  database.close();
});

test('bytes are told as they are copied', async () => {
  const told: [number, number][] = [];
  const progress = (done: number, total: number) => told.push([done, total]);
  await restoreBackup(place.at('backup'), target(), { nowMs: NOW_MS, progress });
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(told).toHaveLength(3);
  expect(told.at(-1)).toEqual([total, total]);
});

test.each(['state', 'catalogue', 'periods', 'something'])('a newer schema of %s is refused', async (what) => {
  await remake({ schemas: { ...manifest.schemas, [what]: 99 } });
  await expect(restore()).rejects.toMatchObject({ code: 'SCHEMA_NEWER', message: expect.stringContaining(what) });
  expect(left()).toEqual([]);
});

test('a state that is newer than its manifest says is refused all the same', async () => {
  const file = place.at('backup/state.sqlite');
  const state = new DatabaseSync(file);
  state.exec('PRAGMA user_version = 99');
  state.close();
  const sealed = { path: 'state.sqlite', ...(await sealFile(file)) };
  await remake({ files: [sealed, ...manifest.files.slice(1)] });
  await expect(restore()).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
  expect(left()).toEqual([]);
});

test('state and store of different origin are refused', async () => {
  await remake({ store: { kind: 'duckdb', id: 'another' } });
  await expect(restore()).rejects.toMatchObject({
    code: 'BACKUP_INVALID',
    message: expect.stringContaining(`belongs to the store ${place.storeId}, the backup is of another`),
  });
  expect(left()).toEqual([]);
});

test.each([
  ['state.sqlite', 'it has no state'],
  ['store/catalogue.sqlite', 'it has no catalogue'],
])('a backup that lists no %s is refused', async (path, words) => {
  await remake({ files: manifest.files.filter((file) => file.path !== path) });
  await expect(restore()).rejects.toMatchObject({ message: expect.stringContaining(words) });
  expect(left()).toEqual([]);
});

test.each(['new/state.sqlite', 'new/state.sqlite-wal', 'new/telemetry/x', 'new/state.sqlite.restoring'])(
  '%s is in the way',
  async (file) => {
    mkdirSync(place.at('new/telemetry'), { recursive: true });
    writeFileSync(place.at(file), 'mine');
    await expect(restore()).rejects.toMatchObject({ code: 'PLACE_NOT_EMPTY' });
    expect(readFileSync(place.at(file), 'utf8')).toBe('mine');
    expect(left()).toHaveLength(1);
  },
);

test('twice into one place is refused', async () => {
  await restore();
  await expect(restore()).rejects.toMatchObject({ code: 'PLACE_NOT_EMPTY' });
  expect(left()).toHaveLength(3);
});
