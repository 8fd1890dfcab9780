import mqtt, { type MqttClient } from 'mqtt';
import { DELIVERY, type DeliveryAck, encodeAck, NODE_CONTROL } from '../../edge/protocol/delivery.ts';
import {
  decodePayload,
  encodePayload,
  integerOf,
  type MetricFields,
  type Payload,
} from '../../edge/protocol/payload.ts';
import { RangeSet } from '../../edge/protocol/ranges.ts';
import { encodeHostState } from '../../edge/protocol/state.ts';
import { type MessageType, nodeTopic, parseTopic, stateTopic } from '../../edge/protocol/topics.ts';

export interface HostMessage {
  readonly type: MessageType;
  readonly device: string | undefined;
  readonly payload: Payload;
  readonly retain: boolean;
}

/** A record as a DDATA carried it. */
export interface HeardRecord {
  readonly device: string;
  readonly epoch: string;
  readonly n: number;
  readonly timeMs: number;
  readonly clock: number;
  readonly historical: boolean;
  /** By metric; null for what is not good, with its reason in `reasons`. */
  readonly values: ReadonlyMap<string, number | null>;
  readonly reasons: ReadonlyMap<string, string>;
}

export interface TestHostOptions {
  readonly id?: string;
  readonly group?: string;
  readonly node?: string;
  readonly protocolVersion?: 4 | 5;
}

/**
 * A host application for tests, by the book: it says when it is online, listens, reads records by the aliases of births,
 * and acknowledges when the test says so. It knows nothing of the edge's own code but the contract.
 */
export class TestHost {
  readonly id: string;
  readonly group: string;
  readonly node: string;
  readonly messages: HostMessage[] = [];
  readonly records: HeardRecord[] = [];
  readonly client: MqttClient;
  readonly #names = new Map<string, string>();
  readonly #births = new Map<string, { readonly epoch: string; readonly clock: number }>();

  static async connect(url: string, options: TestHostOptions = {}): Promise<TestHost> {
    const host = new TestHost(url, options);
    await new Promise<void>((resolve, reject) => host.client.once('connect', () => resolve()).once('error', reject));
    await host.client.subscribeAsync(`spBv1.0/${host.group}/#`, { qos: 1 });
    return host;
  }

  private constructor(
    url: string,
    { id = 'gridwarden', group = 'east', node = 'agent-1', protocolVersion = 4 }: TestHostOptions,
  ) {
    this.id = id;
    this.group = group;
    this.node = node;
    this.client = mqtt.connect(url, { reconnectPeriod: 0, protocolVersion });
    this.client.on('error', () => {});
    this.client.on('message', (topic, bytes, packet) => this.#hear(topic, bytes, packet.retain));
  }

  /** STATE, retained, of this host or another; `timestamp` defaults to now. */
  async state(online: boolean, timestamp = Date.now(), host = this.id): Promise<void> {
    await this.client.publishAsync(stateTopic(host), encodeHostState({ online, timestamp }), { qos: 1, retain: true });
  }

  /** A command to the node, or to a device of it. */
  async command(
    metrics: readonly MetricFields[],
    options: { device?: string; qos?: 0 | 1; timestamp?: number } = {},
  ): Promise<void> {
    const { device, qos = 0, timestamp } = options;
    const topic = nodeTopic(this.group, device === undefined ? 'NCMD' : 'DCMD', this.node, device);
    const payload = encodePayload({ metrics: [...metrics], ...(timestamp === undefined ? {} : { timestamp }) });
    await this.client.publishAsync(topic, Buffer.from(payload), { qos });
  }

  rebirth(): Promise<void> {
    const timestamp = Date.now();
    return this.command([{ name: NODE_CONTROL.rebirth, timestamp, datatype: 11, booleanValue: true }], { timestamp });
  }

  acknowledge(ack: Partial<DeliveryAck> & Pick<DeliveryAck, 'epoch'>): Promise<void> {
    const text = encodeAck({ host: this.id, done: [], received: 0, credit: 10_000, ...ack });
    return this.command([{ name: DELIVERY.ack, datatype: 12, stringValue: text }], { timestamp: Date.now() });
  }

  /** Acknowledges all that came of an epoch. */
  acknowledgeAll(epoch: string): Promise<void> {
    const done = new RangeSet(this.records.filter((record) => record.epoch === epoch).map(({ n }) => [n, n] as const));
    const [first] = done.toArray();
    const received = first?.[0] === 1 ? first[1] : 0;
    return this.acknowledge({ epoch, done: done.toArray().map(([from, to]) => [from, to]), received });
  }

  of(type: MessageType, device?: string): HostMessage[] {
    return this.messages.filter((message) => message.type === type && message.device === device);
  }

  /** The metrics of the newest message of a type, by name. */
  newest(type: MessageType, device?: string): ReadonlyMap<string, MetricFields> {
    const metrics = this.of(type, device).at(-1)?.payload.metrics ?? [];
    return new Map(metrics.map((metric) => [this.#nameOf(metric), metric]));
  }

  async stop(): Promise<void> {
    await this.client.endAsync(true);
  }

  #hear(topic: string, bytes: Uint8Array, retain: boolean): void {
    const parsed = parseTopic(topic);
    const decoded = decodePayload(bytes);
    if (!parsed || parsed.type === 'STATE' || parsed.node !== this.node || 'malformed' in decoded) return;
    const { type, device } = parsed;
    if (type === 'NCMD' || type === 'DCMD') return;
    const message = { type, device, payload: decoded.payload, retain };
    this.messages.push(message);
    if (type === 'NBIRTH' || type === 'DBIRTH') this.#learn(message);
    else if (type === 'DDATA' && device !== undefined) this.#read(device, decoded.payload);
  }

  #learn({ payload, device }: HostMessage): void {
    for (const { name, alias } of payload.metrics) if (name && alias) this.#names.set(String(integerOf(alias)), name);
    if (device === undefined) return;
    const find = (name: string) => payload.metrics.find((metric) => metric.name === name);
    this.#births.set(device, {
      epoch: find(DELIVERY.epoch)?.stringValue ?? '',
      clock: find(DELIVERY.clock)?.intValue ?? 0,
    });
  }

  #read(device: string, payload: Payload): void {
    const birth = this.#births.get(device);
    let epoch = birth?.epoch ?? '';
    let record:
      | (HeardRecord & { clock: number; values: Map<string, number | null>; reasons: Map<string, string> })
      | undefined;
    for (const metric of payload.metrics) {
      const name = this.#nameOf(metric);
      if (name === DELIVERY.epoch) epoch = metric.stringValue ?? '';
      else if (name === DELIVERY.n) {
        const n = integerOf(metric.longValue);
        const timeMs = integerOf(metric.timestamp);
        const historical = metric.isHistorical === true;
        record = {
          device,
          epoch,
          n,
          timeMs,
          clock: birth?.clock ?? 0,
          historical,
          values: new Map(),
          reasons: new Map(),
        };
        this.records.push(record);
      } else if (name === DELIVERY.clock && record) record.clock = metric.intValue ?? 0;
      else if (record) {
        record.values.set(name, metric.isNull ? null : (metric.doubleValue ?? metric.intValue ?? null));
        const reason = metric.properties?.values?.[1]?.stringValue;
        if (reason) record.reasons.set(name, reason);
      }
    }
  }

  #nameOf({ name, alias }: MetricFields): string {
    return name || (this.#names.get(String(integerOf(alias ?? undefined))) ?? '');
  }
}
