import { CsvWriter } from './csv-writer.ts';
import type { ExportFormat } from './export-plan.ts';
import { ParquetWriter } from './parquet-writer.ts';

/** Readings of one series, in columns. */
export interface ExportRows {
  readonly device: string;
  readonly metric: string;
  readonly timeMs: Float64Array;
  /** NaN where the quality is not good. */
  readonly value: Float64Array;
  readonly quality: Uint8Array;
  readonly origin: Uint8Array;
}

/** What the thread that writes is given. */
export interface WriteOrder {
  readonly file: string;
  readonly format: ExportFormat;
  readonly isCompressed: boolean;
}

/** Writes one file of readings: `device`, `time`, `metric`, `value`, `quality`, `origin`, as an import takes them. */
export interface ReadingWriter {
  write(rows: readonly ExportRows[]): Promise<void>;
  /** The file is whole and on disk when it resolves. */
  finish(): Promise<void>;
  /** Lets go of what is open; what was written is left. */
  close(): Promise<void>;
}

/** @throws GridwardenError DIRECTORY_UNWRITABLE, DISK_FULL */
export function openWriter({ file, format, isCompressed }: WriteOrder): Promise<ReadingWriter> {
  return format === 'parquet' ? ParquetWriter.open(file) : CsvWriter.open(file, isCompressed);
}
