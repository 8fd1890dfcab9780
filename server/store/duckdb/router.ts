import { RangeSet } from '../../../edge/protocol/ranges.ts';
import { ORIGINS, type PointBatch, type ReceivedRanges } from '../telemetry-store.ts';
import { CELL_MS } from './dirty-cells.ts';
import type { FileSet } from './file-set.ts';
import type { PeriodFile } from './period-file.ts';
import { SERIES_CLASSES, type SeriesState } from './series-state.ts';

const CONFLICT = ORIGINS.indexOf('conflict');

/** Ranges of record numbers, by the number of their stream. */
export type StreamRanges = Map<number, RangeSet>;

/** What one file gets of a batch: rows in `file.pending`, and the ranges that are complete when it is committed. */
export interface RoutedFile {
  readonly file: PeriodFile;
  readonly ranges: StreamRanges;
  /** Every record that has a row here. */
  records(): StreamRanges;
}

export interface RoutingInput {
  readonly points: PointBatch;
  readonly streams: readonly ReceivedRanges[];
  /** Numbers of `streams`. */
  readonly streamNumbers: readonly number[];
  readonly nowMs: number;
  /** Records that an earlier, half failed commit of this batch has put into a file already. */
  readonly alreadyIn?: ReadonlyMap<PeriodFile, StreamRanges>;
}

/** Where points go: by class and time to a period file, by key to one of its tables. */
export class Router {
  readonly #files: FileSet;
  readonly #series: SeriesState;

  constructor(files: FileSet, series: SeriesState) {
    this.#files = files;
    this.#series = series;
  }

  /** The files that a batch needs, made where there are none. */
  async filesFor({ points, nowMs }: RoutingInput): Promise<PeriodFile[]> {
    const needed = new Set<PeriodFile>();
    const current = new CurrentFiles();
    for (let index = 0; index < points.length; index++) {
      const code = this.#series.classCode(points.series[index] ?? 0);
      const timeMs = (points.timeUs[index] ?? 0) / 1000;
      if (current.has(code, timeMs)) continue;
      const fileClass = SERIES_CLASSES[code] ?? 'fast';
      // In order: a file that is made by one turn is found by the next.
      const file = this.#files.find(fileClass, timeMs, nowMs) ?? (await this.#files.ensure(fileClass, timeMs, nowMs));
      current.set(code, file, 0);
      needed.add(file);
    }
    return [...needed];
  }

  /**
   * Distributes a batch over files that are attached. Files come in the order in which they must be committed: the ranges of
   * a record that lies in several are complete with the last of them.
   */
  route(input: RoutingInput): RoutedFile[] {
    const { points } = input;
    const files: PeriodFile[] = [];
    const fileOfRow = new Uint16Array(points.length);
    const current = new CurrentFiles();
    const known = input.alreadyIn !== undefined && input.alreadyIn.size > 0 ? input.alreadyIn : undefined;
    for (let index = 0; index < points.length; index++) {
      const code = this.#series.classCode(points.series[index] ?? 0);
      const timeMs = (points.timeUs[index] ?? 0) / 1000;
      if (!current.has(code, timeMs)) this.#enter(input, code, timeMs, files, current);
      fileOfRow[index] = current.positionAt(code);
      const file = current.fileAt(code);
      const stream = streamOf(input, index);
      const n = stream < 0 ? -1 : (points.n[index] ?? -1);
      if (file && !known?.get(file)?.get(stream)?.has(n)) this.#place(file, points, index, stream, n);
    }
    return files.map((file, position) => ({
      file,
      ranges: position === files.length - 1 ? allRanges(input) : rangesUpTo(input, fileOfRow, position),
      records: () => recordsIn(input, fileOfRow, position),
    }));
  }

  /** Turns to the file that the next point goes to. */
  #enter(input: RoutingInput, code: number, timeMs: number, files: PeriodFile[], current: CurrentFiles): void {
    const fileClass = SERIES_CLASSES[code] ?? 'fast';
    const file = this.#files.find(fileClass, timeMs, input.nowMs);
    if (!file) throw new Error(`no file for ${fileClass} at ${timeMs} ms`);
    const known = files.indexOf(file);
    current.set(code, file, known >= 0 ? known : files.push(file) - 1);
  }

  #place(file: PeriodFile, points: PointBatch, index: number, stream: number, n: number): void {
    const series = points.series[index] ?? 0;
    const timeUs = points.timeUs[index] ?? 0;
    const origin = points.origin[index] ?? 0;
    const { pending } = file;
    let rows = pending.late;
    if (origin === CONFLICT) rows = pending.conflict;
    else if (!file.isStray && this.#series.advance(series, timeUs)) rows = pending.recent;
    rows.push(series, timeUs, points.value[index] ?? Number.NaN, points.quality[index] ?? 0, origin, stream, n);
    if (timeUs / 1000 < file.rollingToMs && origin !== CONFLICT) markDirty(file, series, timeUs / 1000);
  }
}

function markDirty(file: PeriodFile, series: number, timeMs: number): void {
  if (file.isStray) return;
  const cellMs = Math.floor(timeMs / CELL_MS) * CELL_MS;
  const marked = file.dirty.mark(cellMs, series);
  if (marked !== undefined) file.pending.dirty.push({ cellMs, series: marked });
}

/**
 * The file of each class that the last point went to, with its position among the files of the batch. Most points go where the
 * one before went, and two comparisons tell.
 */
class CurrentFiles {
  readonly #files: (PeriodFile | undefined)[] = SERIES_CLASSES.map(() => undefined);
  readonly #fromMs = new Float64Array(SERIES_CLASSES.length);
  readonly #toMs = new Float64Array(SERIES_CLASSES.length);
  readonly #position = new Uint16Array(SERIES_CLASSES.length);

  has(code: number, timeMs: number): boolean {
    return timeMs >= (this.#fromMs[code] ?? 0) && timeMs < (this.#toMs[code] ?? 0);
  }

  fileAt(code: number): PeriodFile | undefined {
    return this.#files[code];
  }

  positionAt(code: number): number {
    return this.#position[code] ?? 0;
  }

  set(code: number, file: PeriodFile, position: number): void {
    this.#files[code] = file;
    this.#fromMs[code] = file.fromMs;
    this.#toMs[code] = file.toMs;
    this.#position[code] = position;
  }
}

function streamOf({ points, streamNumbers }: RoutingInput, index: number): number {
  return streamNumbers[points.stream[index] ?? -1] ?? -1;
}

/** The ranges that the batch settles as a whole: complete with the file that is committed last. */
function allRanges({ streams, streamNumbers }: RoutingInput): StreamRanges {
  return new Map(streams.map(({ ranges }, index) => [streamNumbers[index] ?? -1, new RangeSet(ranges)]));
}

/** Records whose last row lies in the file at `position`, in the order of commits. */
function rangesUpTo(input: RoutingInput, fileOfRow: Uint16Array, position: number): StreamRanges {
  const lastFile = new Map<number, Map<number, number>>();
  forEachRow(input, (stream, n, index) => {
    const byNumber = lastFile.get(stream) ?? new Map<number, number>();
    byNumber.set(n, Math.max(byNumber.get(n) ?? 0, fileOfRow[index] ?? 0));
    lastFile.set(stream, byNumber);
  });
  const ranges: StreamRanges = new Map();
  for (const [stream, byNumber] of lastFile) {
    const own = [...byNumber].filter(([, last]) => last === position).map(([n]) => [n, n] as const);
    ranges.set(stream, new RangeSet(own.sort((a, b) => a[0] - b[0])));
  }
  return ranges;
}

function recordsIn(input: RoutingInput, fileOfRow: Uint16Array, position: number): StreamRanges {
  const records: StreamRanges = new Map();
  forEachRow(input, (stream, n, index) => {
    if (fileOfRow[index] !== position) return;
    const ranges = records.get(stream) ?? new RangeSet();
    ranges.add(n);
    records.set(stream, ranges);
  });
  return records;
}

function forEachRow(input: RoutingInput, visit: (stream: number, n: number, index: number) => void): void {
  for (let index = 0; index < input.points.length; index++) {
    const stream = streamOf(input, index);
    if (stream >= 0) visit(stream, input.points.n[index] ?? -1, index);
  }
}
