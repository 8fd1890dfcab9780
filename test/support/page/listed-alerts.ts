import type { AlertPosition, AlertQuery, AlertService } from '../../../server/alarms/alert-service.ts';
import type { Alert, AlertEvent } from '../../../server/live/protocol.ts';

/** Alerts that a test raises and clears itself, with the events of an alert service. */
export class ListedAlerts implements AlertService {
  readonly #alerts = new Map<string, Alert>();
  readonly #events: AlertEvent[] = [];
  readonly #listeners = new Set<(event: AlertEvent) => void>();
  readonly #epoch = 'test';

  raise(alert: Alert): void {
    this.#put(alert, 'raised', alert.raisedMs);
  }

  clear(id: string, atMs: number): void {
    const alert = this.#alerts.get(id);
    if (alert)
      this.#put({ ...alert, active: false, state: alert.acknowledged ? 'A' : 'D', clearedMs: atMs }, 'cleared', atMs);
  }

  acknowledge(id: string, atMs: number): void {
    const alert = this.#alerts.get(id);
    if (alert) this.#put({ ...alert, acknowledged: true, state: alert.active ? 'C' : 'A' }, 'acknowledged', atMs);
  }

  list({ states, fromMs, limit, after }: AlertQuery): readonly Alert[] {
    const fitting = [...this.#alerts.values()]
      .filter((alert) => (states ? states.includes(alert.state) : fromMs === undefined ? alert.state !== 'A' : true))
      .filter((alert) => fromMs === undefined || alert.raisedMs >= fromMs)
      .sort((a, b) => b.raisedMs - a.raisedMs);
    const start = after === undefined ? 0 : fitting.findIndex(({ id }) => id === after) + 1;
    return fitting.slice(start, start + limit);
  }

  find(id: string): Alert | undefined {
    return this.#alerts.get(id);
  }

  current(): { readonly alerts: readonly Alert[]; readonly at: AlertPosition } {
    return { alerts: [...this.#alerts.values()].filter(({ state }) => state !== 'A'), at: this.#position() };
  }

  eventsAfter({ epoch, seq }: AlertPosition, limit: number): readonly AlertEvent[] | undefined {
    if (epoch !== this.#epoch || seq > this.#events.length) return undefined;
    return this.#events.slice(seq, seq + limit);
  }

  onEvent(listener: (event: AlertEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #position(): AlertPosition {
    return { epoch: this.#epoch, seq: this.#events.length };
  }

  #put(alert: Alert, transition: AlertEvent['transition'], atMs: number): void {
    this.#alerts.set(alert.id, alert);
    const event: AlertEvent = { epoch: this.#epoch, seq: this.#events.length + 1, transition, atMs, alert };
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
  }
}
