import { expect, test } from 'vitest';
import { ManualProcessClock } from '../../../edge/platform/clock.ts';
import { PartRegister } from '../../../server/api/parts.ts';
import { healthChecks } from '../../../server/health-checks.ts';
import { openState } from '../../../server/state/database.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { FakeStore } from '../../support/fake-store.ts';

function started() {
  const parts = new PartRegister();
  const store = new FakeStore();
  const database = openState(':memory:');
  parts.provide('store', store);
  parts.provide('host', new FakeHost());
  parts.provide('database', database);
  return { parts, store, database, processClock: new ManualProcessClock() };
}

test('each says why it is well', async () => {
  expect(await healthChecks(started())).toEqual({
    broker: { ok: true, reason: 'connected' },
    store: { ok: true, reason: 'in memory' },
    state: { ok: true, reason: 'open' },
  });
});

test('what has not started says what it waits for', async () => {
  const parts = new PartRegister();
  parts.waitsFor('database', 'the state file is held by another process');
  expect(await healthChecks({ parts, processClock: new ManualProcessClock() })).toEqual({
    broker: { ok: false, reason: 'starting' },
    store: { ok: false, reason: 'starting' },
    state: { ok: false, reason: 'the state file is held by another process' },
  });
});

test('a store that keeps silent is not well, and nobody waits for it', async () => {
  const sources = started();
  sources.store.health = () => new Promise(() => {});
  const checks = healthChecks(sources);
  sources.processClock.advance(3000);
  expect((await checks).store).toEqual({ ok: false, reason: 'no answer in 3 s' });
});

test('a store whose question fails says why', async () => {
  const sources = started();
  sources.store.health = () => Promise.reject(new Error('socket hang up'));
  expect((await healthChecks(sources)).store).toEqual({ ok: false, reason: 'socket hang up' });
  expect(sources.processClock.pendingTimers).toBe(0);
});

test('a state file that is closed is not well', async () => {
  const sources = started();
  sources.database.close();
  expect((await healthChecks(sources)).state).toMatchObject({ ok: false, reason: expect.stringMatching(/not open/) });
});
