import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { DATA_TYPES } from '../../edge/protocol/datatypes.ts';
import { DELIVERY, DEVICE_INFO, type DeliveryAck, NODE_CONTROL, parseAck } from '../../edge/protocol/delivery.ts';
import { decodePayload, encodePayload, type MetricFields, type Payload } from '../../edge/protocol/payload.ts';
import { type MessageType, nodeTopic, parseTopic } from '../../edge/protocol/topics.ts';

export interface ReceivedCommand {
  readonly topic: string;
  readonly qos: number;
  readonly retain: boolean;
  readonly payload: Payload;
}

export interface NodeOptions {
  readonly group?: string;
  readonly node?: string;
  readonly bdSeq?: number;
  readonly client?: IClientOptions;
}

/**
 * An edge node for tests, by the book and no further: births, data and deaths are sent when the test says so, and each
 * may be bent. It knows nothing of the edge's own code.
 */
export class TestNode {
  readonly group: string;
  readonly node: string;
  readonly commands: ReceivedCommand[] = [];
  readonly client: MqttClient;
  bdSeq: number;
  seq = 0;

  static async connect(url: string, options: NodeOptions = {}): Promise<TestNode> {
    const node = new TestNode(url, options);
    await connected(node.client);
    await node.client.subscribeAsync(
      [nodeTopic(node.group, 'NCMD', node.node), `${nodeTopic(node.group, 'DCMD', node.node)}/#`],
      {
        qos: 1,
      },
    );
    return node;
  }

  private constructor(url: string, options: NodeOptions) {
    this.group = options.group ?? 'east';
    this.node = options.node ?? 'agent-1';
    this.bdSeq = options.bdSeq ?? 0;
    const payload = Buffer.from(encodePayload({ metrics: [this.#bdSeqMetric()] }));
    const will = { topic: nodeTopic(this.group, 'NDEATH', this.node), payload, qos: 1, retain: false } as const;
    this.client = mqtt.connect(url, { reconnectPeriod: 0, protocolVersion: 4, will, ...options.client });
    this.client.on('error', () => {});
    this.client.on('message', (topic, bytes, packet) => {
      const decoded = decodePayload(bytes);
      if ('payload' in decoded) {
        this.commands.push({ topic, qos: packet.qos, retain: packet.retain, payload: decoded.payload });
      }
    });
  }

  get id(): string {
    return `${this.group}/${this.node}`;
  }

  get acks(): DeliveryAck[] {
    return this.commands
      .flatMap(({ payload }) =>
        payload.metrics.flatMap((metric) =>
          metric.name === DELIVERY.ack && metric.stringValue ? [parseAck(metric.stringValue)] : [],
        ),
      )
      .filter((ack) => ack !== undefined);
  }

  get rebirthRequests(): ReceivedCommand[] {
    return this.commands.filter(({ payload }) =>
      payload.metrics.some((metric) => metric.name === NODE_CONTROL.rebirth),
    );
  }

  birth(metrics: readonly MetricFields[] = [], timestamp = Date.now()): Promise<void> {
    this.seq = 0;
    const rebirth = { name: NODE_CONTROL.rebirth, timestamp, datatype: DATA_TYPES.Boolean, booleanValue: false };
    return this.send('NBIRTH', undefined, [this.#bdSeqMetric(), rebirth, ...metrics], { timestamp });
  }

  death(): Promise<void> {
    const topic = nodeTopic(this.group, 'NDEATH', this.node);
    return this.raw(topic, encodePayload({ timestamp: Date.now(), metrics: [this.#bdSeqMetric()] }), 1);
  }

  /** Sends with the next sequence number, or with the one given. */
  async send(
    type: MessageType,
    device: string | undefined,
    metrics: readonly MetricFields[],
    options: { seq?: number; timestamp?: number } = {},
  ): Promise<void> {
    const seq = options.seq ?? this.seq;
    if (options.seq === undefined) this.seq = (this.seq + 1) % 256;
    const payload = encodePayload({ timestamp: options.timestamp ?? Date.now(), seq, metrics: [...metrics] });
    await this.raw(nodeTopic(this.group, type, this.node, device), payload);
  }

  async raw(topic: string, payload: Uint8Array, qos: 0 | 1 = 0): Promise<void> {
    await this.client.publishAsync(topic, Buffer.from(payload), { qos });
  }

  /** Leaves with DISCONNECT: the broker forgets the will. */
  async end(): Promise<void> {
    await this.client.endAsync();
  }

  /** The connection breaks: the broker publishes the will. */
  breakOff(): void {
    this.client.stream.destroy();
  }

  #bdSeqMetric(): MetricFields {
    return { name: NODE_CONTROL.bdSeq, timestamp: Date.now(), datatype: DATA_TYPES.Int64, longValue: this.bdSeq };
  }
}

function connected(client: MqttClient): Promise<void> {
  return new Promise((resolve, reject) => {
    client.once('connect', () => resolve());
    client.once('close', () => reject(new Error('the broker closed the connection')));
    client.once('error', reject);
  });
}

/** Node metrics that make a node one of ours. */
export function deliveryBirth(
  epoch: string,
  first = 1,
  open: readonly { epoch: string; lastN: number }[] = [],
): MetricFields[] {
  return [
    { name: DELIVERY.epoch, datatype: DATA_TYPES.String, stringValue: epoch },
    { name: DELIVERY.first, datatype: DATA_TYPES.UInt64, longValue: first },
    { name: DELIVERY.openEpochs, datatype: DATA_TYPES.String, stringValue: JSON.stringify(open) },
    { name: DELIVERY.tombstones, datatype: DATA_TYPES.String, isNull: true },
    { name: DELIVERY.close, datatype: DATA_TYPES.String, isNull: true },
    { name: DELIVERY.last, datatype: DATA_TYPES.UInt64, isNull: true },
    { name: DELIVERY.ack, datatype: DATA_TYPES.String, stringValue: '' },
  ];
}

export interface MeterBirth {
  readonly epoch: string;
  readonly base: number;
  readonly metrics: readonly string[];
  readonly values?: readonly number[];
  readonly timeMs?: number;
  readonly n?: number;
  readonly draining?: boolean;
  readonly serial?: string;
}

/** The birth of a meter of ours: aliases follow `base` (number, clock, values). */
export function meterBirth({
  epoch,
  base,
  metrics,
  values,
  timeMs = Date.now(),
  n,
  draining,
  serial,
}: MeterBirth): MetricFields[] {
  return [
    { name: DELIVERY.epoch, datatype: DATA_TYPES.String, stringValue: epoch, alias: base + 2 },
    {
      name: DELIVERY.n,
      datatype: DATA_TYPES.UInt64,
      alias: base,
      ...(n === undefined ? { isNull: true } : { longValue: n }),
    },
    { name: DELIVERY.clock, datatype: DATA_TYPES.UInt32, alias: base + 1, intValue: 0 },
    { name: DELIVERY.draining, datatype: DATA_TYPES.Boolean, booleanValue: draining ?? false },
    { name: DEVICE_INFO.model, datatype: DATA_TYPES.String, stringValue: 'eastron/sdm630' },
    { name: DEVICE_INFO.kind, datatype: DATA_TYPES.String, stringValue: 'meter' },
    ...(serial === undefined ? [] : [{ name: DEVICE_INFO.serial, datatype: DATA_TYPES.String, stringValue: serial }]),
    ...metrics.map((name, index) => ({
      name,
      alias: base + 10 + index,
      timestamp: timeMs,
      datatype: DATA_TYPES.Float,
      ...(values === undefined ? { isNull: true } : { floatValue: values[index] ?? 0 }),
    })),
  ];
}

/** One record: its number, then its values by alias. */
export function record(
  base: number,
  n: number,
  timeMs: number,
  values: readonly (number | null)[],
  historical = false,
): MetricFields[] {
  const flag = historical ? { isHistorical: true } : {};
  return [
    { alias: base, timestamp: timeMs, longValue: n, ...flag },
    ...values.map((value, index) => ({
      alias: base + 10 + index,
      timestamp: timeMs,
      ...(value === null ? { isNull: true } : { floatValue: value }),
      ...flag,
    })),
  ];
}

export function topicType(topic: string): string {
  return parseTopic(topic)?.type ?? topic;
}
