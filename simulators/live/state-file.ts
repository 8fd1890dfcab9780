import { existsSync, readFileSync } from 'node:fs';
import { GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import { writeAside } from '../../edge/platform/write-aside.ts';
import type { PlannedFault } from '../scenario/fault-kinds.ts';
import type { AreaState } from '../scenario/metered-area.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { ToldFault } from './fault-desk.ts';

/** What a scenario's run goes on from: every area at the end of a step, and the faults that it was told. */
export interface FleetState {
  readonly areas: readonly AreaState[];
  readonly told: readonly ToldFault[];
}

const FORMAT = 1;

/**
 * Writes a state; a crash leaves the old file or the new one.
 * @throws GridwardenError DIRECTORY_UNWRITABLE
 */
export async function writeState(file: string, scenario: Scenario, state: FleetState): Promise<void> {
  const text = `${JSON.stringify({ format: FORMAT, of: identityOf(scenario), ...state })}\n`;
  await writeAside(file, text).catch((cause: unknown) => {
    throw new GridwardenError('DIRECTORY_UNWRITABLE', `${file} cannot be written: ${messageOf(cause)}`, { cause });
  });
}

/**
 * Reads a state of this very scenario; undefined when the file is not there.
 * @throws GridwardenError CONFIG_INVALID, SCHEMA_NEWER
 */
export function readState(file: string, scenario: Scenario): FleetState | undefined {
  if (!existsSync(file)) return undefined;
  const { format, of, areas, told } = parse(file);
  if (format !== FORMAT) throw new GridwardenError('SCHEMA_NEWER', `${file} has the format ${String(format)}`);
  const wanted = identityOf(scenario);
  if (of !== wanted) {
    throw new GridwardenError(
      'CONFIG_INVALID',
      `${file} is the state of ${String(of)}, not of ${wanted}; name another file`,
    );
  }
  return { areas: areas ?? [], told: (told ?? []).map(openEnded) };
}

/** Which scenario, seed, beginning, step and size a state belongs to. */
function identityOf({ name, file, stepMs, resized }: Scenario): string {
  const sizes = resized ? resized.sizes.join('+') : `${file.areas} areas`;
  return `${name}, seed ${file.seed}, from ${file.start}, step ${stepMs / 60_000} min, ${sizes}`;
}

interface StateFile {
  readonly format?: unknown;
  readonly of?: unknown;
  readonly areas?: readonly AreaState[];
  readonly told?: readonly ToldFault[];
}

function parse(file: string): StateFile {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new GridwardenError('CONFIG_INVALID', `${file} is no state of a fleet: ${messageOf(cause)}`, { cause });
  }
}

/** JSON has no infinity: an open end was written as null. */
function openEnded({ fault, fromMs, toMs }: ToldFault): ToldFault {
  const until = (end: number | null) => end ?? Number.POSITIVE_INFINITY;
  const open: PlannedFault = { ...fault, toStep: until(fault.toStep) };
  return { fault: open, fromMs, toMs: until(toMs) };
}
