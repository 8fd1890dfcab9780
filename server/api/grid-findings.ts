import type { DeviceState } from '../live/live-state.ts';
import { deviceFindings, type GridFinding, gridFindings, ratioFindings } from '../registry/findings.ts';
import type { GridRegistry, GridTime } from '../registry/registry.ts';
import type { GridSnapshot } from '../registry/snapshot.ts';

/** A snapshot does not change: what does not fit within it is looked for once. */
const ofSnapshot = new WeakMap<GridSnapshot, readonly GridFinding[]>();

/** All that does not fit together at a moment, with what the devices have reported so far. */
export function currentFindings(registry: GridRegistry, time: GridTime, devices: Iterable<DeviceState>): GridFinding[] {
  const snapshot = registry.snapshot(time);
  const known = ofSnapshot.get(snapshot) ?? gridFindings(snapshot);
  ofSnapshot.set(snapshot, known);
  const reporting = [...devices].map(({ id, lastReadingMs }) => ({ id, hasReported: lastReadingMs !== undefined }));
  return [...known, ...ratioFindings(registry.rewrites()), ...deviceFindings(snapshot, reporting)];
}
