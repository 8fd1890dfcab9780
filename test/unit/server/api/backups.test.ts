import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GridwardenError } from '../../../../edge/platform/errors.ts';
import { BackupSchema, BackupsSchema } from '../../../../server/api/backups.schema.ts';
import { ProblemSchema } from '../../../../server/api/problem.schema.ts';
import { openState } from '../../../../server/state/database.ts';
import { noteRestoration } from '../../../../server/state/restoration.ts';
import type { BackupRun } from '../../../../server/transfer/backup-runs.ts';
import { type ApiHarness, apiHarness, NOW_MS } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

const RUN: BackupRun = {
  id: 'r-1',
  folder: '/backups/1',
  by: 'local',
  startedMs: NOW_MS,
  state: 'running',
  endedMs: undefined,
  doneBytes: 1,
  totalBytes: 2,
  reason: undefined,
};
let harness: ApiHarness;
let database: DatabaseSync;
let started: string[];

async function begin(options: Parameters<typeof apiHarness>[0] = {}): Promise<void> {
  harness = await apiHarness(options);
  harness.parts.provide('database', database);
  harness.parts.provide('backups', {
    start: (folder) => {
      started.push(folder);
      return RUN;
    },
    list: () => [RUN],
    find: (id) => {
      if (id !== RUN.id) throw new GridwardenError('NOT_FOUND', `no ${id}`);
      return RUN;
    },
  });
}
beforeEach(async () => {
  started = [];
  database = openState(':memory:');
  await begin();
});
afterEach(async () => {
  await harness.api.close();
  database.close();
});

const post = (payload: object, remoteAddress = '127.0.0.1') =>
  harness.api.inject({ method: 'POST', url: '/api/v1/backups', payload, remoteAddress });

test('a backup is begun and followed', async () => {
  const answer = await post({ folder: '/backups/1' });
  expect(answer.statusCode).toBe(202);
  expect(parsedAs(BackupSchema, answer.body)).toMatchObject({ id: 'r-1', state: 'running', ended: null, reason: null });
  expect(started).toEqual(['/backups/1']);
  const shown = await harness.api.inject('/api/v1/backups/r-1');
  expect(parsedAs(BackupSchema, shown.body)).toMatchObject({ doneBytes: 1, totalBytes: 2 });
  expect((await harness.api.inject('/api/v1/backups/r-2')).statusCode).toBe(404);
});

test('where the state comes from is told', async () => {
  const list = async () => parsedAs(BackupsSchema, (await harness.api.inject('/api/v1/backups')).body);
  expect(await list()).toMatchObject({ items: [{ id: 'r-1' }], restoration: null });
  noteRestoration(database, { backup: 'b', takenMs: NOW_MS, restoredMs: NOW_MS + 1000 });
  expect((await list()).restoration).toEqual({
    backup: 'b',
    taken: new Date(NOW_MS).toISOString(),
    restored: new Date(NOW_MS + 1000).toISOString(),
  });
});

test.each([
  [{}],
  [{ folder: 'relative' }],
  [{ folder: '' }],
  [{ folder: `/${'x'.repeat(4000)}` }],
  [{ folder: '/x', force: true }],
])('%j is refused', async (payload) => {
  expect(parsedAs(ProblemSchema, (await post(payload)).body).code).toBe('REQUEST_INVALID');
  expect(started).toEqual([]);
});

test('only this machine asks, and only a page of this server', async () => {
  for (const address of ['10.0.0.7', '::ffff:10.0.0.7', '2001:db8::1']) {
    expect((await post({ folder: '/x' }, address)).statusCode).toBe(403);
  }
  const headers = { origin: 'http://evil.example' };
  const request = { method: 'POST', url: '/api/v1/backups', payload: { folder: '/x' }, headers } as const;
  expect((await harness.api.inject(request)).statusCode).toBe(403);
  expect(started).toEqual([]);
  for (const address of ['::1', '::ffff:127.0.0.1'])
    expect((await post({ folder: '/x' }, address)).statusCode).toBe(202);
});

test('only an admin may', async () => {
  await harness.api.close();
  const actor = { name: 'ann', role: 'engineer', local: false } as const;
  await begin({ authenticator: { actorOf: async () => actor } });
  expect((await post({ folder: '/x' })).statusCode).toBe(403);
  expect((await harness.api.inject('/api/v1/backups')).statusCode).toBe(403);
  expect(started).toEqual([]);
});
