import { didYouMean } from '../../../edge/platform/names.ts';
import { GOOD, QUALITIES, type QualityCode } from '../../../edge/protocol/quality.ts';
import {
  METRIC_NAMES,
  type PollClass,
  pollClassOf,
  type Quantity,
  quantityOf,
} from '../../../edge/protocol/quantities.ts';
import { LIMITS } from './limits.ts';

/** A series as a file names it; its number counts from 0 in each file. */
export interface FileSeries {
  readonly device: string;
  readonly metric: string;
  readonly pollClass: PollClass;
}

/** A record, or a cell of one, that was not taken. */
export interface Refusal {
  readonly line: number;
  readonly reason: string;
  /** The record, or its beginning. */
  readonly text: string;
}

/** Readings of some consecutive records, in columns; made by the parser, committed as a whole. */
export interface ReadingBatch {
  /** From 1, in the order of the file. The same file is cut the same way each time. */
  readonly n: number;
  readonly length: number;
  /** Numbers of the file's series. */
  readonly series: Int32Array<ArrayBuffer>;
  readonly timeMs: Float64Array<ArrayBuffer>;
  readonly value: Float64Array<ArrayBuffer>;
  readonly quality: Uint8Array<ArrayBuffer>;
  readonly line: Float64Array<ArrayBuffer>;
  /** Series that no earlier batch had, in the order of their numbers. */
  readonly newSeries: readonly FileSeries[];
  readonly records: number;
  /** Cells that said that there is no value. */
  readonly missing: number;
  readonly refusals: readonly Refusal[];
}

/** Times that an import may have, by what retention keeps. */
export interface TimeLimits {
  readonly keptFromMs: Readonly<Record<PollClass, number>>;
  readonly untilMs: number;
}

interface KnownMetric {
  readonly quantity: Quantity;
  readonly pollClass: PollClass;
}

const QUALITY_CODES: ReadonlyMap<string, number> = new Map(QUALITIES.map((word, code) => [word, code]));

/** Collects readings, checks each against the catalogue and the limits of time, and keeps what is refused beside them. */
export class BatchBuilder {
  readonly #limits: TimeLimits;
  readonly #metrics = new Map<string, KnownMetric>();
  readonly #series = new Map<string, Map<string, number>>();
  #seriesCount = 0;
  #lastDevice: string | undefined;
  #ofLastDevice = new Map<string, number>();
  #n = 0;
  #open = new OpenBatch();
  /** The record that is being read. */
  #line = 0;
  #text = '';

  constructor(limits: TimeLimits) {
    this.#limits = limits;
  }

  /** A record begins. */
  begin(line: number, text: string): void {
    this.#line = line;
    this.#text = text;
    this.#open.records += 1;
  }

  /** The record, or what `reason` names of it, is not taken. */
  refuse(reason: string): void {
    const text = this.#text.slice(0, LIMITS.rejectChars);
    this.#open.refusals.push({ line: this.#line, reason, text });
  }

  /** A cell says that there is no value. */
  missing(): void {
    this.#open.missing += 1;
  }

  /** Takes a reading of the record, or refuses it; `where` stands before the reason. NaN goes with a quality that is not good. */
  add(device: string, metric: string, timeMs: number, value: number, quality: QualityCode, where = ''): void {
    const known = this.#metrics.get(metric) ?? this.#learnMetric(metric);
    if (typeof known === 'string') {
      this.refuse(where + known);
      return;
    }
    const { quantity, pollClass } = known;
    if (!(timeMs >= this.#limits.keptFromMs[pollClass] && timeMs <= this.#limits.untilMs)) {
      this.refuse(where + this.#timeProblem(timeMs, pollClass));
      return;
    }
    if (quality === GOOD && !(value >= quantity.min && value <= quantity.max)) {
      this.refuse(
        `${where}${value} ${quantity.unit} is outside ${quantity.min} to ${quantity.max}, which ${metric} can be`,
      );
      return;
    }
    const series = this.#seriesOf(device, metric, pollClass);
    if (typeof series === 'string') {
      this.refuse(where + series);
      return;
    }
    this.#open.push(series, timeMs, quality === GOOD ? value : Number.NaN, quality, this.#line);
  }

  /** The batch, when it is full. */
  takeFull(): ReadingBatch | undefined {
    const { length, records } = this.#open;
    return length >= LIMITS.batchValues || records >= LIMITS.batchValues ? this.#take() : undefined;
  }

  /** What is left at the end of the file. */
  takeLast(): ReadingBatch | undefined {
    return this.#open.records > 0 ? this.#take() : undefined;
  }

  #take(): ReadingBatch {
    const batch = this.#open.build(++this.#n);
    this.#open = new OpenBatch();
    return batch;
  }

  #learnMetric(metric: string): KnownMetric | string {
    const quantity = quantityOf(metric);
    if (!quantity)
      return `"${metric.slice(0, 100)}" is no metric of the catalogue${didYouMean(metric.slice(0, 100), METRIC_NAMES)}`;
    const known = { quantity, pollClass: pollClassOf(quantity.kind) };
    this.#metrics.set(metric, known);
    return known;
  }

  #timeProblem(timeMs: number, pollClass: PollClass): string {
    if (!Number.isFinite(timeMs)) return 'the time is none';
    const { keptFromMs, untilMs } = this.#limits;
    const time = describeTime(timeMs);
    if (timeMs > untilMs) return `${time} is in the future`;
    return `${time} is older than readings of this kind are kept (retention.${pollClass}: from ${describeTime(keptFromMs[pollClass])})`;
  }

  #seriesOf(device: string, metric: string, pollClass: PollClass): number | string {
    if (device !== this.#lastDevice) {
      const problem = deviceProblem(device);
      if (problem !== undefined) return problem;
      this.#ofLastDevice = this.#series.get(device) ?? new Map();
      this.#series.set(device, this.#ofLastDevice);
      this.#lastDevice = device;
    }
    return this.#ofLastDevice.get(metric) ?? this.#learnSeries(device, metric, pollClass);
  }

  #learnSeries(device: string, metric: string, pollClass: PollClass): number | string {
    if (this.#seriesCount >= LIMITS.seriesPerFile)
      return `the file has more than ${LIMITS.seriesPerFile} series; split it`;
    const number = this.#seriesCount++;
    this.#ofLastDevice.set(metric, number);
    this.#open.newSeries.push({ device, metric, pollClass });
    return number;
  }
}

/** The code of a word of quality; undefined when it is none. */
export function qualityOfWord(word: string): QualityCode | undefined {
  return QUALITY_CODES.get(word);
}

/** A number as files write it; NaN when it is none. Hexadecimal and the like are not. */
export function numberOf(text: string): number {
  const second = text.charCodeAt(1) | 0x20;
  // x, o, b
  if (text === '' || second === 0x78 || second === 0x6f || second === 0x62) return Number.NaN;
  const value = Number(text);
  return value === 0 && text.trim() === '' ? Number.NaN : value;
}

function deviceProblem(device: string): string | undefined {
  if (device === '') return 'the device is empty';
  if (device.length > LIMITS.deviceChars) return `the device has more than ${LIMITS.deviceChars} characters`;
  if (device.includes('�')) return 'the device has bytes that are not of the encoding of the file (--encoding)';
  for (let i = 0; i < device.length; i++) if (device.charCodeAt(i) < 0x20) return 'the device has a control character';
  return undefined;
}

function describeTime(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`;
}

/** A batch that is being filled. */
class OpenBatch {
  length = 0;
  records = 0;
  missing = 0;
  readonly newSeries: FileSeries[] = [];
  readonly refusals: Refusal[] = [];
  #series = new Int32Array(4096);
  #timeMs = new Float64Array(4096);
  #value = new Float64Array(4096);
  #quality = new Uint8Array(4096);
  #line = new Float64Array(4096);

  push(series: number, timeMs: number, value: number, quality: number, line: number): void {
    const row = this.length;
    if (row === this.#series.length) this.#grow(row * 2);
    this.#series[row] = series;
    this.#timeMs[row] = timeMs;
    this.#value[row] = value;
    this.#quality[row] = quality;
    this.#line[row] = line;
    this.length = row + 1;
  }

  build(n: number): ReadingBatch {
    const { length, records, missing, newSeries, refusals } = this;
    return {
      n,
      length,
      series: this.#series.slice(0, length),
      timeMs: this.#timeMs.slice(0, length),
      value: this.#value.slice(0, length),
      quality: this.#quality.slice(0, length),
      line: this.#line.slice(0, length),
      newSeries,
      records,
      missing,
      refusals,
    };
  }

  #grow(rows: number): void {
    this.#series = grown(new Int32Array(rows), this.#series);
    this.#timeMs = grown(new Float64Array(rows), this.#timeMs);
    this.#value = grown(new Float64Array(rows), this.#value);
    this.#quality = grown(new Uint8Array(rows), this.#quality);
    this.#line = grown(new Float64Array(rows), this.#line);
  }
}

function grown<T extends Int32Array | Float64Array | Uint8Array>(target: T, source: T): T {
  target.set(source);
  return target;
}
