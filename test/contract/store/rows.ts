import { qualityOf } from '../../../edge/protocol/quality.ts';
import { ORIGINS, type RangeQuery, type TelemetryStore } from '../../../server/store/telemetry-store.ts';
import { DAY, NOON } from './harness.ts';

export interface RawRow {
  readonly timeMs: number;
  readonly value: number;
  readonly quality: string;
  readonly origin: string;
}

/** The raw rows of one series, a day around noon unless another range is given. */
export async function rawRows(
  store: TelemetryStore,
  series: number,
  more: Partial<RangeQuery> = {},
): Promise<RawRow[]> {
  const query = { series: [series], fromMs: NOON - DAY, toMs: NOON + DAY, maxRows: 10_000, ...more };
  const [rows] = await store.read(query);
  if (!rows) throw new Error('no answer for the series');
  return Array.from(rows.timeMs, (timeMs, index) => ({
    timeMs,
    value: rows.value[index] ?? Number.NaN,
    quality: qualityOf(rows.quality[index] ?? 255),
    origin: ORIGINS[rows.origin?.[index] ?? 255] ?? 'unknown',
  }));
}

/** One aggregate a bucket of one series. */
export async function bucketValues(store: TelemetryStore, query: Omit<RangeQuery, 'maxRows'>): Promise<number[]> {
  const [rows] = await store.read({ maxRows: 100_000, ...query });
  return [...(rows?.value ?? [])];
}
