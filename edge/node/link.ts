import { readFileSync } from 'node:fs';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import mqttPacket from 'mqtt-packet';
import type { ProcessClock, Timer } from '../platform/clock.ts';
import type { BrokerClientConfig } from '../platform/common-config.ts';
import { readSecret } from '../platform/config.ts';
import { GridwardenError, messageOf } from '../platform/errors.ts';
import { GatheredWrites } from './gathered-writes.ts';

/** Detects a silent connection in 9 s, on either side (MQTT 3.1.1, section 3.1.2.10: one and a half keep-alives). */
const KEEPALIVE_S = 6;
const CONNECT_TIMEOUT_MS = 10_000;
/** How long a DISCONNECT waits for what was published before it. */
const END_TIMEOUT_MS = 2000;
/** MQTT 5, section 3.14.2.1: Disconnect with Will Message. */
const DISCONNECT_WITH_WILL = 0x04;

export interface Will {
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface LinkEvents {
  message(topic: string, payload: Uint8Array): void;
  /** The connection is gone; comes once, and not after `end`. */
  closed(reason: string): void;
  /** The CONNECT packet was sent: its bdSeq is used up. */
  connectSent(): void;
}

/** One MQTT connection to one broker. */
export interface Link {
  /** Subscribes at QoS 1. @throws GridwardenError BROKER_REFUSED */
  subscribe(filters: readonly string[]): Promise<void>;
  /** At QoS 0 the payload has been copied when it returns; at QoS 1 it is not to be changed any more. */
  publish(topic: string, payload: Uint8Array, qos?: 0 | 1): void;
  /** Bytes that the socket has not taken yet. */
  readonly bufferedBytes: number;
  /** Sends DISCONNECT after all that was published; on MQTT 5 the will may be asked for. */
  end(withWill: boolean): Promise<void>;
  /** Cuts the connection without DISCONNECT. */
  destroy(): void;
}

/** Opens a connection. @throws GridwardenError BROKER_UNREACHABLE, BROKER_REFUSED */
export type OpenLink = (url: string, clientId: string, will: Will, events: LinkEvents) => Promise<Link>;

/** Connections through mqtt.js; reconnecting, and what is sent again, are not its business. */
export function mqttLinks(broker: BrokerClientConfig, clock: ProcessClock): OpenLink {
  return (url, clientId, will, events) =>
    new Promise((resolve, reject) => {
      const client = mqtt.connect(url, clientOptions(broker, clientId, will));
      let link: MqttLink | undefined;
      let problem: string | undefined;
      // mqtt.js hands CONNECT to the stream at once; it goes out when the stream is there.
      client.stream.once(url.startsWith('mqtts:') ? 'secureConnect' : 'connect', () => events.connectSent());
      client.on('error', (error) => {
        problem = messageOf(error);
        if (!link) reject(connectError(url, error));
      });
      client.on('close', () => {
        const reason = problem ?? 'the connection was closed';
        if (link) link.closed(reason);
        else reject(connectError(url, new Error(reason)));
        client.end(true);
      });
      client.once('connect', () => {
        link = new MqttLink(client, events, clock);
        resolve(link);
      });
      client.on('message', (topic, payload) => events.message(topic, payload));
    });
}

function clientOptions(broker: BrokerClientConfig, clientId: string, will: Will): IClientOptions {
  const isV5 = broker.mqttVersion === 5;
  const { username, password, passwordFile, caFile, certFile, keyFile } = broker;
  const secret = passwordFile === undefined ? password : readSecret(passwordFile);
  return {
    protocolVersion: isV5 ? 5 : 4,
    clientId,
    clean: true,
    ...(isV5 ? { properties: { sessionExpiryInterval: 0 } } : {}),
    keepalive: KEEPALIVE_S,
    // Otherwise publishing alone keeps the connection "alive", and a black hole is never noticed.
    reschedulePings: false,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    will: { topic: will.topic, payload: Buffer.from(will.payload), qos: 1, retain: false },
    ...(username === undefined ? {} : { username }),
    ...(secret === undefined ? {} : { password: secret }),
    ...(caFile === undefined ? {} : { ca: readFileSync(caFile) }),
    ...(certFile === undefined ? {} : { cert: readFileSync(certFile) }),
    ...(keyFile === undefined ? {} : { key: readFileSync(keyFile) }),
  };
}

function connectError(url: string, error: Error): GridwardenError {
  // mqtt.js numbers the refusals of CONNACK; errors of the network have the system's code, which is text.
  const isRefusal = 'code' in error && typeof error.code === 'number';
  if (isRefusal) {
    return new GridwardenError('BROKER_REFUSED', `The broker ${url} refused: ${error.message}`, { cause: error });
  }
  const text = messageOf(error) || String('code' in error ? error.code : error.name);
  return new GridwardenError('BROKER_UNREACHABLE', `The broker ${url} cannot be reached: ${text}`, { cause: error });
}

class MqttLink implements Link {
  readonly #client: MqttClient;
  readonly #events: LinkEvents;
  readonly #clock: ProcessClock;
  readonly #gathered: GatheredWrites;
  #isOpen = true;

  constructor(client: MqttClient, events: LinkEvents, clock: ProcessClock) {
    this.#client = client;
    this.#gathered = new GatheredWrites(client.stream);
    this.#events = events;
    this.#clock = clock;
  }

  get bufferedBytes(): number {
    return this.#client.stream.writableLength + this.#gathered.length;
  }

  async subscribe(filters: readonly string[]): Promise<void> {
    const granted = await this.#client.subscribeAsync([...filters], { qos: 1 });
    const refused = granted.filter(({ qos }) => qos > 2).map(({ topic }) => topic);
    if (refused.length > 0) {
      throw new GridwardenError('BROKER_REFUSED', `The broker refused to subscribe to ${refused.join(', ')}`);
    }
  }

  publish(topic: string, payload: Uint8Array, qos: 0 | 1 = 0): void {
    if (!this.#isOpen) return;
    if (qos === 0) {
      this.#write(topic, payload);
      return;
    }
    this.#gathered.flush();
    this.#client.publish(topic, asBuffer(payload), AT_LEAST_ONCE);
  }

  /** A message at QoS 0 needs no state of the session: what mqtt.js does for any packet costs more than its payload. */
  #write(topic: string, payload: Uint8Array): void {
    // A connection that is about to report its end takes nothing more.
    if (!this.#gathered.writable) return;
    const packet = { cmd: 'publish', topic, payload: asBuffer(payload), qos: 0, retain: false, dup: false } as const;
    mqttPacket.writeToStream(packet, this.#gathered, this.#client.options);
    this.#gathered.packetEnd();
  }

  async end(withWill: boolean): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#gathered.flush();
    const ended = this.#client.endAsync(false, withWill && this.#isV5 ? { reasonCode: DISCONNECT_WITH_WILL } : {});
    // mqtt.js waits for the last PUBACK for ever; without it the broker publishes the will, which says the same.
    let timer: Timer | undefined;
    const tooLate = new Promise<void>((resolve) => {
      timer = this.#clock.setTimer(END_TIMEOUT_MS, resolve);
    });
    await Promise.race([ended, tooLate]);
    timer?.cancel();
    this.#client.stream.destroy();
  }

  destroy(): void {
    this.#isOpen = false;
    this.#client.end(true);
    this.#client.stream.destroy();
  }

  closed(reason: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#events.closed(reason);
  }

  get #isV5(): boolean {
    return this.#client.options.protocolVersion === 5;
  }
}

const AT_LEAST_ONCE = { qos: 1 } as const;

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
