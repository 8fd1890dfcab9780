import { Backoff } from '../../../../edge/platform/backoff.ts';
import type { ProcessClock, Random, Timer } from '../../../../edge/platform/clock.ts';
import type { ClientMessage, MessageOf, ServerMessage, Subscribe } from '../contract.ts';
import { Cell } from '../core/cell.ts';
import { allowedSilenceMs, LINK_TIMING, type LinkPhase, type LinkState } from './link.ts';

/** What the client needs of a WebSocket. */
export interface LiveSocket {
  send(text: string): void;
  close(): void;
}
export interface SocketEvents {
  onMessage(text: string): void;
  /** Once; also when the connection could not be opened. */
  onClose(): void;
}
export type Connect = (events: SocketEvents) => LiveSocket;

export type TopicMessage = MessageOf<'snapshot' | 'points' | 'devices' | 'agents' | 'alerts' | 'backfilled'>;

export interface Subscriber {
  /** Asked at each connection, so that it can go on from where it is. */
  request(): Omit<Subscribe, 'type' | 'id'>;
  /** A new connection begins: slots have no meaning any more, a full state follows. */
  onReset?(): void;
  onMessage(message: TopicMessage): void;
}

export interface LiveClientOptions {
  readonly connect: Connect;
  readonly clock: ProcessClock;
  readonly random: Random;
  /** Grid time now, for the last good time. */
  readonly gridNowMs: () => number | undefined;
  readonly onWelcome: (welcome: MessageOf<'welcome'>) => void;
  readonly onHeartbeat: (heartbeat: MessageOf<'heartbeat'>) => void;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/**
 * One WebSocket for the whole page. Opens it, notices its silence, opens it again with back-off and jitter, and
 * subscribes again everything that is subscribed, so that views never know of a reconnection but for `onReset`.
 */
export class LiveClient {
  readonly link = new Cell<LinkState>({ phase: 'connecting', lastGoodMs: null, attempts: 0 });
  /** The newest subscription that the server refused; undefined when it refused none on this connection. */
  readonly refusal = new Cell<Refusal | undefined>(undefined);
  readonly #options: LiveClientOptions;
  readonly #backoff: Backoff;
  readonly #subscribers = new Map<string, Subscriber>();
  #nextId = 1;
  #socket: LiveSocket | undefined;
  #welcomed = false;
  #silenceMs = LINK_TIMING.openTimeoutMs as number;
  #lastMessageMs = 0;
  #lastCheckMs = 0;
  #troubleSinceMs = 0;
  #lastGoodMs: number | null = null;
  #retry: Timer | undefined;
  #check: Timer | undefined;

  constructor(options: LiveClientOptions) {
    this.#options = options;
    this.#backoff = new Backoff(LINK_TIMING.backoff, options.random);
  }

  start(): void {
    // The first connection may take as long as opening may take before the page calls it lost.
    this.#troubleSinceMs = this.#now() + LINK_TIMING.openTimeoutMs - LINK_TIMING.graceMs;
    this.#open();
    this.#scheduleCheck();
  }

  stop(): void {
    this.#check?.cancel();
    this.#retry?.cancel();
    this.#dropSocket();
  }

  /** Tries again now: the browser says that the network is back, or the page is looked at again. */
  retryNow(): void {
    if (this.#retry === undefined) return;
    this.#retry.cancel();
    this.#backoff.reset();
    this.#open();
  }

  /** Subscribes until the returned function is called, over reconnections. */
  subscribe(subscriber: Subscriber): () => void {
    const id = `s${this.#nextId++}`;
    this.#subscribers.set(id, subscriber);
    if (this.#welcomed) this.#send({ type: 'subscribe', id, ...subscriber.request() });
    return () => {
      this.#subscribers.delete(id);
      if (this.#welcomed) this.#send({ type: 'unsubscribe', id });
    };
  }

  #now(): number {
    return this.#options.clock.nowMs();
  }

  #open(): void {
    this.#retry = undefined;
    this.#welcomed = false;
    this.#silenceMs = LINK_TIMING.openTimeoutMs;
    this.#lastMessageMs = this.#now();
    const socket = this.#options.connect({
      onMessage: (text) => {
        if (this.#socket === socket) this.#receive(text);
      },
      onClose: () => {
        if (this.#socket === socket) this.#closed();
      },
    });
    this.#socket = socket;
  }

  #dropSocket(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#welcomed = false;
    socket?.close();
  }

  #closed(): void {
    this.#dropSocket();
    this.#retry = this.#options.clock.setTimer(this.#backoff.nextMs(), () => this.#open());
    const { phase, attempts } = this.link.value;
    if (phase === 'live') this.#troubleSinceMs = this.#now();
    this.#setPhase(phase === 'live' ? 'interrupted' : phase, attempts + 1);
  }

  #scheduleCheck(): void {
    this.#lastCheckMs = this.#now();
    this.#check = this.#options.clock.setTimer(LINK_TIMING.checkMs, () => {
      this.#checkSilence();
      this.#scheduleCheck();
    });
  }

  #checkSilence(): void {
    const now = this.#now();
    // A page that slept (hidden tab, closed lid) finds its timer before the messages that came meanwhile.
    const slept = now - this.#lastCheckMs > 4 * LINK_TIMING.checkMs;
    if (slept) this.#lastMessageMs = Math.max(this.#lastMessageMs, now - this.#silenceMs + 2 * LINK_TIMING.checkMs);
    const { phase, attempts } = this.link.value;
    if (this.#socket && now - this.#lastMessageMs >= this.#silenceMs) {
      if (phase === 'live') this.#setPhase('lost', attempts);
      this.#closed();
    } else if (phase === 'interrupted' || phase === 'connecting') {
      if (now - this.#troubleSinceMs >= LINK_TIMING.graceMs) this.#setPhase('lost', attempts);
    }
  }

  #setPhase(phase: LinkPhase, attempts: number): void {
    this.link.set({ phase, lastGoodMs: this.#lastGoodMs, attempts });
  }

  #receive(text: string): void {
    this.#lastMessageMs = this.#now();
    const message = parse(text);
    if (message) this.#dispatch(message);
    this.#lastGoodMs = this.#options.gridNowMs() ?? null;
    if (this.#welcomed && this.link.value.phase !== 'live') this.#setPhase('live', 0);
  }

  #dispatch(message: ServerMessage): void {
    if (message.type === 'welcome') this.#welcome(message);
    else if (message.type === 'heartbeat') this.#options.onHeartbeat(message);
    else if (message.type === 'error') this.refusal.set({ code: message.code, message: message.message });
    else this.#deliver(message);
  }

  #deliver(message: TopicMessage): void {
    try {
      this.#subscribers.get(message.id)?.onMessage(message);
    } finally {
      // Also for a frame whose view is gone or failed: without it the server would wait for ever.
      if (message.type === 'snapshot' || message.type === 'points') this.#send({ type: 'ack', frame: message.frame });
    }
  }

  #welcome(welcome: MessageOf<'welcome'>): void {
    this.#welcomed = true;
    this.#silenceMs = allowedSilenceMs(welcome.heartbeatMs);
    this.#backoff.reset();
    this.refusal.set(undefined);
    this.#options.onWelcome(welcome);
    for (const [id, subscriber] of this.#subscribers) {
      subscriber.onReset?.();
      this.#send({ type: 'subscribe', id, ...subscriber.request() });
    }
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }
}

const KNOWN: ReadonlySet<string> = new Set<ServerMessage['type']>([
  'welcome',
  'snapshot',
  'points',
  'devices',
  'agents',
  'alerts',
  'backfilled',
  'heartbeat',
  'error',
]);

/** A message of the protocol; undefined for anything else, such as a type that a newer server has. */
function parse(text: string): ServerMessage | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMessage(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isMessage(value: unknown): value is ServerMessage {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    KNOWN.has(value.type)
  );
}
