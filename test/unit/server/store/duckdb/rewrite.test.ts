import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Catalogue } from '../../../../../server/store/duckdb/catalogue.ts';
import { Committer } from '../../../../../server/store/duckdb/committer.ts';
import { type Engine, openEngine, rowsOf } from '../../../../../server/store/duckdb/engine.ts';
import { FileSet } from '../../../../../server/store/duckdb/file-set.ts';
import type { PeriodFile } from '../../../../../server/store/duckdb/period-file.ts';
import { ReceivedLedger } from '../../../../../server/store/duckdb/received-ledger.ts';
import { rewriteIfLoose } from '../../../../../server/store/duckdb/rewrite.ts';
import { SeriesState } from '../../../../../server/store/duckdb/series-state.ts';
import { Mutex } from '../../../../../server/store/mutex.ts';
import { request } from '../../../../contract/store/batch.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 10, 12);

let folder = '';
let engine: Engine;
let catalogue: Catalogue;
let files: FileSet;
let ledger: ReceivedLedger;
let committer: Committer;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-rewrite-'));
  engine = await openEngine({ memoryLimitBytes: 128 << 20, threads: 1, spillFolder: join(folder, 'spill') });
  catalogue = new Catalogue(folder, NOW);
  files = new FileSet({
    folder,
    engine,
    catalogue,
    retention: { fastMs: 30 * DAY, registersMs: 3650 * DAY },
    say: () => undefined,
  });
  ledger = new ReceivedLedger(catalogue, engine, files);
  committer = new Committer({ engine, catalogue, files, series: new SeriesState([], new Map()), ledger });
});
afterEach(async () => {
  await files.close();
  engine.close();
  catalogue.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Commits record n with a good, a late, a missing and a conflicting point. */
async function commit(n: number): Promise<void> {
  const points = [
    { series: 0, timeMs: NOW + n * 1000, value: n, n },
    { series: 0, timeMs: NOW + n * 1000 - 500, quality: 'silent' as const, n },
    { series: 0, timeMs: NOW + n * 1000, micros: 1, value: n, origin: 'conflict' as const, n },
  ];
  const newSeries = [{ number: 0, device: 'A', metric: 'x', kind: 'meter', pollClass: 'fast' } as const];
  await committer.commit({ ...request(points), newSeries, nowMs: NOW });
}

/** A file with three records and some megabytes of free room. */
async function looseFile(): Promise<PeriodFile> {
  for (const n of [1, 2, 3]) await commit(n);
  const [file] = files.all();
  if (!file) throw new Error('no file was made');
  await engine.writer.run(`CREATE TABLE ${file.alias}.junk AS SELECT random() AS x FROM range(1000000)`);
  await engine.writer.run(`CHECKPOINT ${file.alias}`);
  await engine.writer.run(`DROP TABLE ${file.alias}.junk`);
  return file;
}

async function contents(file: PeriodFile): Promise<unknown[][]> {
  const tables = [...file.mainTables(), `${file.alias}.late`, `${file.alias}.conflict`];
  const rows = tables.map(
    (table) => `SELECT series, epoch_us(time)::DOUBLE, value, quality, origin, n::DOUBLE FROM ${table}`,
  );
  return files.using([file], () => rowsOf(engine.admin, `FROM (${rows.join(' UNION ALL ')}) ORDER BY ALL`));
}

test('a loose file is replaced by a whole one with the same rows, ranges and place in the store', async () => {
  const file = await looseFile();
  const rows = await contents(file);
  const bytes = files.bytesOf(file);
  const parts = { engine, files, catalogue, commits: new Mutex() };
  expect(await rewriteIfLoose(parts, file)).toBe(true);
  expect(await contents(file)).toEqual(rows);
  expect(files.bytesOf(file)).toBeLessThan(bytes / 3);
  expect(await rewriteIfLoose(parts, file)).toBe(false);
  await commit(4);
  expect(await contents(file)).toHaveLength(12);
  await files.close();
  const again = new ReceivedLedger(catalogue, engine, files);
  await again.load();
  expect(again.all()).toMatchObject([{ ranges: [[1, 4]] }]);
});

test('what is committed while the copy is made is not lost: the copy is thrown away', async () => {
  const file = await looseFile();
  let turns = 0;
  const commits = new (class extends Mutex {
    // The second time is the moment of replacement; a commit comes just before.
    override run<T>(work: () => Promise<T>): Promise<T> {
      turns += 1;
      return turns === 2 ? super.run(() => commit(4)).then(() => super.run(work)) : super.run(work);
    }
  })();
  const parts = { engine, files, catalogue, commits };
  expect(await rewriteIfLoose(parts, file)).toBe(false);
  const rows = await contents(file);
  expect(rows).toHaveLength(12);
  expect(readdirSync(folder).filter((name) => name.includes('.new'))).toEqual([]);
});

test('a file that someone reads stays where it is', async () => {
  const file = await looseFile();
  const parts = { engine, files, catalogue, commits: new Mutex() };
  await files.using([file], async () => {
    expect(await rewriteIfLoose(parts, file)).toBe(false);
  });
  expect(await rewriteIfLoose(parts, file)).toBe(true);
});
