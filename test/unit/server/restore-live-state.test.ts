import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ManualGridClock } from '../../../edge/platform/clock.ts';
import { GridwardenError } from '../../../edge/platform/errors.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { GOOD, qualityCode } from '../../../edge/protocol/quality.ts';
import { LiveState } from '../../../server/live/live-state.ts';
import { restoreLiveState } from '../../../server/restore-live-state.ts';
import { openState } from '../../../server/state/database.ts';
import { FakeStore } from '../../support/fake-store.ts';

const NOW_MS = Date.UTC(2026, 0, 31, 8);
const HOUR_MS = 3_600_000;
let database: DatabaseSync;
let store: FakeStore;

beforeEach(() => {
  database = openState(':memory:');
  database.exec(`
    INSERT INTO agent (agent, epoch, first_seen_ms, last_seen_ms) VALUES ('east/agent-1', 'e7', 1000, 2000);
    INSERT INTO device (device, agent, model, kind, serial, first_seen_ms, last_seen_ms) VALUES ('M-1', 'east/agent-1', 'eastron/sdm630', 'meter', '12345', 1000, 3000);
    INSERT INTO device (device, agent, model, kind, serial, first_seen_ms, last_seen_ms) VALUES ('M-2', 'east/agent-1', NULL, 'device', NULL, 1000, 4000);
  `);
  store = new FakeStore();
});
afterEach(() => database.close());

function series(device: string, metric: string): number {
  return store.seriesOf({ device, metric, kind: 'meter', pollClass: 'fast' });
}

async function restored(): Promise<LiveState> {
  const state = new LiveState();
  await restoreLiveState({ database, store, state, gridClock: new ManualGridClock(NOW_MS), logger: silentLogger() });
  return state;
}

test('agents and devices are back, offline since they were last seen', async () => {
  const state = await restored();
  const [agent] = state.agents.values();
  expect(agent).toMatchObject({
    id: 'east/agent-1',
    group: 'east',
    node: 'agent-1',
    presence: 'offline',
    sinceMs: 2000,
  });
  expect(agent?.devices).toEqual(new Set(['M-1', 'M-2']));
  expect(state.devices.get('M-1')).toMatchObject({
    model: 'eastron/sdm630',
    serial: '12345',
    kind: 'meter',
    sinceMs: 3000,
  });
  expect(state.devices.get('M-2')).toMatchObject({ model: undefined, serial: undefined, presence: 'offline' });
});

test('the last values are there, with their quality and time, and stale', async () => {
  store.put(series('M-1', 'voltage_a'), NOW_MS - 2000, 229);
  store.put(series('M-1', 'voltage_a'), NOW_MS - 1000, 230);
  store.put(series('M-1', 'energy_import'), NOW_MS - 20 * HOUR_MS, 17);
  store.put(series('M-1', 'current_a'), NOW_MS - 500, Number.NaN, qualityCode('silent'));
  const state = await restored();
  const read = (metric: string) => {
    const slot = state.slotOf('M-1', metric)?.index ?? -1;
    return [state.value(slot), state.quality(slot), state.timeMs(slot), state.isStale(slot)];
  };
  expect(read('voltage_a')).toEqual([230, GOOD, NOW_MS - 1000, true]);
  expect(read('energy_import')).toEqual([17, GOOD, NOW_MS - 20 * HOUR_MS, true]);
  expect(read('current_a')).toEqual([Number.NaN, qualityCode('silent'), NOW_MS - 500, true]);
  expect(state.slotOf('M-1', 'voltage_a')?.unit).toBe('V');
  expect(state.devices.get('M-1')?.lastReadingMs).toBe(NOW_MS - 500);
});

test('what was read more than a day ago has no value, but stands in the list', async () => {
  store.put(series('M-1', 'voltage_a'), NOW_MS - 25 * HOUR_MS, 230);
  const state = await restored();
  const slot = state.slotOf('M-1', 'voltage_a')?.index ?? -1;
  expect([state.value(slot), state.quality(slot), state.timeMs(slot)]).toEqual([Number.NaN, 255, 0]);
});

test('a store that does not answer is no reason not to start', async () => {
  series('M-1', 'voltage_a');
  store.latest = () => Promise.reject(new GridwardenError('STORE_UNAVAILABLE', 'away'));
  expect((await restored()).devices.size).toBe(2);
});
