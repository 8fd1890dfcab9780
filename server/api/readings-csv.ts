import { codeOf } from '../../edge/platform/errors.ts';
import { qualityOf } from '../../edge/protocol/quality.ts';
import { ORIGINS } from '../store/telemetry-store.ts';
import type { AskedSeries } from './device-series.ts';
import { type Reader, readRaw, type TimeRange } from './read-series.ts';
import type { SeriesReadings } from './readings.schema.ts';
import { type Cell, type Table, timeCell } from './table.ts';

/** Rows that are held in memory at a time while a long range is written. */
const MAX_WINDOW_ROWS = 20_000;
const FIRST_WINDOW_MS = 3_600_000;

const RAW_COLUMNS = ['time', 'metric', 'value', 'unit', 'quality', 'origin'] as const;
const BUCKET_COLUMNS = ['time', 'metric', 'aggregate', 'value', 'unit', 'count', 'coverage'] as const;

/** Readings that are in memory already. */
export function readingsTable(series: readonly SeriesReadings[]): Table {
  const isBucketed = series.some(({ aggregate }) => aggregate !== null);
  return {
    columns: isBucketed ? BUCKET_COLUMNS : RAW_COLUMNS,
    rows: inOrderOfTime(series).map(([one, i]) => (isBucketed ? bucketRow(one, i) : rawRow(one, i))),
  };
}

/** Readings as they were taken, window by window, however long the range. */
export function streamedReadings(
  reader: Reader,
  asked: readonly AskedSeries[],
  range: TimeRange,
  includeConflicts: boolean,
): Table {
  return { columns: RAW_COLUMNS, rows: rowsOf(windows(reader, asked, range, includeConflicts)) };
}

async function* rowsOf(parts: AsyncIterable<readonly SeriesReadings[]>): AsyncGenerator<readonly Cell[]> {
  for await (const series of parts) {
    for (const [one, i] of inOrderOfTime(series)) yield rawRow(one, i);
  }
}

/** Walks the range in windows that shrink where readings are dense and grow where they are sparse. */
async function* windows(
  reader: Reader,
  asked: readonly AskedSeries[],
  { fromMs, toMs }: TimeRange,
  includeConflicts: boolean,
): AsyncGenerator<readonly SeriesReadings[]> {
  if (asked.length === 0) return;
  let widthMs = FIRST_WINDOW_MS;
  for (let beginMs = fromMs; beginMs < toMs; ) {
    const endMs = Math.min(toMs, beginMs + widthMs);
    try {
      yield await readRaw(
        reader,
        asked,
        { fromMs: beginMs, toMs: endMs },
        { maxRows: MAX_WINDOW_ROWS, includeConflicts },
      );
      beginMs = endMs;
      widthMs *= 2;
    } catch (error) {
      if (codeOf(error) !== 'RANGE_TOO_LARGE' || endMs - beginMs <= 1) throw error;
      widthMs = Math.ceil((endMs - beginMs) / 4);
    }
  }
}

function inOrderOfTime(series: readonly SeriesReadings[]): [SeriesReadings, number][] {
  const places = series.flatMap((one) => one.timesMs.map((_, i): [SeriesReadings, number] => [one, i]));
  return places.sort(([a, i], [b, j]) => (a.timesMs[i] ?? 0) - (b.timesMs[j] ?? 0));
}

function rawRow(one: SeriesReadings, i: number): Cell[] {
  return [
    timeCell(one.timesMs[i]),
    one.metric,
    one.values[i] ?? null,
    one.unit,
    qualityOf(one.quality[i] ?? 0),
    ORIGINS[one.origins?.[i] ?? 0] ?? null,
  ];
}

function bucketRow(one: SeriesReadings, i: number): Cell[] {
  return [
    timeCell(one.timesMs[i]),
    one.metric,
    one.aggregate,
    one.values[i] ?? null,
    one.unit,
    one.counts?.[i] ?? null,
    one.coverage?.[i] ?? null,
  ];
}
