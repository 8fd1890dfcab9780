import type { Static } from 'typebox';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { TOMBSTONE_REASONS } from './delivery-words.ts';
import { LossesSchema } from './losses.ts';

export { DEVICE_KINDS, type DeviceKind, TOMBSTONE_REASONS, type TombstoneReason } from './delivery-words.ts';

/**
 * Delivery on top of Sparkplug: each record (one device, one poll class, one read) has an epoch and a number n.
 * The metrics and the command below are ordinary Sparkplug, so a foreign host or node is not disturbed by them.
 *
 * A DDATA of ours is read from front to back:
 * - `Delivery/Epoch` stands first when its records are of another epoch than the birth's (a backlog of an earlier start);
 *   the records of one DDATA are all of one epoch;
 * - `Delivery/N` begins a record; its metric timestamp is the record's reading time;
 * - `Delivery/Clock` follows it where the record's clock generation is not the one of the birth, and holds for this record;
 * - `Delivery/Origin` follows where the record's values were not read as they were measured (below);
 * - then the record's values, each with the reading time; a value that is not good is null with `Quality` and `Reason`.
 * Repeats and backlog carry `is_historical` on every metric; live records never do.
 */
export const DELIVERY = {
  /** NBIRTH and DBIRTH, String: the epoch of the records that this session sends live. DDATA: only of another epoch. */
  epoch: 'Delivery/Epoch',
  /**
   * DBIRTH and DDATA, UInt64: the record's number; in a DDATA it begins a record. In a DBIRTH it is the number of the
   * newest record that the values come from, null when there is none.
   */
  n: 'Delivery/N',
  /** NBIRTH, UInt64: the lowest n of the epoch that is not settled; below it all counts as settled. */
  first: 'Delivery/First',
  /** NBIRTH and NDATA, UInt64: the highest n of the epoch that was taken; null before the first. */
  last: 'Delivery/Last',
  /**
   * NBIRTH, String (JSON `OpenEpoch[]`): the earlier epochs of this node that still wait. An epoch that is neither here nor
   * `Delivery/Epoch` has ended: what the host never saw of it is lost (a torn, deleted or rolled-back outbox file).
   */
  openEpochs: 'Delivery/Open Epochs',
  /** DBIRTH and DDATA, UInt32: clock generation; in a DDATA only where it differs from the birth's. */
  clock: 'Delivery/Clock',
  /**
   * DBIRTH (null) and DDATA, UInt32, a place in `RECORD_ORIGINS`: where the record's values come from. Only a device has it
   * that may send such records; a record without it was read at its time. These records are always historical.
   */
  origin: 'Delivery/Origin',
  /** DBIRTH, Boolean: the device is born only to drain what waits; it stays offline at the host. */
  draining: 'Delivery/Draining',
  /** NDATA, String (JSON `Tombstone[]`): records that the edge dropped, with the reason. Repeated until `done` covers them. */
  tombstones: 'Delivery/Tombstones',
  /** NDATA, String (JSON `CloseRecord`): the last n of an epoch that has drained. Repeated until its epoch is acknowledged again. */
  close: 'Delivery/Close',
  /** NCMD, String (JSON `DeliveryAck`). */
  ack: 'Node Control/Delivery Ack',
} as const;

/**
 * What `Delivery/Origin` may say: 1 for values that the device kept in its load profile, with the end of their interval
 * by the device's clock as the time. New ones are added at the end only.
 */
export const RECORD_ORIGINS = ['live', 'device_profile'] as const;
export type RecordOrigin = (typeof RECORD_ORIGINS)[number];

/** What our edge tells about itself, in NBIRTH and, when it changed, as NDATA; the host shows it as it comes. */
export const NODE_METRICS = {
  /** String. */
  software: 'Properties/Software',
  /** String. */
  version: 'Properties/Version',
  /** The grid clock's configuration: DateTime, DateTime and Double; `platform/clock.ts` has the formula. */
  clockStart: 'Properties/Clock Start',
  clockWallStart: 'Properties/Clock Wall Start',
  clockSpeed: 'Properties/Clock Speed',
  /** UInt64, seconds since the start, on the process clock. */
  uptime: 'Node/Uptime',
  /** UInt32: devices configured, and those that answer. */
  devices: 'Node/Devices',
  devicesUp: 'Node/Devices Up',
  /** UInt64: records that wait for their acknowledgement, over all epochs, and the bytes they take on disk. */
  waiting: 'Outbox/Waiting',
  bytes: 'Outbox/Bytes',
  /** UInt64: records of those that wait in memory only, because the disk is full. */
  unprotected: 'Outbox/Unprotected',
  /** Double, ms: how long a read of a device usually takes, the slowest of the devices and the median. */
  cycleMax: 'Poll/Cycle Max',
  cycleMedian: 'Poll/Cycle Median',
  /** UInt64: deadlines missed since the start. */
  missed: 'Poll/Missed',
} as const;

/** Metrics that describe a device in its DBIRTH. */
export const DEVICE_INFO = {
  model: 'Device/Model',
  kind: 'Device/Kind',
  serial: 'Device/Serial',
} as const;

/** Commands of a device: Boolean, true asks for its DBIRTH. The only DCMD that an edge of ours follows unconfigured. */
export const DEVICE_CONTROL = { rebirth: 'Device Control/Rebirth' } as const;

/** Node metrics that every Sparkplug node or ours has. */
export const NODE_CONTROL = { rebirth: 'Node Control/Rebirth', bdSeq: 'bdSeq' } as const;

const RecordNumber = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const NumberRange = Type.Tuple([RecordNumber, RecordNumber]);
/** A bound on lists in one message: what does not fit goes into the next. */
export const MAX_RANGES_PER_MESSAGE = 1000;

/**
 * The host's acknowledgement: what is settled of one epoch, and how much more it will take. `received` and `credit` replace
 * what the former said (after a restart of the host `received` may go back); what was settled stays so.
 */
export const DeliveryAckSchema = Type.Object({
  host: Type.String(),
  epoch: Type.String(),
  /** Ranges of n that are settled (stored, set aside with a reason, or explained by a tombstone): prune them. */
  done: Type.Array(NumberRange, { maxItems: MAX_RANGES_PER_MESSAGE }),
  /**
   * Every n up to here has been received (stored, or waiting for the store) or is settled: do not send it again while
   * connected. It is a prefix, not the highest number seen: with 5 lost on the way, 6 and 7 leave it at 4, so that 5 is
   * sent again after its time-out. What is settled above it stands in `done`.
   */
  received: RecordNumber,
  /** Records the host will take beyond those in flight; 0 pauses the backlog and repeats. */
  credit: Type.Integer({ minimum: 0 }),
});
export type DeliveryAck = Static<typeof DeliveryAckSchema>;

/**
 * Records that are given up, one unbroken range of them. What the host stored all the same (an acknowledgement was on
 * its way) counts as stored.
 */
export const TombstoneSchema = Type.Object({
  epoch: Type.String(),
  range: NumberRange,
  reason: Type.Enum(TOMBSTONE_REASONS),
  /** Empty when there are more than the list holds, or they are not known: then any device of the node. */
  devices: Type.Array(Type.String(), { maxItems: 1000 }),
  fromMs: Type.Integer(),
  toMs: Type.Integer(),
  /** Records that are explained by this tombstone: all of the range. */
  records: Type.Integer({ minimum: 0 }),
  /** The values that went with the records. Absent: nothing of them could be read, or the edge is one that does not count them. */
  losses: Type.Optional(LossesSchema),
});
export type Tombstone = Static<typeof TombstoneSchema>;

export const CloseRecordSchema = Type.Object({ epoch: Type.String(), lastN: RecordNumber });
export type CloseRecord = Static<typeof CloseRecordSchema>;

export const OpenEpochSchema = Type.Object({ epoch: Type.String(), lastN: RecordNumber });
export type OpenEpoch = Static<typeof OpenEpochSchema>;

const ackValidator = Compile(DeliveryAckSchema);
const tombstonesValidator = Compile(Type.Array(TombstoneSchema, { maxItems: MAX_RANGES_PER_MESSAGE }));
const closeValidator = Compile(CloseRecordSchema);
const openEpochsValidator = Compile(Type.Array(OpenEpochSchema, { maxItems: MAX_RANGES_PER_MESSAGE }));

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

export function parseOpenEpochs(text: string): OpenEpoch[] | undefined {
  const value = parseJson(text);
  return openEpochsValidator.Check(value) ? value : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
