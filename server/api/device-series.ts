import { GridwardenError } from '../../edge/platform/errors.ts';
import { didYouMean } from '../../edge/platform/names.ts';
import { type QuantityKind, quantityOf } from '../../edge/protocol/quantities.ts';
import type { Aggregate } from '../store/telemetry-store.ts';
import type { PartRegister } from './parts.ts';
import { MAX_METRICS } from './readings.schema.ts';
import { invalidParameter } from './validation.ts';

/** A series that a question is about. */
export interface AskedSeries {
  readonly metric: string;
  readonly unit: string;
  readonly series: number;
  /** Where a register starts again from zero; 0 when it does not, or is not known. */
  readonly rollover: number;
  readonly defaultAggregate: Aggregate;
}

/**
 * The series of a device, in the store or live: all of them, or those that are named, in that order.
 * @throws GridwardenError NOT_FOUND, REQUEST_INVALID (an unknown metric, too many)
 */
export function seriesOfDevice(
  parts: PartRegister,
  device: string,
  names: readonly string[] | undefined,
): AskedSeries[] {
  const known = knownSeries(parts, device);
  const wanted = names ?? [...known.keys()].sort();
  if (wanted.length > MAX_METRICS) {
    throw invalidParameter('metrics', `at most ${MAX_METRICS} metrics in one question, not ${wanted.length}`);
  }
  const missing = wanted.find((name) => !known.has(name));
  if (missing !== undefined) {
    throw invalidParameter('metrics', `${device} has no metric "${missing}"${didYouMean(missing, known.keys())}`);
  }
  return wanted.flatMap((name) => known.get(name) ?? []);
}

function knownSeries(parts: PartRegister, device: string): Map<string, AskedSeries> {
  const store = parts.get('store');
  const state = parts.find('host')?.state;
  const known = new Map<string, AskedSeries>();
  for (const number of store.seriesOfDevice(device)) {
    const series = store.series(number);
    if (series) known.set(series.metric, asked(series.metric, number, quantityOf(series.metric)?.unit ?? ''));
  }
  const live = state?.devices.get(device);
  for (const index of live?.slots ?? []) {
    const slot = state?.slots[index];
    // A foreign device brings units of its own, which only its birth knows.
    if (slot && known.get(slot.metric)?.series === slot.series)
      known.set(slot.metric, asked(slot.metric, slot.series, slot.unit, slot.rollover));
  }
  if (live === undefined && known.size === 0) throw new GridwardenError('NOT_FOUND', `There is no device ${device}`);
  return known;
}

const AGGREGATE_OF_KIND: Readonly<Record<QuantityKind, Aggregate>> = {
  instantaneous: 'mean',
  register: 'difference',
  interval: 'mean',
  demand: 'max',
  status: 'last',
};

function asked(metric: string, series: number, unit: string, rollover = 0): AskedSeries {
  const kind = quantityOf(metric)?.kind ?? 'instantaneous';
  return { metric, unit, series, rollover, defaultAggregate: AGGREGATE_OF_KIND[kind] };
}
