import type { FaultKind } from '../plan/fault.ts';
import type { LoggedFault } from '../plan/fault-log.ts';

/** Reasons of the server that are true of what was in an outbox when it was torn. */
const DESTROYED: readonly string[] = ['lost', 'outbox_corrupt'];

/**
 * Which faults of an edge make the server's reason true for the loss of what was in no outbox. A reason that is not here is
 * never accepted: with one host and one store nothing is `settled_elsewhere`, and what an edge gives up as `unsettled` was
 * lost by others. So a loss that the server only talks away is missing.
 */
const CAUSES: Readonly<Record<string, readonly FaultKind[]>> = {
  lost: ['disk_full'],
  unprotected_lost: ['disk_full'],
};

/** Whether a reason fits what was destroyed with an outbox. */
export function fitsDestruction(reason: string): boolean {
  return DESTROYED.includes(reason);
}

/** Whether the log of faults bears out a reason for the loss of what an edge read at `givenMs` and no outbox held. */
export function isBorneOut(reason: string, edge: string, givenMs: number, faults: readonly LoggedFault[]): boolean {
  const kinds = CAUSES[reason] ?? [];
  return faults.some(({ kind, target, toMs }) => target === edge && kinds.includes(kind) && givenMs <= toMs);
}
