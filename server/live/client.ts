import type { WebSocket } from 'ws';
import type { ProcessClock } from '../../edge/platform/clock.ts';
import type { ErrorCode } from '../../edge/platform/errors.ts';
import { type Parsed, parseClientMessage } from './client-messages.ts';
import type { LiveLimits } from './hub-options.ts';
import type { LiveMetrics } from './live-metrics.ts';
import type { Outgoing, Recipient } from './outgoing.ts';
import type { ClientMessage, ServerMessage, Subscribe } from './protocol.ts';

/** WebSocket close codes (RFC 6455, section 7.4.1). */
export const CLOSE = { goingAway: 1001, policy: 1008 } as const;

export interface ClientOptions {
  readonly socket: WebSocket;
  readonly limits: LiveLimits;
  readonly clock: ProcessClock;
  readonly metrics: LiveMetrics;
  /** Opens a subscription; returns what ends it, or undefined when it was refused (and the client told). */
  readonly subscribe: (client: LiveClient, request: Subscribe) => (() => void) | undefined;
}

/** One connected page: its subscriptions, how much it has not handled yet, and how it behaves. */
export class LiveClient implements Recipient {
  readonly #options: ClientOptions;
  readonly #subscriptions = new Map<string, () => void>();
  /** Frames that are not acknowledged, oldest first; never longer than the window. */
  readonly #unacknowledged: number[] = [];
  #badMessages = 0;
  #second = 0;
  #messagesThisSecond = 0;
  #isAlive = true;

  constructor(options: ClientOptions) {
    this.#options = options;
    const { socket } = options;
    socket.on('message', (data, isBinary) => this.#receive(isBinary ? undefined : data.toString()));
    socket.on('pong', () => {
      this.#isAlive = true;
    });
  }

  get subscriptionCount(): number {
    return this.#subscriptions.size;
  }

  canTake(acknowledged: boolean): boolean {
    const { socket, limits } = this.#options;
    if (socket.bufferedAmount > limits.maxBufferedBytes) return false;
    return !acknowledged || this.#unacknowledged.length < limits.window;
  }

  deliver({ bytes, frame }: Outgoing): void {
    const { socket, metrics } = this.#options;
    if (socket.readyState !== socket.OPEN) return;
    if (frame !== undefined) this.#unacknowledged.push(frame);
    metrics.sent(bytes.length);
    socket.send(bytes, { binary: false });
  }

  say(message: ServerMessage): void {
    this.deliver({ bytes: Buffer.from(JSON.stringify(message)), frame: undefined });
  }

  refuse(id: string, code: ErrorCode, message: string): void {
    this.#end(id);
    this.say({ type: 'error', code, message, id });
  }

  /** Ends what it subscribed to; the socket is closed already. */
  dispose(): void {
    for (const end of this.#subscriptions.values()) end();
    this.#subscriptions.clear();
  }

  close(code: number, reason: string): void {
    this.#options.socket.close(code, reason);
  }

  /** Cuts off a client that did not answer since the last call, and asks again. */
  checkAlive(): void {
    const { socket, metrics } = this.#options;
    if (!this.#isAlive) {
      metrics.closing('dead');
      socket.terminate();
      return;
    }
    this.#isAlive = false;
    socket.ping();
  }

  #receive(text: string | undefined): void {
    const { socket, metrics, limits } = this.#options;
    if (socket.readyState !== socket.OPEN) return;
    if (this.#isTooFast()) {
      metrics.closing('too_many_messages');
      this.close(CLOSE.policy, `more than ${limits.maxMessagesPerSecond} messages a second`);
      return;
    }
    const parsed: Parsed = text === undefined ? { problem: 'messages are JSON text' } : parseClientMessage(text);
    if ('problem' in parsed) this.#complain(parsed.problem, parsed.id);
    else this.#handle(parsed.message);
  }

  #handle(message: ClientMessage): void {
    if (message.type === 'ack') this.#acknowledge(message.frame);
    else if (message.type === 'unsubscribe') this.#end(message.id);
    else this.#subscribe(message);
  }

  #subscribe(request: Subscribe): void {
    const { id } = request;
    const most = this.#options.limits.maxSubscriptionsPerClient;
    if (this.#subscriptions.has(id)) {
      this.#complain(`a subscription ${JSON.stringify(id)} is there already; unsubscribe it first`, id);
    } else if (this.#subscriptions.size >= most) {
      this.refuse(id, 'TOO_MANY_REQUESTS', `A connection has at most ${most} subscriptions`);
    } else {
      const end = this.#options.subscribe(this, request);
      if (end) this.#subscriptions.set(id, end);
    }
  }

  #end(id: string): void {
    this.#subscriptions.get(id)?.();
    this.#subscriptions.delete(id);
  }

  #acknowledge(frame: number): void {
    const index = this.#unacknowledged.indexOf(frame);
    if (index >= 0) this.#unacknowledged.splice(0, index + 1);
  }

  #complain(problem: string, id?: string): void {
    const { limits, metrics } = this.#options;
    metrics.badMessage();
    const error = { type: 'error', code: 'REQUEST_INVALID', message: problem } as const;
    // An id in an error says that the subscription is not there; one that is there goes on.
    this.say(id === undefined || this.#subscriptions.has(id) ? error : { ...error, id });
    if (++this.#badMessages < limits.maxBadMessages) return;
    metrics.closing('bad_messages');
    this.close(CLOSE.policy, 'too many messages that are not of the protocol');
  }

  #isTooFast(): boolean {
    const second = Math.floor(this.#options.clock.nowMs() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#messagesThisSecond = 0;
    }
    return ++this.#messagesThisSecond > this.#options.limits.maxMessagesPerSecond;
  }
}
