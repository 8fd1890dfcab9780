import { GridwardenError } from '../../../edge/platform/errors.ts';
import { type Delimiter, delimiterOf, fieldsOf } from './csv-fields.ts';
import { JsonRows } from './json-rows.ts';
import { LocalZone } from './local-time.ts';
import { type FieldReader, LongRows } from './long-rows.ts';
import { textOf } from './open-text.ts';
import type { ParseOrder, ReadPlan } from './parse-plan.ts';
import { BatchBuilder, type ReadingBatch } from './reading-batch.ts';
import { ReadingTimes } from './reading-time.ts';
import { RecordCutter, type TextRecord } from './text-records.ts';
import { WideRows } from './wide-rows.ts';

/** The times of a file, as its plan says. */
export function timesOf({ timeZone, mapping }: ReadPlan): ReadingTimes {
  const zone = timeZone === undefined ? undefined : new LocalZone(timeZone);
  return new ReadingTimes(zone, mapping?.time.dateMeans ?? 'refused');
}

/**
 * The readings of a CSV or NDJSON file, batch by batch, however long it is.
 * @throws GridwardenError IMPORT_INVALID when it cannot be read, is cut off, or its header does not fit
 */
export async function* parseText(
  { file, plan, limits }: ParseOrder,
  progress: (bytes: number) => void,
): AsyncGenerator<ReadingBatch> {
  const batch = new BatchBuilder(limits);
  const reader = plan.format === 'csv' ? new CsvReader(plan) : new JsonReader(plan);
  const cutter = new RecordCutter(plan.format === 'csv');
  for await (const text of textOf(file, plan.encoding, progress)) {
    for (const record of cutter.push(text)) {
      reader.read(record, batch);
      const full = batch.takeFull();
      if (full) yield full;
    }
  }
  for (const record of cutter.end()) reader.read(record, batch);
  reader.end();
  const last = batch.takeLast();
  if (last) yield last;
}

interface RecordReader {
  read(record: TextRecord, batch: BatchBuilder): void;
  end(): void;
}

class JsonReader implements RecordReader {
  readonly #rows: JsonRows;

  constructor(plan: ReadPlan) {
    this.#rows = new JsonRows(timesOf(plan));
  }

  read({ line, text, problem }: TextRecord, batch: BatchBuilder): void {
    if (text.trim() === '') return;
    batch.begin(line, text);
    if (problem !== undefined) batch.refuse(problem);
    else this.#rows.read(text, batch);
  }

  end(): void {
    // A file without a line is no mistake.
  }
}

/** The first record that is not empty is the header. */
class CsvReader implements RecordReader {
  readonly #plan: ReadPlan;
  #delimiter: Delimiter = ',';
  #rows: FieldReader | undefined;

  constructor(plan: ReadPlan) {
    this.#plan = plan;
  }

  read({ line, text, problem }: TextRecord, batch: BatchBuilder): void {
    if (text === '') return;
    if (!this.#rows) {
      this.#rows = this.#readHeader(line, text, problem);
      return;
    }
    batch.begin(line, text);
    if (problem !== undefined) {
      batch.refuse(problem);
      return;
    }
    const fields = fieldsOf(text, this.#delimiter);
    if (typeof fields === 'string') batch.refuse(fields);
    else this.#rows.read(fields, batch);
  }

  /** @throws GridwardenError IMPORT_INVALID */
  end(): void {
    if (!this.#rows) throw new GridwardenError('IMPORT_INVALID', 'The file is empty: it has no header');
  }

  #readHeader(line: number, text: string, problem: string | undefined): FieldReader {
    this.#delimiter = delimiterOf(text);
    const fields = problem ?? fieldsOf(text, this.#delimiter);
    if (typeof fields === 'string') throw new GridwardenError('IMPORT_INVALID', `Line ${line}, the header: ${fields}`);
    const times = timesOf(this.#plan);
    const { mapping } = this.#plan;
    return mapping ? new WideRows(fields, mapping, times) : new LongRows(fields, times);
  }
}
