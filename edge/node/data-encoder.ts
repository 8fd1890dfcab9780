import { DATA_TYPES } from '../protocol/datatypes.ts';
import type { MetricFields, PayloadFields, PropertySetFields } from '../protocol/payload.ts';
import { GOOD, qualityCode } from '../protocol/quality.ts';
import { dataTypeOf, qualityProperties } from './metric-fields.ts';
import { OWN, type WireDevice } from './wire-device.ts';

const OUT_OF_RANGE = qualityCode('out_of_range');

/** A record as it goes on the wire; reads and records of the outbox both are. */
export interface WireRecord {
  readonly timeMs: number;
  readonly clockGeneration: number;
  readonly values: Float64Array;
  readonly quality: Uint8Array;
}

/** A metric whose fields are all there, so that one is used again and again. */
class ReusedMetric implements MetricFields {
  alias = 0;
  timestamp = 0;
  isHistorical: boolean | null = null;
  isNull: boolean | null = null;
  properties: PropertySetFields | null = null;
  intValue: number | null = null;
  longValue: number | null = null;
  doubleValue: number | null = null;
  stringValue: string | null = null;
}

/**
 * Builds DDATA payloads. The objects of one payload are those of the last: it has to be encoded before the next begins.
 */
export class DataEncoder {
  readonly #pool: ReusedMetric[] = [];
  readonly #payload: PayloadFields & { metrics: MetricFields[] } = { metrics: [] };
  /** By layout: for each metric whether it is an integer on the wire. */
  readonly #integers = new WeakMap<readonly string[], readonly boolean[]>();
  #isHistorical: boolean | null = null;

  /** Begins a payload; repeats and backlog are historical, and tell their epoch when it is not the birth's. */
  begin(isHistorical: boolean): void {
    this.#isHistorical = isHistorical ? true : null;
    this.#payload.metrics.length = 0;
  }

  epoch(device: WireDevice, epoch: string, timeMs: number): void {
    this.#next(device.ownAlias(OWN.epoch), timeMs).stringValue = epoch;
  }

  /** Appends a record; the layout's metrics must all have a place in the device. */
  record(device: WireDevice, layout: { readonly metrics: readonly string[] }, n: number, record: WireRecord): void {
    const { timeMs, clockGeneration, values, quality } = record;
    this.#next(device.ownAlias(OWN.n), timeMs).longValue = n;
    if (clockGeneration !== device.bornClock) {
      this.#next(device.ownAlias(OWN.clock), timeMs).intValue = clockGeneration;
    }
    const places = device.placesOf(layout);
    const integers = this.#integersOf(layout.metrics);
    for (let index = 0; index < places.length; index++) {
      const metric = this.#next(device.aliasAt(places[index] ?? 0), timeMs);
      const value = values[index] ?? Number.NaN;
      const code = quality[index] ?? GOOD;
      if (code !== GOOD || !Number.isFinite(value)) {
        metric.isNull = true;
        metric.properties = qualityProperties(code === GOOD ? OUT_OF_RANGE : code);
      } else if (integers[index]) metric.intValue = value;
      else metric.doubleValue = value;
    }
  }

  get metricCount(): number {
    return this.#payload.metrics.length;
  }

  finish(): PayloadFields {
    return this.#payload;
  }

  #next(alias: number, timeMs: number): ReusedMetric {
    const { metrics } = this.#payload;
    const metric = this.#pool[metrics.length] ?? this.#grow();
    metric.alias = alias;
    metric.timestamp = timeMs;
    metric.isHistorical = this.#isHistorical;
    metric.isNull = null;
    metric.properties = null;
    metric.intValue = null;
    metric.longValue = null;
    metric.doubleValue = null;
    metric.stringValue = null;
    metrics.push(metric);
    return metric;
  }

  #grow(): ReusedMetric {
    const metric = new ReusedMetric();
    this.#pool.push(metric);
    return metric;
  }

  #integersOf(metrics: readonly string[]): readonly boolean[] {
    let integers = this.#integers.get(metrics);
    if (!integers) {
      integers = metrics.map((name) => dataTypeOf(name) === DATA_TYPES.UInt32);
      this.#integers.set(metrics, integers);
    }
    return integers;
  }
}
