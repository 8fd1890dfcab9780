import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyState } from '../../../../server/state/copy.ts';
import { openState } from '../../../../server/state/database.ts';
import { noteRestoration, restorationOf } from '../../../../server/state/restoration.ts';

let folder: string;
let database: DatabaseSync;
const at = (name: string) => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-state-'));
  database = openState(at('state.sqlite'));
});
afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

function putPair(key: number): void {
  const insert = database.prepare('INSERT INTO setting VALUES (?, ?)');
  database.exec('BEGIN');
  for (const half of ['a', 'b']) insert.run(`${key}${half}`, 'x'.repeat(4000));
  database.exec('COMMIT');
}

test('what is written meanwhile is in the copy as whole transactions, and the copy is one file', async () => {
  for (let key = 0; key < 500; key++) putPair(key);
  let next = 500;
  let isCopied = false;
  const writing = async () => {
    for (; !isCopied; next++) {
      putPair(next);
      await new Promise(setImmediate);
    }
  };
  const written = writing();
  await copyState(database, at('copy'));
  isCopied = true;
  await written;
  const copy = new DatabaseSync(at('copy'), { readOnly: true });
  const [{ n = 0 } = {}] = copy.prepare('SELECT count(*) AS n FROM setting').all();
  expect(Number(n) % 2).toBe(0);
  expect(Number(n)).toBeGreaterThanOrEqual(1000);
  expect(copy.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
  copy.close();
  expect(readdirSync(folder).filter((name) => name.startsWith('copy'))).toEqual(['copy']);
});

test('a copy is a state that opens', async () => {
  await copyState(database, at('copy'));
  const copy = openState(at('copy'));
  expect(restorationOf(copy)).toBeUndefined();
  noteRestoration(copy, { backup: 'a', takenMs: 1, restoredMs: 2 });
  noteRestoration(copy, { backup: 'b', takenMs: 3, restoredMs: 4 });
  expect(restorationOf(copy)).toEqual({ backup: 'b', takenMs: 3, restoredMs: 4 });
  copy.close();
});

test('a place that cannot be written', async () => {
  await expect(copyState(database, at('none/copy'))).rejects.toMatchObject({ code: 'DIRECTORY_UNWRITABLE' });
});
