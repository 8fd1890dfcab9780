import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { request } from '../../contract/store/batch.ts';
import { rawRows } from '../../contract/store/rows.ts';
import { openDuckDb } from './duckdb-store.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const DAY = 86_400_000;
const POWER = { device: 'M-1', metric: 'active_power', kind: 'meter', pollClass: 'fast' } as const;
const TODAY = 'fast-2026-03-10.duckdb';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function withOnePoint(): Promise<void> {
  const { store } = await openDuckDb(folder, NOW);
  await store.commit(request([{ series: store.seriesOf(POWER), timeMs: NOW, value: 1, n: 1 }]));
  await store.close();
}

/** Runs statements in a file with a DuckDB of its own. */
async function inFile(name: string, ...statements: string[]): Promise<void> {
  const instance = await DuckDBInstance.create(join(folder, name));
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

describe('one file a period and class', () => {
  test('named for its time; a wrong clock makes no files of its own', async () => {
    const { store } = await openDuckDb(folder, NOW);
    const power = store.seriesOf(POWER);
    const energy = store.seriesOf({ ...POWER, metric: 'energy_import', pollClass: 'registers' });
    const times = [NOW, NOW - DAY, 0, 1000, Date.UTC(1999, 0), Date.UTC(2150, 0), NOW - 40 * DAY];
    await store.commit(
      request(times.flatMap((timeMs) => [power, energy].map((series) => ({ series, timeMs, value: 1 })))),
    );
    await store.close();
    expect(
      readdirSync(folder)
        .filter((name) => name.endsWith('.duckdb'))
        .sort(),
    ).toEqual([
      'fast-2026-03-09.duckdb',
      TODAY,
      'fast-strays.duckdb',
      'registers-2026-01.duckdb',
      'registers-2026-03.duckdb',
      'registers-strays.duckdb',
    ]);
  });
});

describe('opening', () => {
  test('a second process is told that the store is held', async () => {
    const { store } = await openDuckDb(folder, NOW);
    await expect(openDuckDb(folder, NOW)).rejects.toMatchObject({
      code: 'FILE_LOCKED',
      message: expect.stringContaining('held by another process'),
    });
    await store.close();
  });

  test('a file that another DuckDB holds is named with its holder; the store goes on when it is free', async () => {
    await withOnePoint();
    const script = `const { DuckDBInstance } = await import('@duckdb/node-api');
      await DuckDBInstance.create(${JSON.stringify(join(folder, TODAY))}); console.log('held'); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    await expect(openDuckDb(folder, NOW)).rejects.toMatchObject({
      code: 'FILE_LOCKED',
      message: expect.stringContaining(`held by process ${holder.pid}`),
    });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const { store } = await openDuckDb(folder, NOW);
    expect(await rawRows(store, 0)).toHaveLength(1);
    await store.close();
  });

  test('a file in place of the folder, or a folder with files of others, is refused', async () => {
    const file = join(folder, 'some.duckdb');
    writeFileSync(file, 'x');
    await expect(openDuckDb(file, NOW)).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
    await expect(openDuckDb(folder, NOW)).rejects.toMatchObject({
      code: 'STORE_FOREIGN',
      message: expect.stringContaining('some.duckdb'),
    });
    await expect(openDuckDb(join(file, 'below'), NOW)).rejects.toMatchObject({ code: 'DIRECTORY_UNWRITABLE' });
  });

  test('a catalogue that is not ours, or of a newer version, is refused', async () => {
    await withOnePoint();
    const catalogue = new DatabaseSync(join(folder, 'catalogue.sqlite'));
    catalogue.exec('PRAGMA user_version = 99');
    catalogue.close();
    await expect(openDuckDb(folder, NOW)).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
    const foreign = new DatabaseSync(join(folder, 'catalogue.sqlite'));
    foreign.exec('CREATE TABLE t (a)');
    foreign.close();
    await expect(openDuckDb(folder, NOW)).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
    writeFileSync(join(folder, 'catalogue.sqlite'), 'not a database at all'.repeat(100));
    await expect(openDuckDb(folder, NOW)).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
  });

  test('a period file of a newer version, of another store, or that is no DuckDB file is refused', async () => {
    await withOnePoint();
    await inFile(TODAY, "UPDATE gridwarden SET value = '99' WHERE key = 'version'");
    await expect(openDuckDb(folder, NOW)).rejects.toMatchObject({ code: 'SCHEMA_NEWER' });
    await inFile(TODAY, "UPDATE gridwarden SET value = '1' WHERE key = 'version'");
    await inFile(TODAY, "UPDATE gridwarden SET value = 'another' WHERE key = 'store'");
    await expect(openDuckDb(folder, NOW)).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
    await inFile(TODAY, 'DROP TABLE gridwarden');
    await expect(openDuckDb(folder, NOW)).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
    writeFileSync(join(folder, TODAY), 'x'.repeat(20_000));
    await expect(openDuckDb(folder, NOW)).rejects.toMatchObject({ code: 'STORE_FOREIGN' });
  });

  test('a period file that is gone costs its points, not the start', async () => {
    await withOnePoint();
    unlinkSync(join(folder, TODAY));
    const { store } = await openDuckDb(folder, NOW);
    expect(await rawRows(store, 0)).toEqual([]);
    // Its ranges went with it: the edge, if it still has the records, sends them again.
    expect(await store.received()).toEqual([]);
    await store.commit(request([{ series: 0, timeMs: NOW, value: 1, n: 1 }]));
    expect(await rawRows(store, 0)).toHaveLength(1);
    await store.close();
  });

  test('what a process left that was killed while making a file is made anew', async () => {
    await withOnePoint();
    writeFileSync(join(folder, 'fast-2026-03-09.duckdb.new'), '');
    const { store } = await openDuckDb(folder, NOW);
    await store.commit(request([{ series: 0, timeMs: NOW - DAY, value: 2, n: 2 }]));
    expect(await rawRows(store, 0, { fromMs: NOW - 2 * DAY })).toHaveLength(2);
    expect(existsSync(join(folder, 'fast-2026-03-09.duckdb.new'))).toBe(false);
    await store.close();
  });
});
