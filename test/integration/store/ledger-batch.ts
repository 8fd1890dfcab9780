import type { CommitRequest, Series, TelemetryStore } from '../../../server/store/telemetry-store.ts';
import { request, type TestPoint } from '../../contract/store/batch.ts';

const DAY = 86_400_000;
const FAST_SERIES = 4;
const REGISTER_SERIES = 2;

/** Series of a device that the ledger writes: each point's value is the number of its record. */
export function ledgerSeries(store: TelemetryStore): { fast: number[]; registers: number[] } {
  const series = (metric: string, pollClass: Series['pollClass']) =>
    store.seriesOf({ device: 'M-1', metric, kind: 'meter', pollClass });
  return {
    fast: Array.from({ length: FAST_SERIES }, (_, index) => series(`f_${index}`, 'fast')),
    registers: Array.from({ length: REGISTER_SERIES }, (_, index) => series(`r_${index}`, 'registers')),
  };
}

/** Where record n lies in time: mostly now, every seventh a day or two ago, as a backlog is; each at a time of its own. */
export function timeOfRecord(n: number, nowMs: number): number {
  return nowMs - (n % 7 === 0 ? 1 + (n % 2) : 0) * DAY + n;
}

/** Records `from … to`: every fifth of registers, one in fifty of both classes, the others fast. */
export function ledgerBatch(
  series: { readonly fast: readonly number[]; readonly registers: readonly number[] },
  from: number,
  to: number,
  nowMs: number,
): CommitRequest {
  const points: TestPoint[] = [];
  for (let n = from; n <= to; n++) {
    const own = n % 50 === 0 ? [...series.fast, ...series.registers] : n % 5 === 0 ? series.registers : series.fast;
    for (const one of own) points.push({ series: one, timeMs: timeOfRecord(n, nowMs), value: n, n });
  }
  return request(points);
}
