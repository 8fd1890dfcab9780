import type { DatabaseSync } from 'node:sqlite';
import type { GridClock } from '../edge/platform/clock.ts';
import { messageOf } from '../edge/platform/errors.ts';
import type { Logger } from '../edge/platform/log.ts';
import { DATA_TYPES } from '../edge/protocol/datatypes.ts';
import { quantityOf } from '../edge/protocol/quantities.ts';
import { Directory, type KnownAgent, type KnownDevice } from './ingest/directory.ts';
import type { LiveState } from './live/live-state.ts';
import type { LatestRow, TelemetryStore } from './store/telemetry-store.ts';

const HOUR_MS = 3_600_000;
/** Looked through one after the other: nearly everything is in the first, which costs least. */
const WINDOWS_MS = [HOUR_MS, 24 * HOUR_MS] as const;
/** Readings a little ahead of the host's clock are believed, too. */
const AHEAD_MS = 5 * 60_000;

export interface RestoreDeps {
  readonly database: DatabaseSync;
  readonly store: TelemetryStore;
  readonly state: LiveState;
  readonly gridClock: GridClock;
  readonly logger: Logger;
}

/**
 * Puts back what was there before the restart: agents and devices, offline until they are heard of, and the last stored
 * value of each series of the last day, stale until a fresh one comes. Run before anything else writes the live state.
 * A store that does not answer leaves the values empty: they come with the births.
 */
export async function restoreLiveState(deps: RestoreDeps): Promise<void> {
  const { state, store, logger } = deps;
  const directory = new Directory(deps.database);
  for (const agent of directory.agents()) addAgent(state, agent);
  for (const device of directory.devices()) addDevice(state, device);
  for (const device of state.devices.keys()) addSlots(state, store, device);
  try {
    await restoreValues(deps);
  } catch (error) {
    logger.warn({ reason: messageOf(error) }, 'last values are not restored; they come with the next readings');
  }
}

function addAgent(state: LiveState, { id, lastSeenMs }: KnownAgent): void {
  const slash = id.indexOf('/');
  state.agents.set(id, {
    id,
    group: id.slice(0, slash),
    node: id.slice(slash + 1),
    presence: 'offline',
    sinceMs: lastSeenMs,
    lastSeenMs,
    bdSeq: undefined,
    epoch: undefined,
    metrics: new Map(),
    devices: new Set(),
  });
}

function addDevice(state: LiveState, { id, agent, model, kind, serial, lastSeenMs }: KnownDevice): void {
  const presence = { presence: 'offline', sinceMs: lastSeenMs, lastReadingMs: undefined } as const;
  state.devices.set(id, { id, agent, model, kind, serial, ...presence, slots: [] });
  state.agents.get(agent)?.devices.add(id);
}

/** The unit of a metric that the catalogue does not know, and the data type of all, come with the next birth. */
function addSlots(state: LiveState, store: TelemetryStore, device: string): void {
  for (const series of store.seriesOfDevice(device)) {
    const metric = store.series(series)?.metric;
    if (metric === undefined) continue;
    state.addSlot({ device, metric, unit: quantityOf(metric)?.unit ?? '', dataType: DATA_TYPES.Unknown, series });
  }
}

async function restoreValues({ state, store, gridClock, logger }: RestoreDeps): Promise<void> {
  const nowMs = gridClock.nowMs();
  const missing = new Map(state.slots.map(({ series, index }) => [series, index]));
  for (const windowMs of WINDOWS_MS) {
    if (missing.size === 0) break;
    const rows = await store.latest([...missing.keys()], nowMs - windowMs, nowMs + AHEAD_MS);
    for (const row of rows) {
      const slot = missing.get(row.series);
      if (slot !== undefined) setStaleValue(state, slot, row);
      missing.delete(row.series);
    }
  }
  logger.info(
    { agents: state.agents.size, devices: state.devices.size, values: state.slots.length - missing.size },
    'live state restored',
  );
}

function setStaleValue(state: LiveState, slot: number, { timeMs, value, quality }: LatestRow): void {
  state.set(slot, value, quality, timeMs);
  state.setStale(slot, true);
  const device = state.devices.get(state.slots[slot]?.device ?? '');
  if (device) device.lastReadingMs = Math.max(device.lastReadingMs ?? 0, timeMs);
}
