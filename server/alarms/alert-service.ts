import type { Alert, AlertEvent } from '../live/protocol.ts';

export interface AlertQuery {
  /** Only these ISA-18.2 states; all but A (normal) without it when `fromMs` is absent. */
  readonly states?: readonly Alert['state'][];
  /** Raised at or after; includes what has returned to normal. */
  readonly fromMs?: number;
  readonly limit: number;
  /** Id of the last alert of the page before. */
  readonly after?: string;
}

export interface AlertPosition {
  readonly epoch: string;
  readonly seq: number;
}

/** Alerts as the API and the live stream see them. Newest first. */
export interface AlertService {
  /** @throws GridwardenError REQUEST_INVALID when `after` names an alert that is no longer kept. */
  list(query: AlertQuery): readonly Alert[];
  find(id: string): Alert | undefined;
  /** All that is not normal now, and the position of the log that it reflects. */
  current(): { readonly alerts: readonly Alert[]; readonly at: AlertPosition };
  /** Events after a position, oldest first; undefined when the position is not in this log (the reader starts anew). */
  eventsAfter(position: AlertPosition, limit: number): readonly AlertEvent[] | undefined;
  /** Called after an event is on disk, in order. */
  onEvent(listener: (event: AlertEvent) => void): () => void;
}
