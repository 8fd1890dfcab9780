import { GOOD } from '../../../edge/protocol/quality.ts';
import type { RangeQuery, Series, SeriesRows } from '../../../server/store/telemetry-store.ts';
import { FakeStore } from '../fake-store.ts';
import { valueAt } from './shapes.ts';

interface Gap {
  readonly device: string;
  readonly fromMs: number;
  readonly toMs: number;
}

const STEP_MS = { fast: 1_000, registers: 900_000 } as const;
/** Looks into a bucket: enough for a lowest and a highest value that differ from the mean. */
const SAMPLES = 6;

/** A store whose history of any length is computed when it is asked for, but for gaps that a test sets. */
export class SyntheticStore extends FakeStore {
  readonly gaps: Gap[] = [];
  readonly #list: Series[] = [];
  readonly #numbers = new Map<string, number>();
  /** Nothing is known from here on: what the host received is what the stream said. */
  nowMs: () => number = () => Number.POSITIVE_INFINITY;

  override seriesOf(series: Series): number {
    const key = `${series.device}\0${series.metric}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#list.push(series) - 1;
    this.#numbers.set(key, number);
    return number;
  }

  override series(number: number): Series | undefined {
    return this.#list[number];
  }

  override seriesOfDevice(device: string): readonly number[] {
    return this.#list.flatMap((series, number) => (series.device === device ? [number] : []));
  }

  override async read(query: RangeQuery): Promise<readonly SeriesRows[]> {
    if (this.failure) throw this.failure;
    this.queries.push(query);
    const toMs = Math.min(query.toMs, this.nowMs());
    return query.series.map((number) => {
      const series = this.series(number);
      if (!series) throw new Error(`no series ${number}`);
      const { everyMs } = query;
      return everyMs === undefined
        ? this.#raw(number, series, query.fromMs, toMs)
        : this.#buckets(number, series, query, everyMs, toMs);
    });
  }

  #isGap(device: string, timeMs: number): boolean {
    return this.gaps.some((gap) => gap.device === device && timeMs >= gap.fromMs && timeMs < gap.toMs);
  }

  #raw(number: number, { device, metric, pollClass }: Series, fromMs: number, toMs: number): SeriesRows {
    const stepMs = STEP_MS[pollClass];
    const times: number[] = [];
    for (let t = Math.ceil(fromMs / stepMs) * stepMs; t < toMs; t += stepMs) if (!this.#isGap(device, t)) times.push(t);
    return {
      series: number,
      timeMs: Float64Array.from(times),
      value: Float64Array.from(times, (t) => valueAt(device, metric, t)),
      quality: new Uint8Array(times.length).fill(GOOD),
      origin: new Uint8Array(times.length),
    };
  }

  #buckets(number: number, series: Series, query: RangeQuery, everyMs: number, toMs: number): SeriesRows {
    const offsetMs = query.offsetMs ?? 0;
    const firstMs = Math.floor((query.fromMs - offsetMs) / everyMs) * everyMs + offsetMs;
    const starts: number[] = [];
    for (let t = firstMs; t < toMs; t += everyMs) starts.push(t);
    const isFull = starts.map((start) => !this.#isGap(series.device, start + everyMs / 2));
    const value = (start: number, i: number) => (isFull[i] ? aggregated(series, query, start, everyMs) : Number.NaN);
    return {
      series: number,
      timeMs: Float64Array.from(starts),
      value: Float64Array.from(starts, value),
      quality: new Uint8Array(starts.length),
      count: Float64Array.from(isFull, (full) => (full ? Math.max(1, everyMs / STEP_MS[series.pollClass]) : 0)),
      coverage: Float64Array.from(isFull, (full) => (full ? 1 : Number.NaN)),
    };
  }
}

function aggregated({ device, metric }: Series, query: RangeQuery, startMs: number, everyMs: number): number {
  const samples = Array.from({ length: SAMPLES }, (_, i) => valueAt(device, metric, startMs + (everyMs * i) / SAMPLES));
  if (query.aggregate === 'min') return Math.min(...samples);
  if (query.aggregate === 'max') return Math.max(...samples);
  if (query.aggregate === 'last') return samples.at(-1) ?? Number.NaN;
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}
