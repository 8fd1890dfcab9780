import type { FaultKind, PlannedFault, Target } from './fault.ts';

/** An outbox as the edge left it when it was killed, and as it was when the edge started again, if somebody tore it. */
export interface OutboxCopies {
  readonly asKilled: string;
  readonly asTorn?: string;
}

/** A fault as it happened; times are those of the machine's wall clock. */
export interface LoggedFault {
  readonly kind: FaultKind;
  readonly target: Target;
  readonly fromMs: number;
  readonly toMs: number;
  /** For a stepped clock: how far, ms. */
  readonly offsetMs?: number;
  /** For an edge that was killed: copies of its outbox. */
  readonly outbox?: OutboxCopies;
  readonly note?: string;
}

/** A planned fault that did not happen, with the reason. */
export interface SkippedFault {
  readonly planned: PlannedFault;
  readonly reason: string;
}

/** What was done to the system, in the order in which it ended. */
export class FaultLog {
  readonly faults: LoggedFault[] = [];
  readonly skipped: SkippedFault[] = [];

  add(fault: LoggedFault): void {
    this.faults.push(fault);
  }

  skip(planned: PlannedFault, reason: string): void {
    this.skipped.push({ planned, reason });
  }

  /** Number of faults of a kind; of kills also those that a torn outbox takes. */
  count(kind: FaultKind): number {
    return this.faults.filter((fault) => fault.kind === kind).length;
  }

  get kills(): number {
    return this.count('kill') + this.count('torn_outbox') + this.count('torn_backlog');
  }
}
