import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { ManualGridClock } from '../../../../edge/platform/clock.ts';
import { ExplanationTable } from '../../../../server/ingest/explanation-table.ts';
import { importGrid } from '../../../../server/registry/import-grid.ts';
import { GridRegistry } from '../../../../server/registry/registry.ts';
import { openState } from '../../../../server/state/database.ts';
import { MIGRATIONS } from '../../../../server/state/migrations.ts';
import { ImportState } from '../../../../server/transfer/readings/import-state.ts';
import { dirtyDays } from '../../../support/dirty-days.ts';

test('a state of version 1 is taken on: its explanations are there, and know of no losses', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-state-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'state.sqlite');
  const old = new DatabaseSync(file);
  old.exec(`${MIGRATIONS[0]}; PRAGMA user_version = 1;`);
  old.exec(`INSERT INTO tombstone (node, epoch, from_n, to_n, records, reason, devices, from_ms, to_ms, received_ms)
            VALUES ('east/a', 'e1', 1, 4, 4, 'outbox_full', '["M-1"]', 10, 20, 30)`);
  old.close();
  const state = openState(file);
  const explanation = { reason: 'outbox_full', devices: ['M-1'], fromMs: 10, toMs: 20, explainedMs: 30 };
  expect(new ExplanationTable(state).page('east/a', 9, undefined)).toEqual([
    { epoch: 'e1', range: [1, 4], ...explanation, losses: undefined },
  ]);
  expect(state.prepare('PRAGMA user_version').get()).toEqual({ user_version: MIGRATIONS.length });
  state.close();
});

test('a state from before the grid is taken on: its imports are known, and it takes a grid', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-state-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'state.sqlite');
  const old = new DatabaseSync(file);
  old.exec(`${MIGRATIONS.slice(0, 3).join(';\n')}; PRAGMA user_version = 3;`);
  old.exec(`INSERT INTO import_file VALUES ('f1', 'a.csv', 9, '{}', 'ann', 0, 2, 7, 5, 1, 1, 30, 10, 20, 1, 2)`);
  old.close();
  const state = openState(file);
  onTestFinished(() => state.close());
  expect(new ImportState(state).position('f1')).toMatchObject({ done: false, batches: 2, stored: 5, fromMs: 10 });
  const clock = new ManualGridClock(1_000);
  const registry = new GridRegistry(state, clock, dirtyDays(state, clock));
  expect(registry.snapshot().isEmpty).toBe(true);
  const files = [{ name: 'areas.csv', text: 'id,name,feeder\nA-1,x,F-1\n' }];
  const order = { files, timeZone: 'UTC', dryRun: false, correction: false, actor: 'ann' };
  expect((await importGrid(registry, order)).counts.areas).toMatchObject({ added: 1 });
});
