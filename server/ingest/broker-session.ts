import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { Backoff } from '../../edge/platform/backoff.ts';
import type { GridClock, ProcessClock, Random, Timer } from '../../edge/platform/clock.ts';
import { readSecret } from '../../edge/platform/config.ts';
import { GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import type { Logger } from '../../edge/platform/log.ts';
import { encodeHostState, parseHostState } from '../../edge/protocol/state.ts';
import { NAMESPACE, stateTopic } from '../../edge/protocol/topics.ts';
import type { HostDeps } from './deps.ts';

export interface SessionDeps {
  readonly url: string;
  /** Position in the list of brokers. */
  readonly index: number;
  readonly broker: HostDeps['broker'];
  readonly hostId: string;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly random: Random;
  readonly logger: Logger;
  message(session: BrokerSession, topic: string, payload: Buffer, isRetained: boolean): void;
  /** The host is online at this broker: it has subscribed and published its birth. */
  online(session: BrokerSession): void;
  /** The connection is lost; what this broker's nodes say is no longer heard. */
  offline(session: BrokerSession): void;
}

const CONNECT_TIMEOUT_MS = 10_000;
const STOP_TIMEOUT_MS = 2_000;
const KEEPALIVE_S = 15;

/**
 * The host application's session with one broker (specification 3.0.0, sections 4.2.3, 5.3 and 5.13): clean session, a
 * retained will with QoS 1 that says offline, subscription to all of Sparkplug and to its own STATE, then its birth.
 * Will and births of one connection carry one timestamp. Each connection is a new client, because the library would
 * connect again with the old will.
 */
export class BrokerSession {
  readonly url: string;
  readonly #deps: SessionDeps;
  readonly #backoff: Backoff;
  readonly #stateTopic: string;
  readonly #options: IClientOptions;
  #client: MqttClient | undefined;
  #timer: Timer | undefined;
  #bornMs = 0;
  #isOnline = false;
  #stopping = false;
  #lastError = 'not connected yet';
  /** The reason that the log has last. */
  #said: string | undefined;

  constructor(deps: SessionDeps) {
    this.url = deps.url;
    this.#deps = deps;
    this.#backoff = new Backoff({ firstMs: 250, maxMs: 15_000 }, deps.random);
    this.#stateTopic = stateTopic(deps.hostId);
    this.#options = clientOptions(deps);
  }

  get isOnline(): boolean {
    return this.#isOnline;
  }

  /** Why it is not online, in one line. */
  get reason(): string {
    return this.#isOnline ? `connected to ${this.url}` : `${this.url}: ${this.#lastError}`;
  }

  start(): void {
    const { broker, message } = this.#deps;
    broker.direct?.((topic, payload, isRetained) => message(this, topic, payload, isRetained));
    this.#connect();
  }

  /** Publishes a command: QoS 0, not retained. @throws GridwardenError BROKER_UNREACHABLE */
  publish(topic: string, payload: Uint8Array): void {
    if (!this.#isOnline || !this.#client) {
      throw new GridwardenError('BROKER_UNREACHABLE', `The MQTT broker cannot be reached: ${this.reason}`);
    }
    this.#client.publish(topic, Buffer.from(payload), { qos: 0, retain: false });
  }

  /** Says offline, then disconnects (section 5.14). */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#timer?.cancel();
    const client = this.#client;
    if (!client) return;
    if (this.#isOnline) await this.#sayOffline(client);
    this.#isOnline = false;
    // With `force` the library would close without DISCONNECT, and the broker would publish the will.
    await new Promise<void>((resolve) => client.end(!client.connected, {}, () => resolve()));
  }

  #connect(): void {
    // The broker publishes the will later than a birth of ours that follows; equal times say that they belong together.
    this.#bornMs = this.#deps.gridClock.nowMs();
    const will = { topic: this.#stateTopic, payload: this.#state(false, this.#bornMs), qos: 1, retain: true } as const;
    const client = mqtt.connect(this.url, { ...this.#options, will });
    this.#client = client;
    client.on('connect', () => this.#connected(client));
    client.on('message', (topic, payload, { retain }) => this.#message(topic, payload, retain));
    client.on('error', (error) => {
      this.#lastError = messageOf(error) || error.name;
    });
    client.on('close', () => this.#closed(client));
  }

  #connected(client: MqttClient): void {
    // QoS 1, so that no death is lost between broker and host; data come with QoS 0 all the same.
    client.subscribe([`${NAMESPACE}/#`, this.#stateTopic], { qos: 1 }, (error, granted) => {
      if (this.#stopping || client !== this.#client) return;
      const refused =
        error ?? (granted?.some((grant) => grant.qos > 2) ? new Error('subscription refused') : undefined);
      if (refused) {
        this.#lastError = messageOf(refused);
        client.end(true);
        return;
      }
      this.#publishBirth(client);
      this.#isOnline = true;
      this.#backoff.reset();
      this.#said = undefined;
      this.#deps.logger.info({ broker: this.url, host: this.#deps.hostId }, 'host application is online');
      this.#deps.online(this);
    });
  }

  #publishBirth(client: MqttClient): void {
    client.publish(this.#stateTopic, this.#state(true, this.#bornMs), { qos: 1, retain: true });
  }

  #message(topic: string, payload: Buffer, isRetained: boolean): void {
    if (topic === this.#stateTopic) this.#ownState(payload);
    else this.#deps.message(this, topic, payload, isRetained);
  }

  /** Someone said that this host is offline (its own late will, another's mistake): that is put right before all else. */
  #ownState(payload: Buffer): void {
    if (!this.#isOnline || !this.#client || this.#stopping) return;
    if (parseHostState(payload.toString('utf8'))?.online === true) return;
    this.#publishBirth(this.#client);
    this.#deps.logger.info({ broker: this.url }, 'was told to be offline; said online again');
  }

  #closed(client: MqttClient): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    const wasOnline = this.#isOnline;
    this.#isOnline = false;
    client.removeAllListeners('message');
    client.end(true);
    if (wasOnline) {
      this.#lastError = 'connection lost';
      this.#deps.logger.warn({ broker: this.url }, 'connection to the broker is lost');
      this.#deps.offline(this);
    }
    if (this.#stopping) return;
    if (!wasOnline) this.#sayOnce();
    this.#timer = this.#deps.processClock.setTimer(this.#backoff.nextMs(), () => this.#connect());
  }

  #sayOnce(): void {
    if (this.#said === this.#lastError) return;
    this.#said = this.#lastError;
    this.#deps.logger.warn(
      { code: 'BROKER_UNREACHABLE', broker: this.url },
      `The MQTT broker cannot be reached: ${this.reason}; trying again`,
    );
  }

  async #sayOffline(client: MqttClient): Promise<void> {
    const death = this.#state(false, this.#deps.gridClock.nowMs());
    const published = new Promise<void>((resolve) =>
      client.publish(this.#stateTopic, death, { qos: 1, retain: true }, () => resolve()),
    );
    const gaveUp = new Promise<void>((resolve) => this.#deps.processClock.setTimer(STOP_TIMEOUT_MS, resolve));
    await Promise.race([published, gaveUp]);
  }

  #state(online: boolean, timestamp: number): Buffer {
    return Buffer.from(encodeHostState({ online, timestamp }));
  }
}

function clientOptions({ broker, hostId, index, random }: SessionDeps): IClientOptions {
  const password = broker.passwordFile === undefined ? broker.password : readSecret(broker.passwordFile);
  // Two servers by one host id must not push each other off the broker by one client id, too.
  const suffix = Math.floor(random() * 0xffffffff).toString(36);
  // The brokers of a list may be doors of one cluster.
  const ownId = broker.clientId === undefined || index === 0 ? broker.clientId : `${broker.clientId}-${index + 1}`;
  return {
    clientId: ownId ?? `${hostId}-host-${suffix}`,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    keepalive: KEEPALIVE_S,
    queueQoSZero: false,
    resubscribe: false,
    // Its own debug lines cost a few per cent of a core even when nobody reads them.
    log: () => {},
    ...(broker.username === undefined ? {} : { username: broker.username }),
    ...(password === undefined ? {} : { password }),
    ...(broker.caFile === undefined ? {} : { ca: readSecret(broker.caFile) }),
    ...(broker.certFile === undefined ? {} : { cert: readSecret(broker.certFile) }),
    ...(broker.keyFile === undefined ? {} : { key: readSecret(broker.keyFile) }),
  };
}
