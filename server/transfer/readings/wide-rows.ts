import { GridwardenError } from '../../../edge/platform/errors.ts';
import { GOOD } from '../../../edge/protocol/quality.ts';
import { type CurveColumn, curveColumns } from './curve-columns.ts';
import { HeadingIndex, normal } from './headings.ts';
import type { FieldReader } from './long-rows.ts';
import type { Mapping } from './mapping.schema.ts';
import { Ratio } from './ratio.ts';
import { type BatchBuilder, numberOf } from './reading-batch.ts';
import type { ReadingTimes } from './reading-time.ts';

interface ValueColumn {
  readonly place: number;
  readonly metric: string;
}

/** Several readings a record, as a mapping says. A cell that is wrong is refused alone; the others of its record are taken. */
export class WideRows implements FieldReader {
  readonly #mapping: Mapping;
  readonly #times: ReadingTimes;
  readonly #headings: readonly string[];
  readonly #device: number;
  readonly #time: number;
  readonly #values: readonly ValueColumn[];
  readonly #curve: readonly CurveColumn[];
  readonly #curveMetric: number | undefined;
  readonly #words: ReadonlyMap<string, string>;
  readonly #ratio: Ratio | undefined;
  readonly #missing: ReadonlySet<string>;

  /** @throws GridwardenError IMPORT_INVALID when what the mapping needs is not in the header, or there twice */
  constructor(headings: readonly string[], mapping: Mapping, times: ReadingTimes) {
    const index = new HeadingIndex(headings);
    this.#mapping = mapping;
    this.#times = times;
    this.#headings = headings;
    this.#device = index.need('the device', mapping.device.columns);
    this.#time = index.need('the time', mapping.time.columns);
    this.#values = valueColumns(mapping, index);
    this.#curve = mapping.curve ? curveColumns(mapping.curve, headings) : [];
    if (this.#values.length + this.#curve.length === 0) {
      throw new GridwardenError(
        'IMPORT_INVALID',
        `No column of the mapping ${mapping.name} holds a value: is it the right one?`,
      );
    }
    const metricColumn = mapping.curve?.metricColumn;
    this.#curveMetric = metricColumn && index.find(metricColumn.columns);
    this.#words = new Map(Object.entries(metricColumn?.words ?? {}).map(([word, metric]) => [normal(word), metric]));
    this.#ratio = mapping.ratio && Ratio.of(mapping.ratio, index);
    this.#missing = new Set(mapping.missing);
  }

  read(fields: readonly string[], batch: BatchBuilder): void {
    if (fields.length !== this.#headings.length) {
      batch.refuse(`it has ${fields.length} columns, the header ${this.#headings.length}`);
      return;
    }
    const device = this.#cell(fields, this.#device);
    if (this.#missing.has(device)) {
      batch.refuse(`${this.#headings[this.#device]}, which names the device, is empty`);
      return;
    }
    const divisor = this.#ratio ? this.#ratio.divisorOf(fields) : 1;
    if (typeof divisor === 'string') {
      batch.refuse(divisor);
      return;
    }
    this.#readValues(fields, device, divisor, batch);
    if (this.#curve.length > 0) this.#readCurve(fields, device, divisor, batch);
  }

  #readValues(fields: readonly string[], device: string, divisor: number, batch: BatchBuilder): void {
    if (this.#values.length === 0) return;
    const timeMs = this.#times.read(fields[this.#time] ?? '');
    if (typeof timeMs === 'string') {
      batch.refuse(timeMs);
      return;
    }
    for (const { place, metric } of this.#values) this.#take(fields, place, device, metric, timeMs, divisor, batch);
  }

  #readCurve(fields: readonly string[], device: string, divisor: number, batch: BatchBuilder): void {
    const metric = this.#metricOf(fields);
    if (metric === undefined) {
      const word = fields[this.#curveMetric ?? 0] ?? '';
      batch.refuse(`"${word.slice(0, 50)}" is no kind of curve that the mapping ${this.#mapping.name} knows`);
      return;
    }
    for (const { place, minutes } of this.#curve) {
      if (this.#missing.has(this.#cell(fields, place))) batch.missing();
      else {
        const timeMs = this.#times.readOnDay(fields[this.#time] ?? '', minutes);
        if (typeof timeMs === 'string') batch.refuse(`${this.#headings[place]}: ${timeMs}`);
        else this.#take(fields, place, device, metric, timeMs, divisor, batch);
      }
    }
  }

  #metricOf(fields: readonly string[]): string | undefined {
    if (this.#curveMetric === undefined) return this.#mapping.curve?.metric;
    return this.#words.get(normal(fields[this.#curveMetric] ?? ''));
  }

  #take(
    fields: readonly string[],
    place: number,
    device: string,
    metric: string,
    timeMs: number,
    divisor: number,
    batch: BatchBuilder,
  ): void {
    const text = this.#cell(fields, place);
    if (this.#missing.has(text)) {
      batch.missing();
      return;
    }
    const value = numberOf(text);
    const where = `${this.#headings[place]}: `;
    if (!Number.isFinite(value)) {
      batch.refuse(`${where}"${text.slice(0, 50)}" is no finite number`);
      return;
    }
    batch.add(device, metric, timeMs, value / divisor, GOOD, where);
  }

  /** Spreadsheets put a tab or an apostrophe before a long number, so that it stays one. */
  #cell(fields: readonly string[], place: number): string {
    const text = fields[place] ?? '';
    return text.trim().replace(/^'/, '');
  }
}

function valueColumns({ values }: Mapping, index: HeadingIndex): ValueColumn[] {
  return values.flatMap(({ metric, columns }) => {
    const place = index.find(columns);
    return place === undefined ? [] : [{ place, metric }];
  });
}
