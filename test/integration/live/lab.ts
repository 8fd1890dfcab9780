import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Compile } from 'typebox/compile';
import { expect, onTestFinished } from 'vitest';
import { type ClientOptions, WebSocket } from 'ws';
import { ManualGridClock, ManualProcessClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import type { Service } from '../../../edge/platform/process.ts';
import type { Backfill, HealthReport } from '../../../server/ingest/host.ts';
import { attachLiveHub } from '../../../server/live/hub.ts';
import type { LiveHubOptions } from '../../../server/live/hub-options.ts';
import type { LiveState } from '../../../server/live/live-state.ts';
import {
  type ClientMessage,
  LIVE_PATH,
  type ServerMessage,
  ServerMessageSchema,
  SUBPROTOCOL,
} from '../../../server/live/protocol.ts';
import { MemoryAlerts } from '../../unit/server/live/memory-alerts.ts';
import { newState } from '../../unit/server/live/state.ts';

const validator = Compile(ServerMessageSchema);

export const NOON_MS = Date.UTC(2026, 6, 1, 12);

/** A real HTTP server on a free port with a hub; its process clock is moved by hand. */
export class LiveLab {
  readonly state: LiveState = newState();
  readonly clock = new ManualProcessClock();
  readonly gridClock = new ManualGridClock(NOON_MS);
  readonly alerts = new MemoryAlerts();
  readonly metrics = new Metrics();
  broker: HealthReport = { ok: true, reason: 'connected' };
  store: () => Promise<HealthReport> = async () => ({ ok: true, reason: 'DuckDB' });
  backfill: (backfill: Backfill) => void = () => {};
  readonly #server: Server = createServer((_, response) => response.end('page'));
  #hub: Service | undefined;
  port = 0;

  static async start(options: Partial<LiveHubOptions> = {}): Promise<LiveLab> {
    const lab = new LiveLab();
    await lab.listen(options);
    onTestFinished(() => lab.stop());
    return lab;
  }

  async listen(options: Partial<LiveHubOptions> = {}): Promise<void> {
    this.#hub = attachLiveHub({
      server: this.#server,
      state: this.state,
      host: {
        broker: () => this.broker,
        onBackfill: (listener) => {
          this.backfill = listener;
          return () => {};
        },
      },
      alerts: this.alerts,
      storeHealth: () => this.store(),
      gridClock: this.gridClock,
      processClock: this.clock,
      settings: { timeZone: 'Asia/Shanghai', simulated: true },
      isAllowedOrigin: (origin) => origin === undefined || origin === 'http://page.example',
      logger: silentLogger(),
      metrics: this.metrics,
      serverEpoch: 'server-1',
      ...options,
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** Moves the process clock while it waits, because what is waited for comes with a tick of it. */
  async until(what: () => unknown, stepMs = 100): Promise<void> {
    await expect
      .poll(() => {
        this.clock.advance(stepMs);
        return Boolean(what());
      })
      .toBe(true);
  }

  async connect(options: ClientOptions & { path?: string; protocols?: string[] } = {}): Promise<TestPage> {
    const page = this.open(options);
    await this.until(() => page.find('welcome'), 0);
    return page;
  }

  open(options: ClientOptions & { path?: string; protocols?: string[] } = {}): TestPage {
    const { path = LIVE_PATH, protocols = [SUBPROTOCOL], ...rest } = options;
    return new TestPage(this, new WebSocket(`ws://127.0.0.1:${this.port}${path}`, protocols, rest));
  }

  async metric(name: string): Promise<string | undefined> {
    return (await this.metrics.text()).split('\n').find((line) => line.startsWith(`gridwarden_${name}`));
  }

  async stop(): Promise<void> {
    const hub = this.#hub;
    this.#hub = undefined;
    await hub?.stop();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

type MessageOf<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

/** A page: everything it gets is checked against the protocol's schema and kept. */
export class TestPage {
  readonly messages: ServerMessage[] = [];
  readonly socket: WebSocket;
  /** Acknowledges frames as they come. */
  acknowledges = true;
  closed: { code: number; reason: string } | undefined;
  refused: { status: number; body: string } | undefined;
  readonly #lab: LiveLab;

  constructor(lab: LiveLab, socket: WebSocket) {
    this.#lab = lab;
    this.socket = socket;
    socket.on('message', (data, isBinary) => {
      expect(isBinary).toBe(false);
      const message: unknown = JSON.parse(data.toString());
      if (!validator.Check(message)) throw new Error(`not of the protocol: ${data.toString().slice(0, 500)}`);
      this.messages.push(message);
      if ('frame' in message && this.acknowledges) this.send({ type: 'ack', frame: message.frame });
    });
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    socket.on('error', () => {});
    socket.on('unexpected-response', async (_, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk as Buffer);
      this.refused = { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() };
    });
    onTestFinished(() => socket.terminate());
  }

  send(message: ClientMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  all<T extends ServerMessage['type']>(type: T): MessageOf<T>[] {
    return this.messages.filter((message): message is MessageOf<T> => message.type === type);
  }

  find<T extends ServerMessage['type']>(
    type: T,
    matches: (message: MessageOf<T>) => boolean = () => true,
  ): MessageOf<T> | undefined {
    return this.all(type).find(matches);
  }

  /** Waits for a message, moving the clock. */
  async next<T extends ServerMessage['type']>(
    type: T,
    matches: (message: MessageOf<T>) => boolean = () => true,
  ): Promise<MessageOf<T>> {
    await this.#lab.until(() => this.find(type, matches));
    const found = this.find(type, matches);
    if (!found) throw new Error(`no ${type}`);
    return found;
  }

  /** The newest value of each series that it was told of: what a page would show. */
  shown(): Map<string, number | null> {
    const names = new Map<number, string>();
    const values = new Map<string, number | null>();
    for (const message of this.messages) {
      if (message.type !== 'snapshot' && message.type !== 'points') continue;
      for (const { slot, device, metric } of message.series ?? []) names.set(slot, `${device} ${metric}`);
      for (const [row, slot] of message.points.slot.entries()) {
        const name = names.get(slot);
        if (name === undefined) throw new Error(`a point of a series that was not announced: ${slot}`);
        values.set(name, message.points.value[row] ?? null);
      }
    }
    return values;
  }
}
