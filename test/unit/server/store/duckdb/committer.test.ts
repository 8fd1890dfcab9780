import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Catalogue } from '../../../../../server/store/duckdb/catalogue.ts';
import { Committer } from '../../../../../server/store/duckdb/committer.ts';
import { type Engine, openEngine, rowsOf } from '../../../../../server/store/duckdb/engine.ts';
import { FileSet } from '../../../../../server/store/duckdb/file-set.ts';
import { ReceivedLedger } from '../../../../../server/store/duckdb/received-ledger.ts';
import { SeriesState } from '../../../../../server/store/duckdb/series-state.ts';
import { request } from '../../../../contract/store/batch.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 10, 12);

let folder = '';
let engine: Engine;
let catalogue: Catalogue;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-committer-'));
  engine = await openEngine({ memoryLimitBytes: 64 << 20, threads: 1, spillFolder: join(folder, 'spill') });
  catalogue = new Catalogue(folder, NOW);
});
afterEach(() => {
  engine.close();
  catalogue.close();
  rmSync(folder, { recursive: true, force: true });
});

/** An engine whose k-th COMMIT from now on fails, as a full disk makes it fail. */
function failing(at: number): Engine {
  let commits = 0;
  const writer = new Proxy(engine.writer, {
    get(target, key) {
      if (key !== 'run') return Reflect.get(target, key, target).bind?.(target) ?? Reflect.get(target, key, target);
      return async (sql: string) => {
        if (sql !== 'COMMIT' || ++commits !== at) return target.run(sql);
        await target.run('ROLLBACK');
        throw new Error('no space');
      };
    },
  }) as DuckDBConnection;
  return { ...engine, writer };
}

test('a batch of three files whose second commit fails is given back, and stands once when it comes again', async () => {
  const broken = failing(2);
  const files = new FileSet({
    folder,
    engine: broken,
    catalogue,
    retention: { fastMs: 30 * DAY, registersMs: 3650 * DAY },
    say: () => undefined,
  });
  const ledger = new ReceivedLedger(catalogue, broken, files);
  const committer = new Committer({ engine: broken, catalogue, files, series: new SeriesState([], new Map()), ledger });
  const newSeries = [{ number: 0, device: 'A', metric: 'x', kind: 'meter', pollClass: 'fast' } as const];
  const points = [0, 1, 2].flatMap((day) =>
    [1, 2, 3].map((n) => ({ series: 0, timeMs: NOW - day * DAY + n, value: n, n: day * 3 + n })),
  );
  const batch = { ...request(points), newSeries, nowMs: NOW };
  await expect(committer.commit(batch)).rejects.toThrow('no space');
  // What the first file has is true, whatever becomes of the rest.
  expect(ledger.all()).toMatchObject([{ ranges: [[1, 3]] }]);

  await committer.commit(batch);
  expect(ledger.all()).toMatchObject([{ ranges: [[1, 9]] }]);
  const counts: unknown[][] = [];
  for (const file of files.all()) {
    await files.using([file], async () => {
      const tables = [...file.mainTables(), `${file.alias}.late`]
        .map((table) => `SELECT n FROM ${table}`)
        .join(' UNION ALL ');
      counts.push(
        ...(await rowsOf(engine.admin, `SELECT count(*)::INTEGER, count(DISTINCT n)::INTEGER FROM (${tables})`)),
      );
    });
  }
  expect(counts).toEqual([
    [3, 3],
    [3, 3],
    [3, 3],
  ]);
  await files.close();
});
