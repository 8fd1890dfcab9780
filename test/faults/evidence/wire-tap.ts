import mqttPacket, { type IPublishPacket } from 'mqtt-packet';
import { DELIVERY } from '../../../edge/protocol/delivery.ts';
import { decodePayload, integerOf } from '../../../edge/protocol/payload.ts';
import { isMetricName, type PollClass, pollClassOf, QUANTITIES } from '../../../edge/protocol/quantities.ts';
import { parseTopic } from '../../../edge/protocol/topics.ts';
import type { ReadAlong } from '../../support/tcp-proxy.ts';
import { recordKey } from '../compare/absent-records.ts';

/** What a metric of a record is good for here: a value of a poll class, or what tells the record's number. */
type Role = PollClass | 'epoch' | 'n';

/** What stands for one connection of an edge. */
interface Session {
  readonly edge: string;
  /** By alias, from the newest birth; aliases are unique in a node. */
  readonly roles: Map<number, Role>;
  /** Of the records that are sent live. */
  epoch: string;
}

/** Reads along what edges send to the broker. */
export class WireTap {
  /** When each record was last given to the connection to the broker. */
  readonly sentMs = new Map<string, number>();
  /** By edge and epoch: the keys of what was sent under each record number. */
  readonly #numbered = new Map<string, Map<number, string[]>>();

  /** What reads the connections of one edge. */
  readAlong(edge: string): ReadAlong {
    const roles = new Map<number, Role>();
    return () => {
      const session = { edge, roles, epoch: '' };
      const parser = mqttPacket.parser({ protocolVersion: 4 });
      parser.on('packet', (packet) => {
        if (packet.cmd === 'publish') this.#published(session, packet);
      });
      // What is no MQTT ends the reading of this connection, not the run.
      parser.on('error', () => undefined);
      return (chunk) => void parser.parse(Buffer.from(chunk));
    };
  }

  /** Keys of the records that an edge has sent under the number `n` of an epoch. */
  keysOf(edge: string, epoch: string): ReadonlyMap<number, readonly string[]> {
    return this.#numbered.get(`${edge} ${epoch}`) ?? new Map();
  }

  #published(session: Session, { topic, payload }: IPublishPacket): void {
    const parsed = parseTopic(topic);
    if (parsed?.type !== 'DBIRTH' && parsed?.type !== 'DDATA') return;
    if (parsed.node !== session.edge || parsed.device === undefined || typeof payload === 'string') return;
    if (parsed.type === 'DBIRTH') learn(session, payload);
    else this.#note(parsed.device, session, payload);
  }

  /** The values of a ledger say by their whole part which answer they stand in. */
  #note(device: string, { edge, roles, epoch: live }: Session, payload: Uint8Array): void {
    const nowMs = Date.now();
    let epoch = live;
    let n = 0;
    for (const { alias, doubleValue, intValue, longValue, stringValue } of metricsOf(payload)) {
      const role = roles.get(integerOf(alias));
      if (role === 'epoch') epoch = stringValue ?? epoch;
      else if (role === 'n') n = integerOf(longValue);
      else {
        const value = doubleValue ?? intValue;
        if (role === undefined || value == null) continue;
        const key = recordKey(device, Math.floor(value), role);
        this.sentMs.set(key, nowMs);
        this.#number(`${edge} ${epoch}`, n, key);
      }
    }
  }

  #number(run: string, n: number, key: string): void {
    const numbers = this.#numbered.get(run) ?? new Map<number, string[]>();
    this.#numbered.set(run, numbers);
    const keys = numbers.get(n);
    if (!keys) numbers.set(n, [key]);
    else if (!keys.includes(key)) keys.push(key);
  }
}

function learn(session: Session, payload: Uint8Array): void {
  for (const { alias, name, stringValue } of metricsOf(payload)) {
    const key = integerOf(alias);
    const role = name ? roleOf(name) : undefined;
    if (role) session.roles.set(key, role);
    else session.roles.delete(key);
    if (role === 'epoch' && stringValue) session.epoch = stringValue;
  }
}

function roleOf(name: string): Role | undefined {
  if (name === DELIVERY.epoch) return 'epoch';
  if (name === DELIVERY.n) return 'n';
  return isMetricName(name) ? pollClassOf(QUANTITIES[name].kind) : undefined;
}

function metricsOf(payload: Uint8Array) {
  const decoded = decodePayload(payload);
  return 'malformed' in decoded ? [] : decoded.payload.metrics;
}
