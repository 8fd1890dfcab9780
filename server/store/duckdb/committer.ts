import { DuckDBTimestampValue } from '@duckdb/node-api';
import type { NumberedSeries } from '../series-dictionary.ts';
import type { PointBatch, ReceivedRanges } from '../telemetry-store.ts';
import type { Catalogue } from './catalogue.ts';
import type { PointRows } from './columns.ts';
import { type Engine, inTransaction } from './engine.ts';
import type { FileSet } from './file-set.ts';
import type { PeriodFile } from './period-file.ts';
import type { ReceivedLedger } from './received-ledger.ts';
import { type RoutedFile, Router, type StreamRanges } from './router.ts';
import type { SeriesState } from './series-state.ts';

export interface StoreBatch {
  readonly points: PointBatch;
  readonly streams: readonly ReceivedRanges[];
  /** Series that the catalogue may not have yet. */
  readonly newSeries: readonly NumberedSeries[];
  readonly nowMs: number;
}

export interface CommitterParts {
  readonly engine: Engine;
  readonly catalogue: Catalogue;
  readonly files: FileSet;
  readonly series: SeriesState;
  readonly ledger: ReceivedLedger;
}

/**
 * Writes batches. DuckDB lets a transaction write into one file only, so a batch that spans files is a transaction a file,
 * each with the ranges of the records that are complete with it: whenever it is killed, ranges and rows agree. A batch whose
 * later transaction fails is given back as a whole; what the earlier ones hold of it is left out when it comes again.
 */
export class Committer {
  readonly #parts: CommitterParts;
  readonly #router: Router;
  #halfDone = new Map<PeriodFile, StreamRanges>();

  constructor(parts: CommitterParts) {
    this.#parts = parts;
    this.#router = new Router(parts.files, parts.series);
  }

  /** Returns the files that were written. */
  async commit(batch: StoreBatch): Promise<readonly PeriodFile[]> {
    const { catalogue, series, ledger, files } = this.#parts;
    catalogue.addSeries(batch.newSeries);
    series.add(batch.newSeries);
    const streamNumbers = batch.streams.map(({ stream }) => ledger.numberOf(stream));
    const input = { ...batch, streamNumbers, alreadyIn: this.#halfDone };
    const needed = await this.#router.filesFor(input);
    if (needed.length === 0) this.#commitRanges(batch.streams, streamNumbers);
    else await files.using(needed, () => this.#writeAll(this.#router.route(input)));
    this.#halfDone.clear();
    return needed;
  }

  async #writeAll(routed: readonly RoutedFile[]): Promise<void> {
    const done: RoutedFile[] = [];
    try {
      for (const one of routed) {
        await this.#write(one.file, one.ranges);
        done.push(one);
      }
    } catch (error) {
      for (const { file, records } of done) this.#noteHalfDone(file, records());
      throw error;
    } finally {
      for (const { file } of routed) file.pending.clear();
    }
  }

  async #write(file: PeriodFile, ranges: StreamRanges): Promise<void> {
    const { engine, catalogue, ledger } = this.#parts;
    const { pending } = file;
    if (!file.hasJournal && (ranges.size > 0 || pending.dirty.length > 0)) {
      catalogue.setHasJournal(file.name, true);
      file.hasJournal = true;
    }
    const counts = [pending.recent.length, pending.late.length, pending.conflict.length] as const;
    let journalRows = 0;
    try {
      await inTransaction(engine.writer, async () => {
        await this.#append(file, file.currentRecent, pending.recent);
        await this.#append(file, 'late', pending.late);
        await this.#append(file, 'conflict', pending.conflict);
        await this.#appendDirty(file);
        journalRows = await this.#appendRanges(file, ranges);
      });
    } catch (error) {
      file.broken = true;
      throw error;
    }
    file.writes += 1;
    file.counts.recent += counts[0];
    file.counts.late += counts[1];
    file.counts.conflict += counts[2];
    file.journalRows += journalRows;
    for (const [stream, own] of ranges) ledger.add(stream, own);
  }

  async #append(file: PeriodFile, table: string, rows: PointRows): Promise<void> {
    if (rows.length === 0) return;
    const appender = await file.appender(this.#parts.engine.writer, table);
    rows.appendTo(appender);
    appender.flushSync();
  }

  async #appendDirty(file: PeriodFile): Promise<void> {
    const { dirty } = file.pending;
    if (dirty.length === 0) return;
    const appender = await file.appender(this.#parts.engine.writer, 'dirty');
    for (const { cellMs, series } of dirty) {
      appender.appendInteger(series);
      appender.appendTimestamp(new DuckDBTimestampValue(BigInt(cellMs) * 1000n));
      appender.appendInteger(file.dirtyGeneration);
      appender.endRow();
    }
    appender.flushSync();
  }

  async #appendRanges(file: PeriodFile, ranges: StreamRanges): Promise<number> {
    const appender = await file.appender(this.#parts.engine.writer, 'received');
    let rows = 0;
    for (const [stream, own] of ranges) {
      for (const [from, to] of own.toArray()) {
        appender.appendInteger(stream);
        appender.appendBigInt(BigInt(from));
        appender.appendBigInt(BigInt(to));
        appender.endRow();
        rows += 1;
      }
    }
    if (rows > 0) appender.flushSync();
    return rows;
  }

  /** Records without points lie in no file. */
  #commitRanges(streams: readonly ReceivedRanges[], numbers: readonly number[]): void {
    const { ledger } = this.#parts;
    const added = streams.map(({ ranges }, index) => ({ stream: numbers[index] ?? -1, ranges }));
    if (added.every(({ ranges }) => ranges.length === 0)) return;
    ledger.saveWith(added);
  }

  #noteHalfDone(file: PeriodFile, records: StreamRanges): void {
    const known = this.#halfDone.get(file) ?? new Map();
    for (const [stream, ranges] of records) {
      const own = known.get(stream);
      if (own) own.addAll(ranges.toArray());
      else known.set(stream, ranges);
    }
    this.#halfDone.set(file, known);
  }
}
