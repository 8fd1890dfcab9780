import { DELIVERY, encodeAck } from '../../../edge/protocol/delivery.ts';
import { decodePayload, encodePayload, integerOf, type MetricFields } from '../../../edge/protocol/payload.ts';
import { RangeSet } from '../../../edge/protocol/ranges.ts';
import { encodeHostState } from '../../../edge/protocol/state.ts';
import { nodeTopic, parseTopic, stateTopic } from '../../../edge/protocol/topics.ts';
import { startAedes } from '../../support/test-brokers.ts';

/**
 * A broker and a host in one process: it keeps nothing, and acknowledges four times a second all that came. Tells its
 * parent the broker's URL, and when asked how many different records and messages came.
 */
const ACK_MS = 250;

const broker = await startAedes();
const received = new Map<string, RangeSet>();
let nAlias = new Map<string, number>();
let epoch = '';
let messages = 0;

function hear(topic: string, payload: Buffer): void {
  const parsed = parseTopic(topic);
  const decoded = decodePayload(payload);
  if (!parsed || parsed.type === 'STATE' || 'malformed' in decoded) return;
  const { metrics } = decoded.payload;
  if (parsed.type === 'NBIRTH') {
    nAlias = new Map();
    epoch = metrics.find(({ name }) => name === DELIVERY.epoch)?.stringValue ?? '';
  } else if (parsed.type === 'DBIRTH' && parsed.device !== undefined) {
    nAlias.set(parsed.device, integerOf(metrics.find(({ name }) => name === DELIVERY.n)?.alias));
  } else if (parsed.type === 'DDATA') {
    messages += 1;
    take(parsed.device ?? '', metrics);
  }
}

function take(device: string, metrics: readonly MetricFields[]): void {
  const alias = nAlias.get(device) ?? 0;
  const [head] = metrics;
  const isOther = head !== undefined && integerOf(head.alias ?? undefined) === alias - 1;
  const name = isOther ? (head.stringValue ?? '') : epoch;
  const set = received.get(name) ?? new RangeSet();
  received.set(name, set);
  for (const metric of metrics) {
    if (integerOf(metric.alias ?? undefined) === alias) set.add(integerOf(metric.longValue));
  }
}

async function acknowledge(): Promise<void> {
  for (const [name, set] of received) {
    const done = set
      .toArray()
      .slice(0, 1000)
      .map(([from, to]): [number, number] => [from, to]);
    const ack = encodeAck({
      host: 'gridwarden',
      epoch: name,
      done,
      received: done[0]?.[0] === 1 ? done[0][1] : 0,
      credit: 50_000,
    });
    await publish(
      nodeTopic('bench', 'NCMD', 'agent'),
      encodePayload({ metrics: [{ name: DELIVERY.ack, datatype: 12, stringValue: ack }] }),
    );
  }
}

const { default: mqtt } = await import('mqtt');
const client = await mqtt.connectAsync(broker.url);
client.on('message', (topic, payload) => hear(topic, payload));
await client.subscribeAsync('spBv1.0/bench/#');
await client.publishAsync(stateTopic('gridwarden'), encodeHostState({ online: true, timestamp: Date.now() }), {
  qos: 1,
  retain: true,
});

function publish(topic: string, payload: Uint8Array): Promise<unknown> {
  return client.publishAsync(topic, Buffer.from(payload));
}

setInterval(() => void acknowledge(), ACK_MS);
process.on('message', () => {
  const records = [...received.values()].reduce((sum, set) => sum + set.count, 0);
  process.send?.({ records, messages });
});
process.send?.({ url: broker.url });
