import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Engine, openEngine, rowsOf } from '../../../../../server/store/duckdb/engine.ts';
import { attachFile, createFile, detachFile, type FileOwner } from '../../../../../server/store/duckdb/file-life.ts';
import { PeriodFile } from '../../../../../server/store/duckdb/period-file.ts';

let folder = '';
let engine: Engine;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-life-'));
  engine = await openEngine({ memoryLimitBytes: 64 << 20, threads: 1, spillFolder: join(folder, 'spill') });
});
afterEach(() => {
  engine.close();
  rmSync(folder, { recursive: true, force: true });
});

function newFile(): PeriodFile {
  return new PeriodFile(
    { name: 'fast-x', fileClass: 'fast', fromMs: 0, toMs: 1000 },
    join(folder, "it's.duckdb"),
    0,
    false,
  );
}

test('a file of an older schema is brought up to date step by step; the version goes with the steps', async () => {
  const old: FileOwner = { engine, storeId: 's', migrations: [] };
  const file = newFile();
  await createFile(old, file);
  await attachFile(old, file);
  await detachFile(old, file);

  const newer: FileOwner = {
    ...old,
    migrations: [
      (alias) => [`ALTER TABLE ${alias}.points ADD COLUMN a INTEGER`],
      (alias, fileClass) => [`ALTER TABLE ${alias}.points ADD COLUMN b_${fileClass} INTEGER`],
    ],
  };
  await attachFile(newer, file);
  const columns = await rowsOf(
    engine.admin,
    `SELECT column_name FROM duckdb_columns() WHERE table_name = 'points' AND column_name IN ('a', 'b_fast')`,
  );
  expect(columns).toHaveLength(2);
  await detachFile(newer, file);
  await attachFile(newer, file);
  await detachFile(newer, file);
  await expect(attachFile(old, file)).rejects.toMatchObject({
    code: 'SCHEMA_NEWER',
    message: expect.stringContaining('version 3'),
  });
});

test('a step that fails leaves the file as it was', async () => {
  const owner: FileOwner = { engine, storeId: 's', migrations: [] };
  const file = newFile();
  await createFile(owner, file);
  const failing: FileOwner = {
    ...owner,
    migrations: [(alias) => [`ALTER TABLE ${alias}.points ADD COLUMN a INTEGER`, 'SELECT * FROM nowhere']],
  };
  await expect(attachFile(failing, file)).rejects.toThrow();
  expect(file.attached).toBe(false);
  await attachFile(owner, file);
  expect(file.attached).toBe(true);
});
