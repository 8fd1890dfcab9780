import { DATA_TYPES, type DataTypeCode } from '../protocol/datatypes.ts';
import { DELIVERY, NODE_CONTROL, NODE_METRICS } from '../protocol/delivery.ts';
import type { MetricFields, PayloadFields } from '../protocol/payload.ts';
import type { AliasBook } from './alias-book.ts';
import { metric } from './metric-fields.ts';

type NodeValue = number | string | undefined;

/** The metrics of the node that change, and those that describe it, with their types. */
const TYPES = {
  [NODE_METRICS.software]: DATA_TYPES.String,
  [NODE_METRICS.version]: DATA_TYPES.String,
  [NODE_METRICS.clockStart]: DATA_TYPES.DateTime,
  [NODE_METRICS.clockWallStart]: DATA_TYPES.DateTime,
  [NODE_METRICS.clockSpeed]: DATA_TYPES.Double,
  [NODE_METRICS.uptime]: DATA_TYPES.UInt64,
  [NODE_METRICS.devices]: DATA_TYPES.UInt32,
  [NODE_METRICS.devicesUp]: DATA_TYPES.UInt32,
  [NODE_METRICS.waiting]: DATA_TYPES.UInt64,
  [NODE_METRICS.bytes]: DATA_TYPES.UInt64,
  [NODE_METRICS.unprotected]: DATA_TYPES.UInt64,
  [NODE_METRICS.cycleMax]: DATA_TYPES.Double,
  [NODE_METRICS.cycleMedian]: DATA_TYPES.Double,
  [NODE_METRICS.missed]: DATA_TYPES.UInt64,
  [DELIVERY.last]: DATA_TYPES.UInt64,
} as const satisfies Record<string, DataTypeCode>;

type ReadName = keyof typeof TYPES;
const READ_NAMES = Object.keys(TYPES) as readonly ReadName[];

/** Metrics that the node tells or takes when there is something to tell; null in a birth. */
const OCCASIONAL = [DELIVERY.tombstones, DELIVERY.close, DELIVERY.ack] as const;
export type Occasional = (typeof OCCASIONAL)[number];

/** Reads the current values. */
export type NodeReaders = Readonly<Record<ReadName, () => NodeValue>>;

/** What an NBIRTH tells of this session. */
export interface NodeBirth {
  readonly bdSeq: number;
  readonly epoch: string;
  readonly first: number;
  /** JSON `OpenEpoch[]`. */
  readonly openEpochs: string;
  readonly nowMs: number;
}

/** The node's own metrics: their aliases, and which changed since they were last told. */
export class NodeTable {
  readonly #readers: NodeReaders;
  readonly #aliases = new Map<string, number>();
  readonly #names = new Map<number, string>();
  readonly #told = new Map<ReadName, NodeValue>();

  constructor(aliases: AliasBook, readers: NodeReaders) {
    this.#readers = readers;
    const own = [NODE_CONTROL.bdSeq, DELIVERY.epoch, DELIVERY.first, DELIVERY.openEpochs];
    const names = [...own, ...READ_NAMES, ...OCCASIONAL];
    const firstAlias = aliases.take(names.length);
    for (const [index, name] of names.entries()) {
      this.#aliases.set(name, firstAlias + index);
      this.#names.set(firstAlias + index, name);
    }
  }

  /** Name of the metric behind an alias of ours. */
  nameOf(alias: number): string | undefined {
    return this.#names.get(alias);
  }

  /** NBIRTH. `Node Control/Rebirth` has no alias (tck-id-operational-behavior-data-commands-rebirth-name-aliases). */
  birth({ bdSeq, epoch, first, openEpochs, nowMs }: NodeBirth): PayloadFields {
    const rebirth = { name: NODE_CONTROL.rebirth, timestamp: nowMs };
    return {
      metrics: [
        metric(this.#head(NODE_CONTROL.bdSeq, nowMs), DATA_TYPES.Int64, bdSeq),
        metric(rebirth, DATA_TYPES.Boolean, false),
        metric(this.#head(DELIVERY.epoch, nowMs), DATA_TYPES.String, epoch),
        metric(this.#head(DELIVERY.first, nowMs), DATA_TYPES.UInt64, first),
        metric(this.#head(DELIVERY.openEpochs, nowMs), DATA_TYPES.String, openEpochs),
        ...OCCASIONAL.map((name) => metric(this.#head(name, nowMs), DATA_TYPES.String, undefined)),
        ...READ_NAMES.map((name) => metric(this.#head(name, nowMs), TYPES[name], this.#read(name))),
      ],
    };
  }

  /** NDATA with what changed since it was last told; undefined when nothing did. */
  changes(nowMs: number): PayloadFields | undefined {
    const changed: MetricFields[] = [];
    for (const name of READ_NAMES) {
      const before = this.#told.get(name);
      const value = this.#read(name);
      if (value !== before) changed.push(this.#data(name, nowMs, TYPES[name], value));
    }
    return changed.length === 0 ? undefined : { metrics: changed };
  }

  /** NDATA with one occasional metric. */
  occasion(name: Occasional, text: string, nowMs: number): PayloadFields {
    return { metrics: [this.#data(name, nowMs, DATA_TYPES.String, text)] };
  }

  #read(name: ReadName): NodeValue {
    const value = this.#readers[name]();
    this.#told.set(name, value);
    return value;
  }

  #head(name: string, nowMs: number) {
    return { name, alias: this.#aliasOf(name), timestamp: nowMs };
  }

  /** In data messages name and type stay away (tck-id-payloads-alias-data-cmd-requirement). */
  #data(name: string, nowMs: number, type: DataTypeCode, value: NodeValue): MetricFields {
    const { datatype: _, ...fields } = metric({ alias: this.#aliasOf(name), timestamp: nowMs }, type, value);
    return fields;
  }

  #aliasOf(name: string): number {
    return this.#aliases.get(name) ?? 0;
  }
}
