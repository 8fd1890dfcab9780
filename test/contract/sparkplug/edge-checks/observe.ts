import { expect } from 'vitest';
import { DATA_TYPES } from '../../../../edge/protocol/datatypes.ts';
import { integerOf, type MetricFields } from '../../../../edge/protocol/payload.ts';
import { decoded, GROUP, NODE, type Recording, type SentMessage } from '../edge-recording.ts';

/** Statements that one observation decides, what is observed in words, and the observation. */
export interface Check {
  readonly ids: readonly string[];
  readonly what: string;
  readonly verify: (recording: Recording) => void;
}

export const NODE_TYPES = ['NBIRTH', 'NDATA', 'NDEATH'];
export const DEVICE_TYPES = ['DBIRTH', 'DDATA', 'DDEATH'];
export const NO_ALIAS = 'Node Control/Rebirth';

export function of(recording: Recording, ...types: readonly string[]): SentMessage[] {
  const found = recording.sent.filter(({ type }) => types.includes(type));
  expect(found.length, `there are ${types.join(' or ')} to look at`).toBeGreaterThan(0);
  return found;
}

export function metricOf(message: SentMessage, name: string): MetricFields {
  const metric = message.payload.metrics.find((candidate) => candidate.name === name);
  if (!metric) throw new Error(`${message.topic} has no metric ${name}`);
  return metric;
}

export function metricsOf(messages: readonly SentMessage[]): MetricFields[] {
  return messages.flatMap(({ payload }) => payload.metrics);
}

export function present(fields: object, key: string): boolean {
  const value: unknown = Reflect.get(fields, key);
  return Object.hasOwn(fields, key) && value !== null && value !== undefined;
}

export function bdSeqOf(message: SentMessage): number {
  return integerOf(metricOf(message, 'bdSeq').longValue);
}

export function atMost(recording: Recording, type: string, qos: number): void {
  for (const message of of(recording, type)) expect([message.qos, message.retain]).toEqual([qos, false]);
}

export function timestamped(recording: Recording, type: string): void {
  for (const { payload, atMs } of of(recording, type)) {
    const timestamp = integerOf(payload.timestamp);
    expect(timestamp).toBeGreaterThanOrEqual(recording.startMs);
    expect(timestamp).toBeLessThanOrEqual(atMs);
  }
}

/** Every message but deaths of the node carries the number after the one before; NBIRTH begins at 0. */
export function sequential(recording: Recording): void {
  let next: number | undefined;
  let connection = -1;
  let wrapped = false;
  for (const message of recording.sent) {
    if (message.type === 'NDEATH') continue;
    expect(present(message.payload, 'seq'), message.topic).toBe(true);
    if (message.connection !== connection) expect(message.type).toBe('NBIRTH');
    connection = message.connection;
    const seq = integerOf(message.payload.seq);
    if (message.type === 'NBIRTH') next = 0;
    expect(seq, message.topic).toBe(next);
    next = (seq + 1) % 256;
    wrapped ||= next === 0;
  }
  expect(wrapped, 'the numbers went round').toBe(true);
}

export function topicIs(recording: Recording, type: string, device: boolean): void {
  for (const message of of(recording, type)) {
    const id = device ? `/${message.device}` : '';
    expect(message.topic).toBe(`spBv1.0/${GROUP}/${type}/${NODE}${id}`);
  }
}

const VALUE_KEYS = ['intValue', 'longValue', 'floatValue', 'doubleValue', 'booleanValue', 'stringValue'] as const;

/** Where the value of each type that the edge publishes stands (section 6.4.17). */
const KEY_OF: ReadonlyMap<number, (typeof VALUE_KEYS)[number]> = new Map([
  [DATA_TYPES.UInt32, 'intValue'],
  [DATA_TYPES.Int64, 'longValue'],
  [DATA_TYPES.UInt64, 'longValue'],
  [DATA_TYPES.DateTime, 'longValue'],
  [DATA_TYPES.Double, 'doubleValue'],
  [DATA_TYPES.Boolean, 'booleanValue'],
  [DATA_TYPES.String, 'stringValue'],
]);

/** Every metric of a birth has the value that its type says and no other, or is null and has none. */
export function valuesOrNull(messages: readonly SentMessage[]): void {
  for (const metric of metricsOf(messages)) {
    const values = VALUE_KEYS.filter((key) => present(metric, key));
    const wanted = metric.isNull === true ? [] : [KEY_OF.get(metric.datatype ?? 0)];
    expect([metric.name, values]).toEqual([metric.name, wanted]);
  }
}

/** Non-historical values of a metric never go back in time within a session. */
export function chronological(recording: Recording, ...types: readonly string[]): void {
  const newest = new Map<string, number>();
  for (const { payload, connection, device } of of(recording, ...types)) {
    for (const metric of payload.metrics) {
      if (metric.isHistorical === true) continue;
      const key = `${connection} ${device} ${integerOf(metric.alias ?? undefined)}`;
      const timeMs = integerOf(metric.timestamp);
      expect(timeMs).toBeGreaterThanOrEqual(newest.get(key) ?? 0);
      newest.set(key, timeMs);
    }
  }
}

/** Every alias in a data message was declared by the newest birth of its node or device. */
export function declared(recording: Recording, birth: string, data: string): void {
  const known = new Map<string, Set<number>>();
  const key = (message: SentMessage) => `${message.connection} ${message.device}`;
  for (const message of recording.sent) {
    const aliases = message.payload.metrics.map(({ alias }) => integerOf(alias ?? undefined));
    if (message.type === birth) known.set(key(message), new Set(aliases));
    if (message.type !== data) continue;
    for (const alias of aliases) expect(known.get(key(message))?.has(alias), `${message.topic} ${alias}`).toBe(true);
  }
  of(recording, data);
}

/** NBIRTH, then every DBIRTH, before anything else; from a rebirth command on as well. */
export function birthsFirst(recording: Recording): void {
  for (const birth of of(recording, 'NBIRTH')) {
    const after = recording.sent.filter(
      ({ place, connection }) => place > birth.place && connection === birth.connection,
    );
    const firstData = after.findIndex(({ type }) => type === 'NDATA' || type === 'DDATA');
    const births = after.slice(0, firstData < 0 ? undefined : firstData);
    expect(births.every(({ type }) => type === 'DBIRTH')).toBe(true);
    expect(births.some(({ device }) => device === 'M-1')).toBe(true);
  }
}

export function goodbye(recording: Recording): { readonly death: SentMessage; readonly rest: readonly string[] } {
  const death = recording.sent.findLast(({ type }) => type === 'NDEATH');
  if (!death) throw new Error('no NDEATH was published');
  const rest = recording.packets
    .slice(death.place + 1)
    .flatMap(({ packet, from }) => (from === 'client' ? [packet.cmd] : []));
  return { death, rest };
}

export const WILLS = (recording: Recording) =>
  recording.connects.map(({ will }) => {
    if (!will) throw new Error('a CONNECT without a will');
    return { ...will, payload: Buffer.from(will.payload) };
  });

export function willBdSeqs(recording: Recording): number[] {
  return WILLS(recording).map(({ payload }) => integerOf(decoded(payload).metrics[0]?.longValue));
}

/** A property of some metric. */
export interface SentProperty {
  readonly key: string;
  readonly type: number | undefined;
  readonly intValue: number | undefined;
}

/** Every property of every metric that was sent. */
export function properties(recording: Recording): SentProperty[] {
  const found = metricsOf(recording.sent).flatMap(({ properties: set }) =>
    (set?.keys ?? []).map((key, index) => {
      const { type, intValue } = set?.values?.[index] ?? {};
      return { key, type: type ?? undefined, intValue: intValue ?? undefined };
    }),
  );
  expect(found.length).toBeGreaterThan(0);
  return found;
}

export function rebirth(recording: Recording): { readonly command: number; readonly after: readonly SentMessage[] } {
  const command = recording.packets.findIndex(({ packet, from }) => {
    if (packet.cmd !== 'publish' || from !== 'broker' || !packet.topic.includes('/NCMD/')) return false;
    return decoded(Buffer.from(packet.payload)).metrics.some(({ name }) => name === NO_ALIAS);
  });
  expect(command).toBeGreaterThan(0);
  return { command, after: recording.sent.filter(({ place }) => place > command) };
}
