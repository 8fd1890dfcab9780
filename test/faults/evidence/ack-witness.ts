import mqtt from 'mqtt';
import { parseAck } from '../../../edge/protocol/delivery.ts';
import { decodePayload } from '../../../edge/protocol/payload.ts';
import { RangeSet } from '../../../edge/protocol/ranges.ts';
import { NAMESPACE, parseTopic } from '../../../edge/protocol/topics.ts';
import type { WireTap } from './wire-tap.ts';

const RECONNECT_MS = 200;
const CONNECT_TIMEOUT_MS = 3000;

/** What the server has acknowledged to the edges, as far as somebody has heard it. */
export class HeardAcks {
  /** By edge, then by epoch. */
  readonly #done = new Map<string, Map<string, RangeSet>>();

  /** Takes a command that was published. */
  hear(topic: string, payload: Uint8Array): void {
    const parsed = parseTopic(topic);
    const decoded = decodePayload(payload);
    if (parsed?.type !== 'NCMD' || 'malformed' in decoded) return;
    // By its form: the births that tell its alias are the edge's.
    for (const { stringValue } of decoded.payload.metrics) {
      const ack = stringValue ? parseAck(stringValue) : undefined;
      if (ack) this.#rangesOf(parsed.node, ack.epoch).addAll(ack.done);
    }
  }

  /** Keys of the records that were sent and that are acknowledged by now. */
  acknowledged(wire: WireTap): Set<string> {
    const keys = new Set<string>();
    for (const [edge, epochs] of this.#done) {
      for (const [epoch, done] of epochs) {
        for (const [n, own] of wire.keysOf(edge, epoch)) if (done.has(n)) for (const key of own) keys.add(key);
      }
    }
    return keys;
  }

  #rangesOf(edge: string, epoch: string): RangeSet {
    const epochs = this.#done.get(edge) ?? new Map<string, RangeSet>();
    const ranges = epochs.get(epoch) ?? new RangeSet();
    this.#done.set(edge, epochs.set(epoch, ranges));
    return ranges;
  }
}

/**
 * Hears what the server acknowledges, as a client of the broker. What it does not hear, because the broker was down, does
 * not count as acknowledged.
 */
export function witnessAcks(brokerUrl: string, group: string): AsyncDisposable & { readonly acks: HeardAcks } {
  const acks = new HeardAcks();
  const client = mqtt.connect(brokerUrl, { reconnectPeriod: RECONNECT_MS, connectTimeout: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined);
  client.on('connect', () => {
    client.subscribeAsync(`${NAMESPACE}/${group}/NCMD/+`).catch(() => undefined);
  });
  client.on('message', (topic, payload) => acks.hear(topic, payload));
  return { acks, [Symbol.asyncDispose]: () => client.endAsync(true) };
}
