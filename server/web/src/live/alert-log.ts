import { type Alert, type AlertEvent, type MessageOf, SEVERITIES } from '../contract.ts';
import { Cell } from '../core/cell.ts';

export interface AlertPosition {
  readonly epoch: string;
  readonly seq: number;
}

/** The alerts that are not normal now: a full state, then events one by one; continued after a reconnection. */
export class AlertLog {
  readonly #alerts = new Map<string, Alert>();
  #position: AlertPosition | undefined;
  /** Worst first, then newest. */
  readonly current = new Cell<readonly Alert[]>([]);
  /** The newest event that raised an alert, for being read out; undefined until one comes. */
  readonly raised = new Cell<AlertEvent | undefined>(undefined);

  /** Where to go on after a reconnection; undefined before the first message. */
  get position(): AlertPosition | undefined {
    return this.#position;
  }

  apply(message: MessageOf<'alerts'>): void {
    if (message.full) this.#alerts.clear();
    for (const alert of message.alerts ?? []) this.#put(alert);
    for (const event of message.events) this.#take(event);
    this.#position = message.at;
    this.current.set([...this.#alerts.values()].sort(compareAlerts));
  }

  #take(event: AlertEvent): void {
    const known = this.#position;
    // An event of before the position: the server repeated itself. Applying it again would bring back what has ended.
    if (known && known.epoch === event.epoch && event.seq <= known.seq) return;
    this.#position = { epoch: event.epoch, seq: event.seq };
    if (event.transition === 'superseded') this.#alerts.delete(event.alert.id);
    else this.#put(event.alert);
    if (event.transition === 'raised') this.raised.set(event);
  }

  #put(alert: Alert): void {
    if (alert.state === 'A') this.#alerts.delete(alert.id);
    else this.#alerts.set(alert.id, alert);
  }
}

/** Order of a list of alerts: active before returned, worst first, newest first. */
export function compareAlerts(a: Alert, b: Alert): number {
  if (a.active !== b.active) return a.active ? -1 : 1;
  const bySeverity = SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
  return bySeverity !== 0 ? bySeverity : b.raisedMs - a.raisedMs;
}
