import { RangeSet } from '../../../edge/protocol/ranges.ts';
import { ORIGINS, type PointBatch, type ReceivedRanges } from '../telemetry-store.ts';
import { CELL_MS } from './dirty-cells.ts';
import type { FileSet } from './file-set.ts';
import { FILE_CLASSES, type FileClass } from './period.ts';
import type { PeriodFile } from './period-file.ts';
import type { SeriesState } from './series-state.ts';

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
      const fileClass = this.#series.classOf(points.series[index] ?? 0);
      const timeMs = (points.timeUs[index] ?? 0) / 1000;
      if (current.at(fileClass, timeMs)) continue;
      // In order: a file that is made by one turn is found by the next.
      const file = this.#files.find(fileClass, timeMs, nowMs) ?? (await this.#files.ensure(fileClass, timeMs, nowMs));
      current.set(fileClass, file);
      needed.add(file);
    }
    return [...needed];
  }

  /**
   * Distributes a batch over files that are attached. Files come in the order in which they must be committed: the ranges of
   * a record that lies in several are complete with the last of them.
   */
  route(input: RoutingInput): RoutedFile[] {
    const { points, nowMs, alreadyIn } = input;
    const files: PeriodFile[] = [];
    const fileOfRow = new Uint16Array(points.length);
    const current = new CurrentFiles();
    for (let index = 0; index < points.length; index++) {
      const series = points.series[index] ?? 0;
      const timeUs = points.timeUs[index] ?? 0;
      const fileClass = this.#series.classOf(series);
      const file = current.at(fileClass, timeUs / 1000) ?? this.#files.find(fileClass, timeUs / 1000, nowMs);
      if (!file) throw new Error(`no file for ${fileClass} at ${timeUs} µs`);
      current.set(fileClass, file);
      let position = files.indexOf(file);
      if (position < 0) position = files.push(file) - 1;
      fileOfRow[index] = position;
      const stream = streamOf(input, index);
      const n = stream < 0 ? -1 : (points.n[index] ?? -1);
      if (alreadyIn?.get(file)?.get(stream)?.has(n)) continue;
      this.#place(file, points, index, stream, n);
    }
    return files.map((file, position) => ({
      file,
      ranges: position === files.length - 1 ? allRanges(input) : rangesUpTo(input, fileOfRow, position),
      records: () => recordsIn(input, fileOfRow, position),
    }));
  }

  #place(file: PeriodFile, points: PointBatch, index: number, stream: number, n: number): void {
    const series = points.series[index] ?? 0;
    const timeUs = points.timeUs[index] ?? 0;
    const origin = points.origin[index] ?? 0;
    const { pending } = file;
    const isConflict = origin === CONFLICT;
    const rows = isConflict
      ? pending.conflict
      : !file.isStray && this.#series.advance(series, timeUs)
        ? pending.recent
        : pending.late;
    rows.push(series, timeUs, points.value[index] ?? Number.NaN, points.quality[index] ?? 0, origin, stream, n);
    const timeMs = timeUs / 1000;
    if (isConflict || timeMs >= file.rollingToMs || file.isStray) return;
    const cellMs = Math.floor(timeMs / CELL_MS) * CELL_MS;
    const marked = file.dirty.mark(cellMs, series);
    if (marked !== undefined) pending.dirty.push({ cellMs, series: marked });
  }
}

/** The file of each class that the last point went to; most points of a batch go where the one before went. */
class CurrentFiles {
  readonly #files: (PeriodFile | undefined)[] = FILE_CLASSES.map(() => undefined);

  at(fileClass: FileClass, timeMs: number): PeriodFile | undefined {
    const file = this.#files[FILE_CLASSES.indexOf(fileClass)];
    return file && timeMs >= file.fromMs && timeMs < file.toMs ? file : undefined;
  }

  set(fileClass: FileClass, file: PeriodFile): void {
    this.#files[FILE_CLASSES.indexOf(fileClass)] = file;
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
