import { GOOD } from '../../edge/protocol/quality.ts';
import type { PendingPoint } from '../ingest/host.ts';
import { type Aggregate, ORIGINS, type SeriesRows } from '../store/telemetry-store.ts';
import { bucketSegments } from './buckets.ts';
import type { AskedSeries } from './device-series.ts';
import type { PartRegister } from './parts.ts';
import type { QueryGate } from './query-gate.ts';
import type { SeriesReadings } from './readings.schema.ts';

export interface TimeRange {
  /** Included. */
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

export interface Reader {
  readonly parts: PartRegister;
  readonly gate: QueryGate;
}

const LIVE_ORIGIN = ORIGINS.indexOf('live');

/**
 * Readings as they were taken, from the store and from what still waits for it.
 * @throws GridwardenError RANGE_TOO_LARGE, OVERLOADED and those of the store
 */
export async function readRaw(
  { parts, gate }: Reader,
  asked: readonly AskedSeries[],
  range: TimeRange,
  options: { readonly maxRows: number; readonly includeConflicts: boolean },
): Promise<SeriesReadings[]> {
  const numbers = asked.map(({ series }) => series);
  // First what waits, then what is stored: a commit in between shows a reading twice, the other order would lose it.
  const waiting = parts.find('host')?.pending(new Set(numbers), range.fromMs, range.toMs) ?? [];
  const rows = await gate.pass(() => parts.get('store').read({ series: numbers, ...range, ...options }));
  const bySeries = new Map(rows.map((row) => [row.series, row]));
  return asked.map((one) => {
    const own = waiting.filter(({ series }) => series === one.series);
    return rawColumns(one, withPending(bySeries.get(one.series), own));
  });
}

/** Buckets of several series, each with its aggregate. The buckets follow the local time of the district. */
export async function readBuckets(
  { parts, gate }: Reader,
  asked: readonly AskedSeries[],
  range: TimeRange & { readonly everyMs: number; readonly timeZone: string },
  options: { readonly maxRows: number; readonly includeConflicts: boolean; readonly aggregate?: Aggregate | undefined },
): Promise<SeriesReadings[]> {
  const { aggregate: given, ...limits } = options;
  const found = new Map<number, SeriesRows[]>();
  const groups = Map.groupBy(asked, ({ defaultAggregate }) => given ?? defaultAggregate);
  for (const segment of bucketSegments(range.fromMs, range.toMs, range.everyMs, range.timeZone)) {
    for (const [aggregate, group] of groups) {
      const series = group.map((one) => one.series);
      const rollover = group.map((one) => one.rollover);
      const rows = await gate.pass(() =>
        parts.get('store').read({ series, rollover, ...segment, aggregate, ...limits }),
      );
      for (const row of rows) found.set(row.series, [...(found.get(row.series) ?? []), row]);
    }
  }
  return asked.map((one) => bucketColumns(one, given ?? one.defaultAggregate, found.get(one.series) ?? []));
}

interface RawRow {
  readonly timeMs: number;
  readonly value: number;
  readonly quality: number;
  readonly origin: number;
}

/** Stored rows and waiting points in order of time; of two with one time the stored one stands. */
function withPending(rows: SeriesRows | undefined, waiting: readonly PendingPoint[]): RawRow[] {
  const merged: RawRow[] = [];
  for (let i = 0; i < (rows?.timeMs.length ?? 0); i++) {
    merged.push({
      timeMs: rows?.timeMs[i] ?? 0,
      value: rows?.value[i] ?? Number.NaN,
      quality: rows?.quality[i] ?? GOOD,
      origin: rows?.origin?.[i] ?? LIVE_ORIGIN,
    });
  }
  if (waiting.length === 0) return merged;
  const times = new Set(merged.map(({ timeMs }) => timeMs));
  for (const { timeMs, value, quality, origin } of waiting) {
    if (!times.has(timeMs)) merged.push({ timeMs, value, quality, origin });
    times.add(timeMs);
  }
  return merged.sort((a, b) => a.timeMs - b.timeMs);
}

function rawColumns({ metric, unit }: AskedSeries, rows: readonly RawRow[]): SeriesReadings {
  return {
    metric,
    unit,
    aggregate: null,
    timesMs: rows.map(({ timeMs }) => timeMs),
    values: rows.map(({ value }) => numberOrNull(value)),
    quality: rows.map(({ quality }) => quality),
    origins: rows.map(({ origin }) => origin),
  };
}

function bucketColumns(
  { metric, unit }: AskedSeries,
  aggregate: Aggregate,
  parts: readonly SeriesRows[],
): SeriesReadings {
  return {
    metric,
    unit,
    aggregate,
    timesMs: parts.flatMap(({ timeMs }) => [...timeMs]),
    values: parts.flatMap(({ value }) => Array.from(value, numberOrNull)),
    quality: parts.flatMap(({ quality }) => [...quality]),
    counts: parts.flatMap(({ count }) => [...(count ?? [])]),
    coverage: parts.flatMap(({ coverage }) => Array.from(coverage ?? [], numberOrNull)),
  };
}

function numberOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
