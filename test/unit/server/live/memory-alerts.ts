import type { AlertPosition, AlertService } from '../../../../server/alarms/alert-service.ts';
import type { Alert, AlertEvent } from '../../../../server/live/protocol.ts';

/** An alert service in memory: a log that is written by hand and may forget its beginning. */
export class MemoryAlerts implements AlertService {
  readonly epoch: string;
  readonly #listeners = new Set<(event: AlertEvent) => void>();
  #events: AlertEvent[] = [];
  #forgotten = 0;
  open: Alert[] = [];
  reads = 0;

  constructor(epoch = 'log-1') {
    this.epoch = epoch;
  }

  raise(id: string): Alert {
    const alert = alertOf(id);
    this.open.push(alert);
    const seq = this.#forgotten + this.#events.length + 1;
    const event: AlertEvent = { epoch: this.epoch, seq, transition: 'raised', atMs: seq * 1000, alert };
    this.#events.push(event);
    for (const listener of this.#listeners) listener(event);
    return alert;
  }

  /** Drops the oldest events. */
  forget(count: number): void {
    this.#events = this.#events.slice(count);
    this.#forgotten += count;
  }

  list(): readonly Alert[] {
    return this.open;
  }

  find(id: string): Alert | undefined {
    return this.open.find((alert) => alert.id === id);
  }

  current(): { alerts: readonly Alert[]; at: AlertPosition } {
    return { alerts: [...this.open], at: { epoch: this.epoch, seq: this.#forgotten + this.#events.length } };
  }

  eventsAfter({ epoch, seq }: AlertPosition, limit: number): readonly AlertEvent[] | undefined {
    this.reads++;
    if (epoch !== this.epoch || seq < this.#forgotten || seq > this.#forgotten + this.#events.length) return undefined;
    return this.#events.slice(seq - this.#forgotten, seq - this.#forgotten + limit);
  }

  onEvent(listener: (event: AlertEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export function alertOf(id: string): Alert {
  return {
    id,
    rule: 'voltage_high',
    subject: 'M-1',
    metric: 'voltage_a',
    severity: 'high',
    text: { en: 'Voltage is high', zh: '电压过高' },
    value: 260,
    limit: 253,
    unit: 'V',
    state: 'B',
    active: true,
    acknowledged: false,
    raisedMs: 1000,
    clearedMs: null,
  };
}
