import { MetricWriter } from '../protocol/metric-writer.ts';
import { GOOD, qualityCode } from '../protocol/quality.ts';
import { qualityProperties } from './metric-fields.ts';
import { OWN, type WireDevice } from './wire-device.ts';

const OUT_OF_RANGE = qualityCode('out_of_range');

/** A record as it goes on the wire; reads and records of the outbox both are. */
export interface WireRecord {
  readonly timeMs: number;
  readonly clockGeneration: number;
  readonly values: Float64Array;
  readonly quality: Uint8Array;
}

/** Builds the metrics of DDATA payloads. One payload has to be sent before the next begins. */
export class DataEncoder {
  readonly #writer = new MetricWriter();

  /** Begins a payload; repeats and backlog are historical, and tell their epoch when it is not the birth's. */
  begin(isHistorical: boolean): void {
    this.#writer.begin(isHistorical);
  }

  epoch(device: WireDevice, epoch: string, timeMs: number): void {
    this.#writer.string(device.ownAlias(OWN.epoch), timeMs, epoch);
  }

  /** Appends a record; the layout's metrics must all have a place in the device. */
  record(device: WireDevice, layout: { readonly metrics: readonly string[] }, n: number, record: WireRecord): void {
    const { timeMs, clockGeneration, values, quality } = record;
    const writer = this.#writer;
    writer.long(device.ownAlias(OWN.n), timeMs, n);
    if (clockGeneration !== device.bornClock) writer.integer(device.ownAlias(OWN.clock), timeMs, clockGeneration);
    const { places, isInteger } = device.placesOf(layout);
    for (let index = 0; index < places.length; index++) {
      const alias = device.aliasAt(places[index] ?? 0);
      const value = values[index] ?? Number.NaN;
      const code = quality[index] ?? GOOD;
      if (code !== GOOD || !Number.isFinite(value))
        writer.none(alias, timeMs, qualityProperties(code === GOOD ? OUT_OF_RANGE : code));
      else if (isInteger[index]) writer.integer(alias, timeMs, value);
      else writer.double(alias, timeMs, value);
    }
  }

  /** The encoded metrics; valid until the next `begin`. */
  finish(): Uint8Array {
    return this.#writer.finish();
  }
}
