import mqtt, { type MqttClient } from 'mqtt';
import protobuf from 'protobufjs';

/**
 * The part of the Sparkplug B payload that a plain edge node needs, written down from the Eclipse Sparkplug
 * specification 3.0.0, section 6.4 (field numbers and types), and encoded by protobufjs' own reflection: nothing here
 * is shared with the code under test.
 */
const PAYLOAD = protobuf
  .parse(
    `
    syntax = "proto2";
    message Payload {
      optional uint64 timestamp = 1;
      repeated Metric metrics = 2;
      optional uint64 seq = 3;
      message Metric {
        optional string name = 1;
        optional uint64 alias = 2;
        optional uint64 timestamp = 3;
        optional uint32 datatype = 4;
        optional bool is_null = 7;
        optional PropertySet properties = 9;
        oneof value { uint64 long_value = 11; float float_value = 12; double double_value = 13; bool boolean_value = 14; string string_value = 15; }
      }
      message PropertySet { repeated string keys = 1; repeated PropertyValue values = 2; }
      message PropertyValue { optional uint32 type = 1; optional string string_value = 8; }
    }`,
    { keepCase: true },
  )
  .root.lookupType('Payload');

/** Data types, section 6.4.16. */
const INT64 = 4;
const DOUBLE = 10;
const BOOLEAN = 11;
const STRING = 12;

type Value = number | null;

/** An edge node of another maker: births with names and aliases, data by alias, the will it owes. */
export class ForeignNode {
  readonly #client: MqttClient;
  readonly #group: string;
  readonly #node: string;
  readonly #bdSeq: number;
  readonly #commands: string[] = [];
  #seq = 0;

  static async connect(url: string, group: string, node: string, bdSeq = 0): Promise<ForeignNode> {
    const payload = encode({ timestamp: Date.now(), metrics: [bdSeqMetric(bdSeq)] });
    const will = { topic: `spBv1.0/${group}/NDEATH/${node}`, payload, qos: 1, retain: false } as const;
    const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, protocolVersion: 4, will });
    const own = new ForeignNode(client, group, node, bdSeq);
    await client.subscribeAsync([`spBv1.0/${group}/NCMD/${node}`, `spBv1.0/${group}/DCMD/${node}/#`], { qos: 1 });
    return own;
  }

  private constructor(client: MqttClient, group: string, node: string, bdSeq: number) {
    this.#client = client;
    this.#group = group;
    this.#node = node;
    this.#bdSeq = bdSeq;
    client.on('error', () => {});
    client.on('message', (topic, bytes) => {
      const { metrics = [] } = PAYLOAD.toObject(PAYLOAD.decode(bytes)) as { metrics?: { name?: string }[] };
      for (const { name } of metrics) this.#commands.push(`${topic} ${name}`);
    });
  }

  /** Topic and metric of each command so far. */
  get commands(): readonly string[] {
    return this.#commands;
  }

  async birth(): Promise<void> {
    this.#seq = 0;
    const rebirth = { name: 'Node Control/Rebirth', datatype: BOOLEAN, boolean_value: false };
    await this.#send('NBIRTH', '', [bdSeqMetric(this.#bdSeq), rebirth]);
  }

  /** The aliases of the metrics are their places, from `firstAlias` on. */
  async deviceBirth(
    device: string,
    values: Readonly<Record<string, Value>>,
    timeMs: number,
    firstAlias: number,
  ): Promise<void> {
    const info = { name: 'Device/Model', datatype: STRING, string_value: 'other/meter' };
    const metrics = Object.entries(values).map(([name, value], i) => ({
      ...metricOf(value, timeMs, firstAlias + i),
      name,
      datatype: DOUBLE,
    }));
    await this.#send('DBIRTH', `/${device}`, [info, ...metrics]);
  }

  async data(device: string, values: readonly Value[], timeMs: number, firstAlias: number): Promise<void> {
    await this.#send(
      'DDATA',
      `/${device}`,
      values.map((value, i) => metricOf(value, timeMs, firstAlias + i)),
    );
  }

  async deviceDeath(device: string): Promise<void> {
    await this.#send('DDEATH', `/${device}`, []);
  }

  /** Publishes whatever a test wants to see survived. */
  async raw(topic: string, payload: Buffer): Promise<void> {
    await this.#client.publishAsync(topic, payload);
  }

  async end(): Promise<void> {
    await this.#client.endAsync(true);
  }

  async #send(type: string, device: string, metrics: readonly object[]): Promise<void> {
    const payload = encode({ timestamp: Date.now(), seq: this.#seq, metrics });
    this.#seq = (this.#seq + 1) % 256;
    await this.#client.publishAsync(`spBv1.0/${this.#group}/${type}/${this.#node}${device}`, payload);
  }
}

function metricOf(value: Value, timestamp: number, alias: number): object {
  return { alias, timestamp, ...(value === null ? { is_null: true } : { double_value: value }) };
}

function bdSeqMetric(bdSeq: number): object {
  return { name: 'bdSeq', datatype: INT64, long_value: bdSeq };
}

function encode(payload: object): Buffer {
  return Buffer.from(PAYLOAD.encode(PAYLOAD.fromObject(payload)).finish());
}
