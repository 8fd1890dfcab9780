import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { ExplanationTable } from '../../../../server/ingest/explanation-table.ts';
import { openState } from '../../../../server/state/database.ts';
import { MIGRATIONS } from '../../../../server/state/migrations.ts';

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
