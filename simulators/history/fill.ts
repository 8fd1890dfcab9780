import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadModels } from '../../edge/profiles/load.ts';
import { type FleetState, readState } from '../live/state-file.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type HistoryProgress, type HistorySummary, writeHistory } from './write-history.ts';

export interface FillOrder {
  readonly scenario: Scenario;
  /** State of the fleet that ran last; without the file everything since the scenario's origin is written. */
  readonly stateFile: string;
  readonly nowMs: number;
  /** How far back fast values, such as power and temperatures, are written, ms. */
  readonly fastMs: number;
  /** Made anew. */
  readonly folder: string;
  readonly threads: number;
}

export interface Filled extends HistorySummary {
  /** Whether there was no state to go on from. */
  readonly isFirst: boolean;
  /** The readings that were written. */
  readonly readingFiles: readonly string[];
  /** What the fleet goes on from; to be kept when the readings have been imported. */
  readonly state: FleetState;
}

const THREADED_FROM_STEPS = 500;

/**
 * Writes what a scenario's devices would have been read between the last run and now, once a step; undefined when no whole
 * step has passed.
 */
export async function fillHistory(
  order: FillOrder,
  onProgress: (progress: HistoryProgress) => void = () => undefined,
): Promise<Filled | undefined> {
  const { scenario, stateFile, nowMs, fastMs, folder } = order;
  const known = readState(stateFile, scenario);
  const toStep = Math.floor((nowMs - scenario.originMs) / scenario.stepMs);
  const fromStep = known ? Math.min(...known.areas.map(({ step }) => step + 1)) : 0;
  if (toStep <= fromStep) return undefined;
  await rm(folder, { recursive: true, force: true });
  const told = known?.told ?? [];
  const summary = await writeHistory(
    {
      scenario,
      models: loadModels(),
      fromStep,
      toStep,
      everyMs: scenario.stepMs,
      values: 'registers',
      fastFromStep: toStep - Math.floor(fastMs / scenario.stepMs),
      states: known?.areas,
      told: told.map(({ fault }) => fault),
      format: 'parquet',
      folder,
      threads: toStep - fromStep < THREADED_FROM_STEPS ? 1 : order.threads,
    },
    onProgress,
  );
  const { files } = summary;
  const readingFiles = Array.from({ length: files }, (_, n) =>
    join(folder, 'readings', `part-${String(n + 1).padStart(4, '0')}.parquet`),
  );
  return { ...summary, isFirst: known === undefined, readingFiles, state: { areas: summary.states, told } };
}
