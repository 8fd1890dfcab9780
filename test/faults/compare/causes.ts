import type { FaultKind } from '../plan/fault.ts';
import type { LoggedFault } from '../plan/fault-log.ts';

/**
 * Which faults of an edge make the server's reason for a loss true. A reason that is not here is never accepted: with one
 * host and one store nothing is `settled_elsewhere`, and what an edge gives up as `unsettled` was lost by others. So a loss
 * that the server only talks away is missing.
 */
const CAUSES: Readonly<Record<string, readonly FaultKind[]>> = {
  lost: ['torn_outbox', 'torn_backlog', 'disk_full'],
  outbox_corrupt: ['torn_outbox', 'torn_backlog'],
  unprotected_lost: ['disk_full'],
};

/** Whether the log of faults bears out a reason for the loss of what an edge read at `givenMs`. */
export function isBorneOut(reason: string, edge: string, givenMs: number, faults: readonly LoggedFault[]): boolean {
  const kinds = CAUSES[reason] ?? [];
  return faults.some(({ kind, target, toMs }) => target === edge && kinds.includes(kind) && givenMs <= toMs);
}
