import mqtt, { type MqttClient } from 'mqtt';
import { DATA_TYPES } from '../../../edge/protocol/datatypes.ts';
import { DELIVERY, DEVICE_INFO, NODE_CONTROL } from '../../../edge/protocol/delivery.ts';
import { encodePayload, type MetricFields } from '../../../edge/protocol/payload.ts';
import { METRIC_NAMES } from '../../../edge/protocol/quantities.ts';

const SLOT_MS = 20;

/** Tells the bench something; it started this process with a channel. */
function tell(message: object): void {
  process.send?.(message);
}

interface Source {
  readonly client: MqttClient;
  readonly topic: string;
  readonly base: number;
  seq: number;
  n: number;
  lastMs: number;
}

/** Edge nodes of one device each that send records at a steady rate: `connections`, messages a second in all, values, seconds. */
async function main(url: string, connections: number, rate: number, values: number, seconds: number): Promise<void> {
  const names = METRIC_NAMES.slice(0, values);
  const sources = await Promise.all(Array.from({ length: connections }, (_, index) => open(url, index, names)));
  tell({ ready: true });
  await new Promise((resolve) => process.once('message', resolve));
  let sent = 0;
  let next = 0;
  const startMs = performance.now();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const elapsedMs = performance.now() - startMs;
      const due = Math.min(rate * seconds, Math.floor((elapsedMs / 1000) * rate));
      for (; sent < due; sent++) {
        const source = sources[next];
        next = (next + 1) % sources.length;
        if (source) send(source, values);
      }
      if (sent >= rate * seconds) {
        clearInterval(timer);
        resolve();
      }
    }, SLOT_MS);
  });
  tell({ sent, tookMs: performance.now() - startMs, cpu: process.cpuUsage() });
  await new Promise((resolve) => process.once('message', resolve));
  for (const { client } of sources) client.end(true);
  process.disconnect?.();
}

async function open(url: string, index: number, names: readonly string[]): Promise<Source> {
  const node = `agent-${index}`;
  const client = await mqtt.connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0, keepalive: 60 });
  await client.subscribeAsync(`spBv1.0/east/NCMD/${node}`, { qos: 1 });
  const timestamp = Date.now();
  const string = (name: string, stringValue: string) => ({ name, timestamp, datatype: DATA_TYPES.String, stringValue });
  const birth: MetricFields[] = [
    { name: NODE_CONTROL.bdSeq, timestamp, datatype: DATA_TYPES.Int64, longValue: 0 },
    { name: NODE_CONTROL.rebirth, timestamp, datatype: DATA_TYPES.Boolean, booleanValue: false },
    string(DELIVERY.epoch, `epoch-${index}`),
    { name: DELIVERY.first, timestamp, datatype: DATA_TYPES.UInt64, longValue: 1 },
  ];
  client.publish(`spBv1.0/east/NBIRTH/${node}`, Buffer.from(encodePayload({ timestamp, seq: 0, metrics: birth })));
  const base = 10_000 + index * 64;
  const device: MetricFields[] = [
    string(DELIVERY.epoch, `epoch-${index}`),
    { name: DELIVERY.n, alias: base, timestamp, datatype: DATA_TYPES.UInt64, isNull: true },
    string(DEVICE_INFO.kind, 'meter'),
    ...names.map((name, k) => ({ name, alias: base + 1 + k, timestamp, datatype: DATA_TYPES.Float, isNull: true })),
  ];
  await client.publishAsync(
    `spBv1.0/east/DBIRTH/${node}/M-${index}`,
    Buffer.from(encodePayload({ timestamp, seq: 1, metrics: device })),
  );
  return { client, topic: `spBv1.0/east/DDATA/${node}/M-${index}`, base, seq: 2, n: 1, lastMs: 0 };
}

function send(source: Source, values: number): void {
  const { base } = source;
  // Records of one device do not share a millisecond.
  source.lastMs = Math.max(Date.now(), source.lastMs + 1);
  const timestamp = source.lastMs;
  const metrics: MetricFields[] = [{ alias: base, timestamp, longValue: source.n }];
  for (let k = 0; k < values; k++)
    metrics.push({ alias: base + 1 + k, timestamp, floatValue: 200 + Math.random() * 50 });
  source.client.publish(source.topic, Buffer.from(encodePayload({ timestamp, seq: source.seq, metrics })));
  source.seq = (source.seq + 1) % 256;
  source.n += 1;
}

const [url = '', connections = '100', rate = '10000', values = '30', seconds = '10'] = process.argv.slice(2);
await main(url, Number(connections), Number(rate), Number(values), Number(seconds));
