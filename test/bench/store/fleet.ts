import type { CommitRequest, Series, TelemetryStore } from '../../../server/store/telemetry-store.ts';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

export interface Fleet {
  readonly devices: number;
  readonly metrics: number;
  readonly series: Int32Array;
}

/** Series of a fleet: the metrics of one device have neighbouring numbers. */
export function makeFleet(store: TelemetryStore, devices: number, metrics: number): Fleet {
  const series = new Int32Array(devices * metrics);
  for (let device = 0; device < devices; device++) {
    for (let metric = 0; metric < metrics; metric++) {
      const one: Series = { device: `M-${device}`, metric: `m_${metric}`, kind: 'meter', pollClass: 'fast' };
      series[device * metrics + metric] = store.seriesOf(one);
    }
  }
  return { devices, metrics, series };
}

/** Batches of whole records, in columns that are used again: a record is one device read once. */
export class BatchMaker {
  readonly #fleet: Fleet;
  readonly #recordsPerBatch: number;
  readonly #points;
  #record = 0;
  #state = 12_345;

  constructor(fleet: Fleet, values: number) {
    this.#fleet = fleet;
    this.#recordsPerBatch = Math.ceil(values / fleet.metrics);
    const length = this.#recordsPerBatch * fleet.metrics;
    this.#points = {
      length,
      series: new Int32Array(length),
      timeUs: new Float64Array(length),
      value: new Float64Array(length),
      quality: new Uint8Array(length),
      origin: new Uint8Array(length),
      stream: new Int32Array(length),
      n: new Float64Array(length),
    };
  }

  get values(): number {
    return this.#points.length;
  }

  /** Records from where the last batch ended; all devices are read every `everyMs`, each some milliseconds off. */
  next(startMs: number, everyMs: number): CommitRequest {
    const { devices, metrics, series } = this.#fleet;
    const first = this.#record + 1;
    const { points } = { points: this.#points };
    for (let index = 0; index < points.length; index += metrics) {
      const device = this.#record % devices;
      const timeUs = (startMs + Math.floor(this.#record / devices) * everyMs + ((device * 7) % 40)) * 1000;
      this.#record += 1;
      for (let metric = 0; metric < metrics; metric++) {
        points.series[index + metric] = series[device * metrics + metric] ?? 0;
        points.timeUs[index + metric] = timeUs;
        points.value[index + metric] = 220 + this.#random() / 100;
        points.n[index + metric] = this.#record;
      }
    }
    return { points, streams: [{ stream: { node: 'east/bench', epoch: 'bench' }, ranges: [[first, this.#record]] }] };
  }

  /** A whole number below 1000: values have two decimals, as meters give them. */
  #random(): number {
    this.#state = (this.#state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((this.#state / 2_147_483_648) * 1000);
  }
}

export interface Timed {
  readonly seconds: number;
  /** Of all threads of this process. */
  readonly cpuSeconds: number;
}

export async function timed(work: () => Promise<unknown>): Promise<Timed> {
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  await work();
  const used = process.cpuUsage(cpu);
  return { seconds: (performance.now() - startMs) / 1000, cpuSeconds: (used.user + used.system) / 1e6 };
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The median time of some runs after one to warm up, in milliseconds. */
export async function medianMs(runs: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = -1; run < runs; run++) {
    const { seconds } = await timed(work);
    if (run >= 0) times.push(seconds * 1000);
  }
  return quantile(times, 0.5);
}
