import type { AlertPosition, AlertService } from '../alarms/alert-service.ts';
import { type Outgoing, type Recipient, SharedMessage } from './outgoing.ts';
import type { Alert, ServerMessage } from './protocol.ts';

type AlertsMessage = Extract<ServerMessage, { type: 'alerts' }>;

/** Messages one client may be sent in a tick; a long history is read over several. */
const MESSAGES_PER_TICK = 4;

interface Reader {
  readonly client: Recipient;
  readonly id: string;
  /** The last event it was sent; undefined when it has to begin anew. */
  position: AlertPosition | undefined;
  /** What is left of the list it was begun with. */
  rest: readonly Alert[];
  /** There may be events that it was not sent. */
  isBehind: boolean;
  /** Whether its `subscribe` was answered. */
  isAnswered: boolean;
}

/** What a reader is sent next, and where it is then. */
interface Step {
  readonly message: SharedMessage | undefined;
  readonly position: AlertPosition | undefined;
  readonly rest: readonly Alert[];
  readonly isBehind: boolean;
}

/**
 * Alert events to their readers: each has a position in the event log and is sent what comes after it, in order. A slow
 * reader costs its position and nothing else; one whose position is no longer in the log begins anew with the list.
 */
export class AlertsFan {
  readonly #alerts: AlertService;
  readonly #maxPerMessage: number;
  readonly #readers = new Set<Reader>();
  readonly #unlisten: () => void;

  constructor(alerts: AlertService, maxPerMessage: number) {
    this.#alerts = alerts;
    this.#maxPerMessage = maxPerMessage;
    this.#unlisten = alerts.onEvent(() => {
      for (const reader of this.#readers) reader.isBehind = true;
    });
  }

  stop(): void {
    this.#unlisten();
    this.#readers.clear();
  }

  subscribe(client: Recipient, id: string, after: AlertPosition | undefined): () => void {
    const reader: Reader = { client, id, position: after, rest: [], isBehind: true, isAnswered: false };
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  tick(): void {
    // Readers at the same position are sent the same: read and encoded once a tick.
    const steps = new Map<string, Step>();
    for (const reader of this.#readers) {
      for (let sent = 0; sent < MESSAGES_PER_TICK && reader.isBehind && reader.client.canTake(false); sent++) {
        this.#serve(reader, steps);
      }
    }
  }

  #serve(reader: Reader, steps: Map<string, Step>): void {
    const { position, rest, isAnswered } = reader;
    const key = position ? `${position.epoch} ${position.seq} ${rest.length} ${isAnswered}` : '';
    const step = steps.get(key) ?? this.#step(reader);
    steps.set(key, step);
    Object.assign(reader, { position: step.position, rest: step.rest, isBehind: step.isBehind });
    if (!step.message) return;
    reader.isAnswered = true;
    reader.client.deliver(step.message.for(reader.id));
  }

  #step({ position, rest, isAnswered }: Reader): Step {
    if (position === undefined) {
      const { alerts, at } = this.#alerts.current();
      return this.#list(true, alerts, at);
    }
    return rest.length > 0 ? this.#list(false, rest, position) : this.#events(position, isAnswered);
  }

  #list(full: boolean, alerts: readonly Alert[], at: AlertPosition): Step {
    const part = alerts.slice(0, this.#maxPerMessage);
    const message = shared({ full, alerts: part, events: [], at });
    return { message, position: at, rest: alerts.slice(part.length), isBehind: true };
  }

  #events(position: AlertPosition, isAnswered: boolean): Step {
    const events = this.#alerts.eventsAfter(position, this.#maxPerMessage);
    if (!events) return { message: undefined, position: undefined, rest: [], isBehind: true };
    const last = events.at(-1);
    const at = last ? { epoch: last.epoch, seq: last.seq } : position;
    const message = last || !isAnswered ? shared({ full: false, events: [...events], at }) : undefined;
    return { message, position: at, rest: [], isBehind: events.length === this.#maxPerMessage };
  }
}

function shared(content: Omit<AlertsMessage, 'type' | 'id'>): SharedMessage {
  const rest = JSON.stringify(content).slice(1);
  return new SharedMessage((id): Outgoing => {
    return { bytes: Buffer.from(`{"type":"alerts","id":${JSON.stringify(id)},${rest}`), frame: undefined };
  });
}
