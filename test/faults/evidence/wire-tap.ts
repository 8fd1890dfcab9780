import mqttPacket, { type IPublishPacket } from 'mqtt-packet';
import { decodePayload, integerOf } from '../../../edge/protocol/payload.ts';
import { isMetricName, type PollClass, pollClassOf, QUANTITIES } from '../../../edge/protocol/quantities.ts';
import { parseTopic } from '../../../edge/protocol/topics.ts';
import type { ReadAlong } from '../../support/tcp-proxy.ts';
import { recordKey } from '../compare/absent-records.ts';

/** Reads along what edges send to the broker. */
export class WireTap {
  /** When each record was last given to the connection to the broker. */
  readonly sentMs = new Map<string, number>();

  /** What reads the connections of one edge. */
  readAlong(edge: string): ReadAlong {
    // By alias, from the newest birth; aliases are unique in a node.
    const classes = new Map<number, PollClass>();
    return () => {
      const parser = mqttPacket.parser({ protocolVersion: 4 });
      parser.on('packet', (packet) => {
        if (packet.cmd === 'publish') this.#published(edge, classes, packet);
      });
      // What is no MQTT ends the reading of this connection, not the run.
      parser.on('error', () => undefined);
      return (chunk) => void parser.parse(Buffer.from(chunk));
    };
  }

  #published(edge: string, classes: Map<number, PollClass>, { topic, payload }: IPublishPacket): void {
    const parsed = parseTopic(topic);
    if (parsed?.type !== 'DBIRTH' && parsed?.type !== 'DDATA') return;
    if (parsed.node !== edge || parsed.device === undefined || typeof payload === 'string') return;
    if (parsed.type === 'DBIRTH') learn(classes, payload);
    else this.#note(parsed.device, classes, payload);
  }

  /** The values of a ledger say by their whole part which answer they stand in. */
  #note(device: string, classes: ReadonlyMap<number, PollClass>, payload: Uint8Array): void {
    const nowMs = Date.now();
    for (const { alias, doubleValue, intValue } of metricsOf(payload)) {
      const pollClass = classes.get(integerOf(alias));
      const value = doubleValue ?? intValue;
      if (pollClass !== undefined && value != null) {
        this.sentMs.set(recordKey(device, Math.floor(value), pollClass), nowMs);
      }
    }
  }
}

function learn(classes: Map<number, PollClass>, payload: Uint8Array): void {
  for (const { alias, name } of metricsOf(payload)) {
    const key = integerOf(alias);
    if (name && isMetricName(name)) classes.set(key, pollClassOf(QUANTITIES[name].kind));
    else classes.delete(key);
  }
}

function metricsOf(payload: Uint8Array) {
  const decoded = decodePayload(payload);
  return 'malformed' in decoded ? [] : decoded.payload.metrics;
}
