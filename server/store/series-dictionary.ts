import type { Series } from './telemetry-store.ts';

/** A series with the number it was given, in the order of numbers. */
export interface NumberedSeries extends Series {
  readonly number: number;
}

/**
 * Series and their numbers, dense from 0. A series is known by device and metric; kind and poll class are those it had
 * first, because they decide where its points lie.
 */
export class SeriesDictionary {
  readonly #series: Series[] = [];
  readonly #byDevice = new Map<string, Map<string, number>>();
  #firstUnsaved: number;

  constructor(known: Iterable<Series> = []) {
    for (const series of known) this.#add(series);
    this.#firstUnsaved = this.#series.length;
  }

  get size(): number {
    return this.#series.length;
  }

  numberOf(series: Series): number {
    return this.#byDevice.get(series.device)?.get(series.metric) ?? this.#add(series);
  }

  at(number: number): Series | undefined {
    return this.#series[number];
  }

  ofDevice(device: string): readonly number[] {
    return [...(this.#byDevice.get(device)?.values() ?? [])];
  }

  /** Series that no durable dictionary holds yet. */
  unsaved(): readonly NumberedSeries[] {
    const from = this.#firstUnsaved;
    return this.#series.slice(from).map((series, index) => ({ ...series, number: from + index }));
  }

  /** All series below `size` are durable. */
  saved(size: number): void {
    this.#firstUnsaved = Math.max(this.#firstUnsaved, size);
  }

  #add(series: Series): number {
    const number = this.#series.length;
    this.#series.push(series);
    const metrics = this.#byDevice.get(series.device);
    if (metrics) metrics.set(series.metric, number);
    else this.#byDevice.set(series.device, new Map([[series.metric, number]]));
    return number;
  }
}
