import type { GridClock, ProcessClock, Timer } from '../platform/clock.ts';
import { codeOf, messageOf } from '../platform/errors.ts';
import type { Logger } from '../platform/log.ts';
import { DATA_TYPES } from '../protocol/datatypes.ts';
import { NODE_CONTROL } from '../protocol/delivery.ts';
import { PayloadFrame } from '../protocol/metric-writer.ts';
import { encodePayload, type PayloadFields } from '../protocol/payload.ts';
import { parseHostState } from '../protocol/state.ts';
import { type MessageType, nodeTopic, parseTopic, stateTopic } from '../protocol/topics.ts';
import type { BrokerWalk } from './broker-walk.ts';
import type { Link, OpenLink } from './link.ts';
import type { NodeMetrics } from './node-metrics.ts';
import { PrimaryHost } from './primary-host.ts';

/** Numbers of messages and of connections count to 255 and begin again (specification 3.0.0, sections 6.4.5 and 6.4.19). */
const SEQUENCE_MODULUS = 256;
/** A command larger than this is not decoded. */
const MAX_COMMAND_BYTES = 1024 * 1024;

export interface SessionOptions {
  readonly group: string;
  readonly node: string;
  readonly clientId: string;
  readonly primaryHost: string | undefined;
  readonly openLink: OpenLink;
  readonly walk: BrokerWalk;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly logger: Logger;
  readonly metrics: NodeMetrics;
  /** bdSeq of the last connection; undefined before the first. */
  readonly bdSeq: number | undefined;
  /** Makes a bdSeq durable before the connection that uses it. */
  readonly saveBdSeq: (bdSeq: number) => Promise<void>;
}

export interface SessionStatus {
  /** The broker that is connected, or tried. */
  readonly broker: string;
  readonly isConnected: boolean;
  /** Whether births are or may be out: connected, and the primary host online. */
  readonly isReady: boolean;
  readonly primaryHost?: string;
  readonly isHostOnline?: boolean;
  /** Why it could not be connected. */
  readonly problem?: string;
}

/** What the session tells the node. */
export interface SessionListener {
  /** Everything is in place for births: connected, subscribed, the primary host online. */
  ready(): void;
  /** Births are over: disconnected, or the host went offline. */
  down(): void;
  command(type: 'NCMD' | 'DCMD', device: string | undefined, payload: Uint8Array): void;
}

/**
 * The Sparkplug session of an edge node (specification 3.0.0, sections 5.4, 5.5 and 5.10): one connection at a time, the
 * brokers in order, a death certificate as will, and no birth before the primary host is online.
 */
export class SparkplugSession {
  readonly #options: SessionOptions;
  readonly #host = new PrimaryHost();
  #listener: SessionListener | undefined;
  #link: Link | undefined;
  #timer: Timer | undefined;
  #bdSeq: number;
  /** The number stands in a CONNECT that was sent. */
  #bdSeqUsed: boolean;
  #isSubscribed = false;
  #isHostOnline = false;
  #isReady = false;
  #isBorn = false;
  #isStopped = false;
  #nextSeq = 0;
  readonly #frame = new PayloadFrame();
  #lastProblem = '';

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#bdSeq = options.bdSeq ?? -1;
    this.#bdSeqUsed = true;
  }

  /** bdSeq of this connection. */
  get bdSeq(): number {
    return this.#bdSeq;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** How the session stands, for status pages. */
  get status(): SessionStatus {
    const { walk, primaryHost } = this.#options;
    return {
      broker: withoutCredentials(walk.url),
      isConnected: this.#isSubscribed,
      isReady: this.#isReady,
      ...(primaryHost === undefined ? {} : { primaryHost, isHostOnline: this.#isHostOnline }),
      ...(this.#lastProblem === '' ? {} : { problem: this.#lastProblem }),
    };
  }

  /** Bytes that wait for the network. */
  get bufferedBytes(): number {
    return this.#link?.bufferedBytes ?? 0;
  }

  start(listener: SessionListener): void {
    this.#listener = listener;
    this.#connectLater(0);
  }

  /** Sends a message of the session with time and sequence number; without a session it sends nothing. */
  send(type: 'NBIRTH' | 'NDATA' | 'DBIRTH' | 'DDEATH', device: string | undefined, payload: PayloadFields): void {
    if (!this.#link || !this.#isReady) return;
    if (type === 'NBIRTH') {
      this.#nextSeq = 0;
      this.#isBorn = true;
    }
    payload.timestamp = this.#options.gridClock.nowMs();
    payload.seq = this.#takeSeq();
    this.#link.publish(this.#topic(type, device), encodePayload(payload));
  }

  /** Sends DDATA of metrics that are encoded already, as `send` does. */
  sendData(device: string, metrics: Uint8Array): void {
    if (!this.#link || !this.#isReady) return;
    const payload = this.#frame.around(metrics, this.#options.gridClock.nowMs(), this.#takeSeq());
    this.#link.publish(this.#topic('DDATA', device), payload);
  }

  #takeSeq(): number {
    const seq = this.#nextSeq;
    this.#nextSeq = (seq + 1) % SEQUENCE_MODULUS;
    return seq;
  }

  /** Says goodbye: NDEATH when there was a birth, then DISCONNECT. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#leave();
  }

  #topic(type: MessageType, device?: string): string {
    return nodeTopic(this.#options.group, type, this.#options.node, device);
  }

  #connectLater(delayMs: number): void {
    if (this.#isStopped) return;
    this.#timer?.cancel();
    this.#timer = this.#options.processClock.setTimer(delayMs, () => {
      this.#connect().catch((error) => this.#failed(error));
    });
  }

  async #connect(): Promise<void> {
    const { openLink, walk, clientId } = this.#options;
    await this.#nextBdSeq();
    const will = { topic: this.#topic('NDEATH'), payload: this.#death() };
    const link = await openLink(walk.url, clientId, will, {
      message: (topic, payload) => this.#received(topic, payload),
      closed: (reason) => this.#closed(link, reason),
      connectSent: () => {
        this.#bdSeqUsed = true;
      },
    });
    if (this.#isStopped) return link.end(false);
    this.#link = link;
    try {
      await link.subscribe(this.#subscriptions());
    } catch (error) {
      // A connection that closed meanwhile has been dealt with.
      if (this.#link === link) throw error;
    }
    if (this.#link === link) this.#established();
  }

  /** One more than in the last CONNECT; an attempt that never got to a CONNECT does not use its number up. */
  async #nextBdSeq(): Promise<void> {
    if (!this.#bdSeqUsed) return;
    const bdSeq = (this.#bdSeq + 1) % SEQUENCE_MODULUS;
    await this.#options.saveBdSeq(bdSeq).catch((error) => {
      this.#options.logger.warn({ error: messageOf(error) }, 'bdSeq could not be saved');
    });
    this.#bdSeq = bdSeq;
    this.#bdSeqUsed = false;
  }

  /** NDEATH: the bdSeq of this connection and nothing else, without sequence number (section 6.4.27). */
  #death(): Uint8Array {
    const timestamp = this.#options.gridClock.nowMs();
    const bdSeq = { name: NODE_CONTROL.bdSeq, timestamp, datatype: DATA_TYPES.Int64, longValue: this.#bdSeq };
    return encodePayload({ timestamp, metrics: [bdSeq] });
  }

  #subscriptions(): string[] {
    const { primaryHost } = this.#options;
    const commands = [this.#topic('NCMD'), this.#topic('DCMD', '+')];
    return primaryHost === undefined ? commands : [stateTopic(primaryHost), ...commands];
  }

  #established(): void {
    const { walk, logger, primaryHost } = this.#options;
    walk.succeeded();
    this.#lastProblem = '';
    logger.info({ broker: walk.url, bdSeq: this.#bdSeq }, 'connected');
    this.#options.metrics.connected.set(1);
    this.#isSubscribed = true;
    if (primaryHost === undefined) this.#isHostOnline = true;
    // A broker may deliver the retained STATE before it confirms the subscription.
    this.#becomeReady();
    if (!this.#isReady) this.#awaitHost();
  }

  /** With several brokers the host may be at another one. */
  #awaitHost(): void {
    const { walk, processClock, logger, primaryHost } = this.#options;
    logger.info({ primaryHost, broker: walk.url }, 'waiting for the primary host');
    const { dwellMs } = walk;
    if (dwellMs === undefined) return;
    this.#timer?.cancel();
    this.#timer = processClock.setTimer(dwellMs, () => this.#moveOn());
  }

  #becomeReady(): void {
    if (this.#isReady || !this.#isSubscribed || !this.#isHostOnline) return;
    this.#timer?.cancel();
    this.#isReady = true;
    this.#listener?.ready();
  }

  #received(topic: string, payload: Uint8Array): void {
    const { group, node, primaryHost, metrics } = this.#options;
    const parsed = parseTopic(topic);
    if (payload.length > MAX_COMMAND_BYTES || !parsed) {
      metrics.malformed.inc();
    } else if (parsed.type === 'STATE') {
      if (parsed.host === primaryHost) this.#heardHost(payload);
    } else if ((parsed.type === 'NCMD' || parsed.type === 'DCMD') && parsed.group === group && parsed.node === node) {
      if (this.#isReady) this.#listener?.command(parsed.type, parsed.device, payload);
    }
  }

  #heardHost(payload: Uint8Array): void {
    const { logger, metrics, primaryHost } = this.#options;
    const state = parseHostState(Buffer.from(payload).toString('utf8'));
    if (!state) {
      metrics.malformed.inc();
      logger.warn({ primaryHost }, 'a STATE message of the primary host cannot be read');
      return;
    }
    const word = this.#host.hear(this.#options.walk.url, state);
    if (word === 'outdated') return;
    this.#isHostOnline = word === 'online';
    if (word === 'online') this.#becomeReady();
    else this.#hostOffline();
  }

  /**
   * The session ends with the host. Without a session there is nothing to end: at the only broker the edge waits where
   * it is, with several it walks on.
   */
  #hostOffline(): void {
    const { logger, primaryHost, walk } = this.#options;
    if (!this.#isReady && walk.dwellMs === undefined) return;
    logger.info({ primaryHost, broker: walk.url }, 'the primary host is offline');
    this.#moveOn();
  }

  #moveOn(): void {
    const pauseMs = this.#options.walk.hostAway();
    this.#leave()
      .catch((error) => this.#options.logger.warn({ error: messageOf(error) }, 'disconnecting failed'))
      .finally(() => this.#connectLater(pauseMs));
  }

  /** NDEATH, then DISCONNECT (tck-id-operational-behavior-edge-node-intentional-disconnect-ndeath). */
  async #leave(): Promise<void> {
    const link = this.#link;
    if (!link) return;
    const wasBorn = this.#isBorn;
    this.#forgetLink();
    if (wasBorn) link.publish(this.#topic('NDEATH'), this.#death(), 1);
    await link.end(wasBorn);
  }

  #closed(link: Link, reason: string): void {
    if (this.#link !== link) return;
    this.#forgetLink();
    const { walk, logger } = this.#options;
    logger.warn({ code: 'BROKER_UNREACHABLE', broker: walk.url }, `the connection to the broker ended: ${reason}`);
    this.#connectLater(walk.failed());
  }

  #failed(error: unknown): void {
    const { walk, logger, metrics } = this.#options;
    this.#link?.destroy();
    this.#forgetLink();
    metrics.connectFailures.inc();
    const problem = messageOf(error);
    // The same problem every few seconds is told once.
    if (problem !== this.#lastProblem) logger.error({ code: codeOf(error) ?? 'INTERNAL' }, problem);
    this.#lastProblem = problem;
    this.#connectLater(walk.failed());
  }

  #forgetLink(): void {
    const wasReady = this.#isReady;
    this.#link = undefined;
    this.#isSubscribed = false;
    this.#isHostOnline = false;
    this.#isReady = false;
    this.#isBorn = false;
    this.#timer?.cancel();
    this.#options.metrics.connected.set(0);
    if (wasReady) this.#listener?.down();
  }
}

/** A URL as it may be shown. */
function withoutCredentials(url: string): string {
  return url.replace(/^(mqtts?:\/\/)[^/@]*@/, '$1');
}
