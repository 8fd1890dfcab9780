import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  MANIFEST_FILE,
  type ManifestContent,
  readManifest,
  writeManifest,
} from '../../../../server/transfer/manifest.ts';

const CONTENT: ManifestContent = {
  id: 'b',
  program: '1.2.3',
  host: 'gridwarden',
  takenMs: 1_700_000_000_000,
  schemas: { state: 1 },
  store: { kind: 'duckdb', id: 's' },
  files: [{ path: 'store/fast-2026-03-10.duckdb', bytes: 1, sha256: 'a'.repeat(64) }],
};
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-manifest-'));
  file = join(folder, MANIFEST_FILE);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what is written is read', async () => {
  const written = await writeManifest(folder, CONTENT);
  expect(await readManifest(folder)).toEqual(written);
  expect(written).toMatchObject({ format: 'gridwarden backup', version: 1, ...CONTENT });
  expect(readdirSync(folder)).toEqual([MANIFEST_FILE]);
});

test('torn anywhere, it is refused (property)', async () => {
  await writeManifest(folder, CONTENT);
  const whole = readFileSync(file);
  // The line end behind the last brace says nothing.
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 2 }), async (length) => {
      writeFileSync(file, whole);
      truncateSync(file, length);
      await expect(readManifest(folder)).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
    }),
    { numRuns: 60 },
  );
});

test('another value anywhere is noticed', async () => {
  const { sha256, ...body } = await writeManifest(folder, CONTENT);
  for (const change of [{ takenMs: 1 }, { host: 'x' }, { files: [] }, { store: { kind: 'influxdb', id: 's' } }]) {
    writeFileSync(file, JSON.stringify({ ...body, ...change, sha256 }));
    await expect(readManifest(folder)).rejects.toMatchObject({
      code: 'BACKUP_INVALID',
      message: expect.stringContaining('altered'),
    });
  }
});

test.each(['../outside', '/etc/passwd', 'store/../../x.sqlite', 'store/rejects/../x', 'store/a/b.duckdb'])(
  'a path that leads out is refused: %s',
  async (path) => {
    await writeManifest(folder, { ...CONTENT, files: [{ path, bytes: 1, sha256: 'a'.repeat(64) }] });
    await expect(readManifest(folder)).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
  },
);

test('a newer form is refused as such, another file as none', async () => {
  writeFileSync(file, JSON.stringify({ format: 'gridwarden backup', version: 2, unknown: true }));
  await expect(readManifest(folder)).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
  for (const text of ['null', '[]', '{"version": 2}']) {
    writeFileSync(file, text);
    await expect(readManifest(folder)).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
  }
  rmSync(file);
  await expect(readManifest(folder)).rejects.toMatchObject({ message: expect.stringContaining('never finished') });
  await expect(readManifest(join(folder, 'none'))).rejects.toMatchObject({ code: 'BACKUP_INVALID' });
});
