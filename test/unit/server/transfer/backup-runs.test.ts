import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLogger } from '../../../../edge/platform/log.ts';
import { Metrics } from '../../../../edge/platform/metrics.ts';
import { LOCAL_ACTOR } from '../../../../server/access/actor.ts';
import type { AuditEntry } from '../../../../server/access/audit-log.ts';
import type { BackupOrder } from '../../../../server/store/store-backup.ts';
import { BackupRuns } from '../../../../server/transfer/backup-runs.ts';
import { BackupPlace, TAKEN_MS } from './backup-place.ts';

let place: BackupPlace;
let audited: AuditEntry[];
let metrics: Metrics;
beforeEach(() => {
  place = new BackupPlace();
  audited = [];
  metrics = new Metrics();
});
afterEach(() => place.remove());

function runs(wait: (order: BackupOrder) => Promise<void> = () => Promise.resolve()): BackupRuns {
  const { store, ...parts } = place.parts;
  const backup = async (order: BackupOrder) => {
    order.progress(1, 2);
    await wait(order);
    return store.backup(order);
  };
  const audit = { record: (entry: AuditEntry) => audited.push(entry) };
  return new BackupRuns({ ...parts, store: { ...store, backup }, audit, logger: silentLogger(), metrics });
}

test('a backup runs to its end and is in the audit log twice', async () => {
  const made = runs();
  const run = made.start(place.at('backup'), LOCAL_ACTOR);
  expect(run).toMatchObject({ state: 'running', by: 'local', startedMs: TAKEN_MS });
  await expect.poll(() => made.find(run.id).state).toBe('done');
  expect(made.list()).toMatchObject([{ id: run.id, doneBytes: 1, totalBytes: 2, endedMs: TAKEN_MS }]);
  expect(audited.map(({ action, subject }) => [action, subject])).toEqual([
    ['backup.start', place.at('backup')],
    ['backup.done', place.at('backup')],
  ]);
  expect(await metrics.text()).toContain('gridwarden_backups_total{outcome="done"} 1');
  expect(await metrics.text()).toContain(`gridwarden_backup_last_done_seconds ${TAKEN_MS / 1000}`);
});

test('one at a time; a failure says why and leaves room for the next', async () => {
  const { promise, reject } = Promise.withResolvers<void>();
  const made = runs(() => promise);
  const run = made.start(place.at('a'), LOCAL_ACTOR);
  const refusal = { code: 'BACKUP_RUNNING', message: expect.stringContaining(place.at('a')) };
  expect(() => made.start(place.at('b'), LOCAL_ACTOR)).toThrow(expect.objectContaining(refusal));
  await expect.poll(() => run.totalBytes).toBe(2);
  reject(new Error('broken'));
  await expect.poll(() => made.find(run.id)).toMatchObject({ state: 'failed', reason: 'broken' });
  expect(audited.at(-1)).toMatchObject({ action: 'backup.failed', detail: { reason: 'broken' } });
  await expect.poll(() => made.start(place.at('b'), LOCAL_ACTOR).state).toBe('running');
});

test('stopping gives up what is being made', async () => {
  const made = runs(
    ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
  );
  const run = made.start(place.at('a'), LOCAL_ACTOR);
  await expect.poll(() => run.totalBytes).toBe(2);
  await made.stop();
  expect(run).toMatchObject({ state: 'failed', reason: 'stopped' });
});

test('only the newest are remembered', async () => {
  const made = runs();
  const first = made.start(place.at('0'), LOCAL_ACTOR);
  for (let i = 1; i <= 20; i++) {
    await expect.poll(() => made.list()[0]?.state).toBe('done');
    await expect.poll(() => attempt(() => made.start(place.at(String(i)), LOCAL_ACTOR))).toBe(true);
  }
  await made.stop();
  expect(made.list()).toHaveLength(20);
  expect(() => made.find(first.id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
});

function attempt(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
