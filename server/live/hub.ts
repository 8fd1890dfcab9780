import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Timer } from '../../edge/platform/clock.ts';
import { messageOf } from '../../edge/platform/errors.ts';
import type { Service } from '../../edge/platform/process.ts';
import type { HealthReport } from '../ingest/host.ts';
import { CLOSE, LiveClient } from './client.ts';
import { StoreWatch } from './heartbeat.ts';
import { LIVE_LIMITS, type LiveHubOptions, type LiveLimits } from './hub-options.ts';
import { type LiveMetrics, liveMetrics } from './live-metrics.ts';
import type { Outgoing } from './outgoing.ts';
import { type ServerMessage, SUBPROTOCOL } from './protocol.ts';
import { TICK_MS, Topics } from './topics.ts';
import { refusalOf, refuseUpgrade, type UpgradeRefusal } from './upgrade.ts';

/** How long a client has to answer a closing handshake when the server stops. */
const CLOSE_TIMEOUT_MS = 1_000;

/** Serves the live stream (protocol.ts) on a server's `upgrade` event until it is stopped. */
export function attachLiveHub(options: LiveHubOptions): Service {
  const hub = new LiveHub(options);
  hub.start();
  return hub;
}

class LiveHub implements Service {
  readonly #options: LiveHubOptions;
  readonly #limits: LiveLimits;
  readonly #metrics: LiveMetrics;
  readonly #topics: Topics;
  readonly #store: StoreWatch;
  readonly #serverEpoch: string;
  readonly #clients = new Map<WebSocket, LiveClient>();
  readonly #sockets: WebSocketServer;
  #tickNumber = 0;
  #timers: { tick: Timer; heartbeat: Timer; alive: Timer } | undefined;
  #isStopping = false;

  constructor(options: LiveHubOptions) {
    this.#options = options;
    this.#limits = { ...LIVE_LIMITS, ...options.limits };
    this.#metrics = liveMetrics(options.metrics, {
      clients: () => this.#clients.size,
      subscriptions: () => [...this.#clients.values()].reduce((sum, client) => sum + client.subscriptionCount, 0),
    });
    this.#topics = new Topics(options, this.#limits, () => this.#metrics.skipped());
    this.#store = new StoreWatch(options.storeHealth);
    this.#serverEpoch = options.serverEpoch ?? randomUUID();
    this.#sockets = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: this.#limits.maxMessageBytes,
      handleProtocols: () => SUBPROTOCOL,
    });
  }

  start(): void {
    this.#options.server.on('upgrade', this.#upgrade);
    // With a listener ws leaves the answer to it.
    this.#sockets.on('wsClientError', (error, socket) => {
      this.#refuse(socket, { reason: 'handshake', code: 'REQUEST_INVALID', detail: messageOf(error) });
    });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#options.server.off('upgrade', this.#upgrade);
    const closed = [...this.#clients.keys()].map((socket) => this.#closeGently(socket));
    await Promise.all(closed);
    this.#sleep();
    this.#topics.stop();
  }

  readonly #upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // Without a listener a reset while the handshake is under way would end the process.
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request, {
      isAllowedOrigin: this.#options.isAllowedOrigin,
      isFull: () => this.#clients.size >= this.#limits.maxClients,
      isStopping: () => this.#isStopping,
    });
    if (refusal) {
      this.#refuse(socket, refusal);
    } else {
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => this.#welcome(webSocket));
    }
  };

  #refuse(socket: Duplex, refusal: UpgradeRefusal): void {
    this.#metrics.refused(refusal.reason);
    this.#options.logger.debug({ reason: refusal.reason, detail: refusal.detail }, 'live stream refused');
    refuseUpgrade(socket, refusal);
  }

  #welcome(socket: WebSocket): void {
    const { processClock, logger } = this.#options;
    const client = new LiveClient({
      socket,
      limits: this.#limits,
      clock: processClock,
      metrics: this.#metrics,
      subscribe: (self, request) => this.#topics.subscribe(self, request),
    });
    this.#clients.set(socket, client);
    socket.on('error', (error) => logger.debug({ error: messageOf(error) }, 'live stream failed'));
    socket.on('close', (code) => this.#forget(socket, code));
    this.#wake();
    client.say(this.#welcomeMessage());
    void this.#greet(client);
  }

  #welcomeMessage(): ServerMessage {
    const { gridClock, settings } = this.#options;
    return {
      type: 'welcome',
      protocol: SUBPROTOCOL,
      serverEpoch: this.#serverEpoch,
      gridNowMs: gridClock.nowMs(),
      speed: gridClock.speed,
      simulated: settings.simulated,
      timeZone: settings.timeZone,
      heartbeatMs: this.#limits.heartbeatMs,
      window: this.#limits.window,
    };
  }

  /** The first heartbeat comes as soon as the store's health is known, so that a page does not begin with not knowing. */
  async #greet(client: LiveClient): Promise<void> {
    const store = await this.#store.answer();
    if (client.canTake(false)) client.deliver(this.#heartbeatOf(store));
  }

  #forget(socket: WebSocket, code: number): void {
    this.#clients.get(socket)?.dispose();
    this.#clients.delete(socket);
    this.#metrics.closed(code);
    if (this.#clients.size === 0) this.#sleep();
  }

  /** Timers run only while somebody is connected. */
  #wake(): void {
    if (this.#timers) return;
    this.#store.report();
    this.#timers = {
      tick: this.#every(TICK_MS, 'tick', () => this.#topics.tick(this.#tickNumber++)),
      heartbeat: this.#every(this.#limits.heartbeatMs, 'heartbeat', () => this.#heartbeat()),
      alive: this.#every(this.#limits.deadAfterMs / 2, 'alive', () => this.#checkAlive()),
    };
  }

  #sleep(): void {
    for (const timer of Object.values(this.#timers ?? {})) timer.cancel();
    this.#timers = undefined;
  }

  /** Calls `run` again and again; the time between two calls is never shorter than `periodMs`. */
  #every(periodMs: number, name: 'tick' | 'heartbeat' | 'alive', run: () => void): Timer {
    const { processClock, logger } = this.#options;
    const startMs = processClock.nowMs();
    return processClock.setTimer(periodMs, () => {
      const lateMs = processClock.nowMs() - startMs - periodMs;
      if (this.#timers) this.#timers[name] = this.#every(periodMs, name, run);
      if (lateMs > 1000) logger.warn({ lateMs: Math.round(lateMs), timer: name }, 'the live stream was held up');
      run();
    });
  }

  #heartbeatOf(store: HealthReport): Outgoing {
    const { gridClock, host } = this.#options;
    const { ok, reason } = host.broker();
    const message: ServerMessage = { type: 'heartbeat', gridNowMs: gridClock.nowMs(), broker: { ok, reason }, store };
    return { bytes: Buffer.from(JSON.stringify(message)), frame: undefined };
  }

  #heartbeat(): void {
    const outgoing = this.#heartbeatOf(this.#store.report());
    for (const client of this.#clients.values()) if (client.canTake(false)) client.deliver(outgoing);
  }

  #checkAlive(): void {
    for (const client of this.#clients.values()) client.checkAlive();
  }

  #closeGently(socket: WebSocket): Promise<void> {
    this.#metrics.closing('stopping');
    return new Promise((resolve) => {
      const timer = this.#options.processClock.setTimer(CLOSE_TIMEOUT_MS, () => socket.terminate());
      socket.on('close', () => {
        timer.cancel();
        resolve();
      });
      socket.close(CLOSE.goingAway, 'the server is stopping');
    });
  }
}
