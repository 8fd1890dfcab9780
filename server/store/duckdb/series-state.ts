import type { NumberedSeries } from '../series-dictionary.ts';
import type { Series } from '../telemetry-store.ts';
import { classOfSeries, type FileClass } from './period.ts';

/** Classes that series have, by code: what columns hold. */
export const SERIES_CLASSES: readonly FileClass[] = ['fast', 'registers'];

/** What the writer has to know of each series, in columns: the class of its files and its newest stored time. */
export class SeriesState {
  #classes = new Uint8Array(1024);
  #newestUs = new Float64Array(1024);
  #size = 0;

  /** Series that were there before: nothing at or before `newestUs` of their class is certain to be new. */
  constructor(known: readonly Series[], newestUs: ReadonlyMap<FileClass, number>) {
    for (const [number, series] of known.entries()) {
      this.#add(number, series);
      this.#newestUs[number] = newestUs.get(classOfSeries(series.pollClass)) ?? Number.NEGATIVE_INFINITY;
    }
  }

  get size(): number {
    return this.#size;
  }

  /** Series that are new: whatever comes first is their newest. */
  add(series: readonly NumberedSeries[]): void {
    for (const one of series) {
      if (one.number < this.#size) continue;
      this.#add(one.number, one);
      this.#newestUs[one.number] = Number.NEGATIVE_INFINITY;
    }
  }

  /** Position in `SERIES_CLASSES`. */
  classCode(series: number): number {
    return this.#classes[series] ?? 0;
  }

  classOf(series: number): FileClass {
    return SERIES_CLASSES[this.classCode(series)] ?? 'fast';
  }

  /** Whether this time is after all that is stored of the series; then it is its newest from now on. */
  advance(series: number, timeUs: number): boolean {
    if (!(timeUs > (this.#newestUs[series] ?? Number.NEGATIVE_INFINITY))) return false;
    this.#newestUs[series] = timeUs;
    return true;
  }

  #add(number: number, series: Series): void {
    if (number >= this.#classes.length) {
      const classes = new Uint8Array(number * 2);
      classes.set(this.#classes);
      this.#classes = classes;
      const newestUs = new Float64Array(number * 2);
      newestUs.set(this.#newestUs);
      this.#newestUs = newestUs;
    }
    this.#classes[number] = SERIES_CLASSES.indexOf(classOfSeries(series.pollClass));
    this.#size = Math.max(this.#size, number + 1);
  }
}
