import { didYouMean } from '../../../edge/platform/names.ts';
import { GOOD, QUALITIES } from '../../../edge/protocol/quality.ts';
import { HeadingIndex } from './headings.ts';
import { type BatchBuilder, numberOf, qualityOfWord } from './reading-batch.ts';
import type { ReadingTimes } from './reading-time.ts';

/** Reads the fields of one record after the other into readings. */
export interface FieldReader {
  read(fields: readonly string[], batch: BatchBuilder): void;
}

/** `device,time,metric,value[,quality]`, one reading a record; columns in any order, others are left alone. */
export class LongRows implements FieldReader {
  readonly #times: ReadingTimes;
  readonly #columns: number;
  readonly #device: number;
  readonly #time: number;
  readonly #metric: number;
  readonly #value: number;
  readonly #quality: number;

  /** @throws GridwardenError IMPORT_INVALID when a column is missing or there twice */
  constructor(headings: readonly string[], times: ReadingTimes) {
    const index = new HeadingIndex(headings);
    this.#times = times;
    this.#columns = headings.length;
    this.#device = index.need('the device', ['device']);
    this.#time = index.need('the time', ['time']);
    this.#metric = index.need('the metric', ['metric']);
    this.#value = index.need('the value', ['value']);
    this.#quality = index.find(['quality']) ?? -1;
  }

  read(fields: readonly string[], batch: BatchBuilder): void {
    if (fields.length !== this.#columns) {
      batch.refuse(`it has ${fields.length} columns, the header ${this.#columns}`);
      return;
    }
    const timeMs = this.#times.read(fields[this.#time] ?? '');
    if (typeof timeMs === 'string') {
      batch.refuse(timeMs);
      return;
    }
    const word = this.#quality < 0 ? '' : (fields[this.#quality] ?? '');
    addReading(batch, fields[this.#device] ?? '', fields[this.#metric] ?? '', timeMs, fields[this.#value] ?? '', word);
  }
}

/** A reading from its texts; an empty word of quality is good. */
export function addReading(
  batch: BatchBuilder,
  device: string,
  metric: string,
  timeMs: number,
  valueText: string,
  word: string,
): void {
  const quality = word === '' ? GOOD : qualityOfWord(word);
  if (quality === undefined) {
    batch.refuse(
      `"${word.slice(0, 50)}" is no quality${didYouMean(word.slice(0, 50), QUALITIES) || `: ${QUALITIES.join(', ')}`}`,
    );
    return;
  }
  const value = quality === GOOD ? numberOf(valueText) : Number.NaN;
  if (quality === GOOD && !Number.isFinite(value)) {
    if (valueText.trim() === '') {
      batch.refuse('there is no value; where it is missing, quality says why');
      return;
    }
    batch.refuse(`"${valueText.slice(0, 50)}" is no finite number`);
    return;
  }
  batch.add(device.trim(), metric.trim(), timeMs, value, quality);
}
