import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';

/**
 * Delivery on top of Sparkplug: each record (one device, one poll class, one read) has an epoch and a number n.
 * The metrics and the command below are ordinary Sparkplug, so a foreign host or node is not disturbed by them.
 */
export const DELIVERY = {
  /** NBIRTH and DBIRTH, String: the epoch of the records that this session sends live. */
  epoch: 'Delivery/Epoch',
  /** DBIRTH and DDATA, UInt64: the record's number; in a DDATA it begins a record. */
  n: 'Delivery/N',
  /** NBIRTH, UInt64: the lowest n of the epoch that is not settled; below it all counts as settled. */
  first: 'Delivery/First',
  /** DBIRTH and DDATA, UInt32: clock generation; in a DDATA only where it differs from the birth's. */
  clock: 'Delivery/Clock',
  /** DBIRTH, Boolean: the device is born only to drain what waits; it stays offline at the host. */
  draining: 'Delivery/Draining',
  /** NDATA, String (JSON `Tombstones`): records that the edge dropped, with the reason. */
  tombstones: 'Delivery/Tombstones',
  /** NDATA, String (JSON `CloseRecord`): the last n of an epoch that has drained. */
  close: 'Delivery/Close',
  /** NCMD, String (JSON `DeliveryAck`). */
  ack: 'Node Control/Delivery Ack',
} as const;

/** Metrics that describe a device in its DBIRTH. */
export const DEVICE_INFO = {
  model: 'Device/Model',
  kind: 'Device/Kind',
  serial: 'Device/Serial',
} as const;

/** What stands behind a device id; it names the measurement in the store. */
export const DEVICE_KINDS = ['meter', 'transformer', 'device'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** Node metrics that every Sparkplug node or ours has. */
export const NODE_CONTROL = { rebirth: 'Node Control/Rebirth', bdSeq: 'bdSeq' } as const;

const RecordNumber = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const NumberRange = Type.Tuple([RecordNumber, RecordNumber]);
/** A bound on lists in one message: what does not fit goes into the next. */
export const MAX_RANGES_PER_MESSAGE = 1000;

/** The host's acknowledgement: what is settled of one epoch, and how much more it will take. */
export const DeliveryAckSchema = Type.Object({
  host: Type.String(),
  epoch: Type.String(),
  /** Ranges of n that are settled: prune them. */
  done: Type.Array(NumberRange, { maxItems: MAX_RANGES_PER_MESSAGE }),
  /** The highest n received (stored or still waiting for the store); do not send again what is at or below while connected. */
  received: RecordNumber,
  /** Records the host will take beyond those in flight; 0 pauses the backlog and repeats. */
  credit: Type.Integer({ minimum: 0 }),
});
export type DeliveryAck = Static<typeof DeliveryAckSchema>;

/** Why an edge gave a record up. */
export const TOMBSTONE_REASONS = ['outbox_full', 'too_old', 'outbox_corrupt', 'unsettled', 'unprotected_lost'] as const;

export const TombstoneSchema = Type.Object({
  epoch: Type.String(),
  range: NumberRange,
  reason: Type.Union(TOMBSTONE_REASONS.map((reason) => Type.Literal(reason))),
  devices: Type.Array(Type.String(), { maxItems: 1000 }),
  fromMs: Type.Integer(),
  toMs: Type.Integer(),
  /** Records in the range that are explained by this tombstone. */
  records: Type.Integer({ minimum: 0 }),
});
export type Tombstone = Static<typeof TombstoneSchema>;

export const CloseRecordSchema = Type.Object({ epoch: Type.String(), lastN: RecordNumber });
export type CloseRecord = Static<typeof CloseRecordSchema>;

const ackValidator = Compile(DeliveryAckSchema);
const tombstonesValidator = Compile(Type.Array(TombstoneSchema, { maxItems: MAX_RANGES_PER_MESSAGE }));
const closeValidator = Compile(CloseRecordSchema);

export function encodeAck(ack: DeliveryAck): string {
  return JSON.stringify(ack);
}

/** The acknowledgement in a command's text; undefined when it is not one. */
export function parseAck(text: string): DeliveryAck | undefined {
  const value = parseJson(text);
  return ackValidator.Check(value) ? value : undefined;
}

export function parseTombstones(text: string): Tombstone[] | undefined {
  const value = parseJson(text);
  return tombstonesValidator.Check(value) ? value : undefined;
}

export function parseClose(text: string): CloseRecord | undefined {
  const value = parseJson(text);
  return closeValidator.Check(value) ? value : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
