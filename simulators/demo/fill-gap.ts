import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { GridwardenError } from '../../edge/platform/errors.ts';
import { fillHistory } from '../history/fill.ts';
import type { HistoryProgress } from '../history/write-history.ts';
import { writeState } from '../live/state-file.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { Part } from './part.ts';

/** What a new district has behind it. */
export const HISTORY_DAYS = 90;
export const STATE_FILE = 'fleet-state.json';

const PROGRESS_MS = 2_000;
/** Their import takes seconds. */
const MANY_READINGS = 300_000;
const DAY_MS = 86_400_000;
/** A server keeps fast values for 30 days and refuses older ones. */
const FAST_MS = 29 * DAY_MS;

export interface GapOrder {
  readonly scenario: Scenario;
  readonly folder: string;
  /** Settles when the demo is to end. */
  readonly stopped: Promise<void>;
  readonly start: (name: string, script: string, args: readonly string[]) => Part;
}

/**
 * Brings what the devices would have been read since the demo ran last, or since the district began, into the server's files,
 * before the server starts. The fleet's state is moved on at the end, so that a demo that was ended meanwhile begins again
 * here; what was imported then is not imported twice.
 */
export async function fillGap({ scenario, folder, stopped, start }: GapOrder): Promise<void> {
  const beganMs = performance.now();
  const stateFile = join(folder, STATE_FILE);
  const history = join(folder, 'history');
  const order = { scenario, stateFile, nowMs: Date.now(), fastMs: FAST_MS, folder: history };
  const filled = await fillHistory({ ...order, threads: availableParallelism() }, progressWords());
  if (!filled) return;
  if (filled.readings >= MANY_READINGS) say('the server takes them into its store …');
  const server = (name: string, args: readonly string[]) =>
    ended(start(name, 'server/main.ts', [...args, '--config', join(folder, 'server.yaml')]), stopped);
  // Later the grid is whoever's who changed it.
  const isDone =
    (!filled.isFirst || (await server('import-grid', ['import', 'grid', join(history, 'grid')]))) &&
    (await server('import-readings', ['import', 'readings', ...filled.readingFiles]));
  if (!isDone) return;
  await writeState(stateFile, scenario, filled.state);
  await rm(history, { recursive: true, force: true });
  const seconds = ((performance.now() - beganMs) / 1000).toFixed(1);
  say(`${filled.readings.toLocaleString('en-US')} readings of the time before are there, in ${seconds} s`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Tells now and then how much of a long past is made. */
function progressWords(): (progress: HistoryProgress) => void {
  let toldMs = performance.now();
  return ({ share }) => {
    if (performance.now() - toldMs < PROGRESS_MS) return;
    toldMs = performance.now();
    say(`making the readings of the time before … ${Math.round(100 * share)} %`);
  };
}

/**
 * Whether a part came to its end; not when the demo is to end first.
 * @throws GridwardenError PROCESS_ENDED when it failed
 */
async function ended(part: Part, stopped: Promise<void>): Promise<boolean> {
  const end = await Promise.race([part.ended, stopped]);
  if (end === undefined || end === 'exit code 0') return end !== undefined;
  throw new GridwardenError(
    'PROCESS_ENDED',
    `${part.name} failed (${end}); its last lines in ${part.logFile}:\n${part.lastLines()}`,
  );
}
