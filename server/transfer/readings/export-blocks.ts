import { codeOf, GridwardenError } from '../../../edge/platform/errors.ts';
import { didYouMean } from '../../../edge/platform/names.ts';
import type { SeriesRows, TelemetryStore } from '../../store/telemetry-store.ts';
import type { ExportPlan } from './export-plan.ts';

export type ExportStore = Pick<TelemetryStore, 'read' | 'series' | 'seriesOfDevice'>;

/** Series that are asked for at a time. */
const GROUP_SERIES = 512;
/** Rows in memory at a time. */
const MAX_BLOCK_ROWS = 100_000;
const FIRST_WINDOW_MS = 86_400_000;

/** Readings of some series in a part of the time. */
export interface ExportBlock {
  readonly rows: readonly SeriesRows[];
  /** How much of the whole is done with it, 0 to 1. */
  readonly doneShare: number;
}

/**
 * The numbers of the series that a plan wants, those of one device side by side.
 * @throws GridwardenError NOT_FOUND for a device or a metric that is not there
 */
export function wantedSeries(store: ExportStore, { devices, metrics }: ExportPlan): number[] {
  const numbers = devices === undefined ? everySeries(store) : devices.flatMap((device) => seriesOf(store, device));
  if (metrics === undefined) return numbers;
  const wanted = new Set(metrics);
  const there = new Set(numbers.map((number) => store.series(number)?.metric ?? ''));
  const missing = metrics.find((metric) => !there.has(metric));
  if (missing !== undefined) {
    throw new GridwardenError('NOT_FOUND', `No device has a metric "${missing}"${didYouMean(missing, [...there])}`);
  }
  return numbers.filter((number) => wanted.has(store.series(number)?.metric ?? ''));
}

function seriesOf(store: ExportStore, device: string): readonly number[] {
  const numbers = store.seriesOfDevice(device);
  if (numbers.length === 0) throw new GridwardenError('NOT_FOUND', `The store has nothing of a device ${device}`);
  return numbers;
}

function everySeries(store: ExportStore): number[] {
  const numbers: number[] = [];
  while (store.series(numbers.length) !== undefined) numbers.push(numbers.length);
  const deviceOf = (number: number) => store.series(number)?.device ?? '';
  return numbers.sort((a, b) => (deviceOf(a) === deviceOf(b) ? a - b : deviceOf(a) < deviceOf(b) ? -1 : 1));
}

/**
 * Stored readings as they were taken, block by block, however many: some series at a time, in windows that shrink where
 * readings are dense and grow where they are sparse. Conflicts are left out.
 *
 * @throws GridwardenError those of the store; RANGE_TOO_LARGE only when one millisecond holds more than a block
 */
export async function* exportBlocks(
  store: ExportStore,
  series: readonly number[],
  { fromMs, toMs }: Pick<ExportPlan, 'fromMs' | 'toMs'>,
): AsyncGenerator<ExportBlock> {
  let widthMs = FIRST_WINDOW_MS;
  for (let first = 0; first < series.length; first += GROUP_SERIES) {
    const group = series.slice(first, first + GROUP_SERIES);
    for (let beginMs = fromMs; beginMs < toMs; ) {
      const endMs = Math.min(toMs, beginMs + widthMs);
      const rows = await rowsWithin(store, group, beginMs, endMs);
      if (!rows) {
        widthMs = Math.ceil((endMs - beginMs) / 4);
        continue;
      }
      beginMs = endMs;
      if (rowCount(rows) < MAX_BLOCK_ROWS / 4) widthMs *= 2;
      const groupShare = (endMs - fromMs) / (toMs - fromMs);
      yield { rows, doneShare: (first + group.length * groupShare) / series.length };
    }
  }
}

/** Undefined when there are too many. */
async function rowsWithin(
  store: ExportStore,
  series: readonly number[],
  fromMs: number,
  toMs: number,
): Promise<readonly SeriesRows[] | undefined> {
  try {
    return await store.read({ series, fromMs, toMs, maxRows: MAX_BLOCK_ROWS });
  } catch (error) {
    if (codeOf(error) !== 'RANGE_TOO_LARGE' || toMs - fromMs <= 1) throw error;
    return undefined;
  }
}

export function rowCount(rows: readonly SeriesRows[]): number {
  return rows.reduce((sum, { timeMs }) => sum + timeMs.length, 0);
}
