import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { GridClock } from '../../../edge/platform/clock.ts';
import type { DeviceKind } from '../../../edge/protocol/delivery.ts';
import type { DirtySpan } from '../../state/dirty-days.ts';
import type { Retention } from '../../store/retention.ts';
import { IMPORT_NODE, ORIGINS, type RejectedPoint, type TelemetryStore } from '../../store/telemetry-store.ts';
import { DayMarks, type DirtyMarks } from './day-marks.ts';
import { type ImportHead, type ImportPosition, ImportState, NOTHING } from './import-state.ts';
import { LIMITS } from './limits.ts';
import { identify } from './open-text.ts';
import type { ReadPlan } from './parse-plan.ts';
import { parseInThread } from './parse-thread.ts';
import type { FileSeries, ReadingBatch, Refusal, TimeLimits } from './reading-batch.ts';
import { RejectFile } from './reject-file.ts';

export type ImportStore = Pick<
  TelemetryStore,
  'commit' | 'received' | 'forget' | 'seriesOf' | 'series' | 'seriesOfDevice'
>;

export interface ImportParts {
  readonly database: DatabaseSync;
  readonly store: ImportStore;
  readonly gridClock: GridClock;
  readonly dirty: DirtyMarks;
  readonly retention: Retention;
  /** Where files of rejects go. */
  readonly folder: string;
}

/** How far an import is. */
export interface ImportProgress extends ImportPosition {
  readonly phase: 'hashing' | 'reading';
  readonly readBytes: number;
  readonly totalBytes: number;
  /** Readings that were handed to the store now, not by an earlier run. */
  readonly storedNow: number;
}

export interface ImportResult extends ImportPosition {
  readonly id: string;
  /** Nothing was done: the same file was imported before. */
  readonly wasKnown: boolean;
  /** Readings that were handed to the store now, not by an earlier run. */
  readonly storedNow: number;
  /** Where the refused records are; undefined when there are none. */
  readonly rejects: string | undefined;
}

export interface ImportOrder {
  readonly file: string;
  readonly plan: ReadPlan;
  readonly actor: string;
  readonly progress: (progress: ImportProgress) => void;
  readonly signal: AbortSignal;
}

const IMPORT_ORIGIN = ORIGINS.indexOf('import');

/**
 * Imports one file. A batch's rows are committed together with its number; then the counts are saved. So an import that was
 * cut off goes on where it was, and a batch that is stored twice overwrites itself: the key of a reading has its origin, and
 * of one time reads prefer what was read live. A file that was imported before, and is read the same way, changes nothing.
 *
 * @throws GridwardenError IMPORT_INVALID (what was stored before stays), and those of the store
 */
export async function importFile(parts: ImportParts, order: ImportOrder): Promise<ImportResult> {
  const { file, plan, actor, progress, signal } = order;
  const state = new ImportState(parts.database);
  let position = NOTHING;
  const { sha256, bytes } = await identify(
    file,
    (readBytes) => progress({ ...position, phase: 'hashing', readBytes, totalBytes: readBytes, storedNow: 0 }),
    signal,
  );
  const options = JSON.stringify(plan);
  const id = createHash('sha256').update(`${sha256}\0${options}`).digest('hex').slice(0, 32);
  position = state.position(id);
  const rejects = join(parts.folder, `${id}.rejects.csv`);
  const result = (wasKnown: boolean, storedNow: number): ImportResult => ({
    ...position,
    id,
    wasKnown,
    storedNow,
    rejects: position.refused > 0 ? rejects : undefined,
  });
  if (position.done) return result(true, 0);
  const before = position.stored;
  const head: ImportHead = { id, name: basename(file), bytes, options, actor };
  const run = new FileImport(parts, { head, plan, rejects, position, state });
  try {
    for await (const { batch, readBytes } of parseInThread({ file, plan, limits: timeLimits(parts) })) {
      signal.throwIfAborted();
      await run.take(batch);
      progress({
        ...run.position,
        phase: 'reading',
        readBytes,
        totalBytes: bytes,
        storedNow: run.position.stored - before,
      });
    }
    await run.finish();
  } finally {
    run.close();
  }
  position = run.position;
  return result(false, position.stored - before);
}

function timeLimits({ retention, gridClock }: ImportParts): TimeLimits {
  const nowMs = gridClock.nowMs();
  const keptFromMs = { fast: nowMs - retention.fastMs, registers: nowMs - retention.registersMs };
  return {
    keptFromMs: { fast: Math.max(0, keptFromMs.fast), registers: Math.max(0, keptFromMs.registers) },
    untilMs: nowMs + LIMITS.futureMs,
  };
}

interface FileImportParts {
  readonly head: ImportHead;
  readonly plan: ReadPlan;
  readonly rejects: string;
  readonly position: ImportPosition;
  readonly state: ImportState;
}

/** One file on its way into the store. */
class FileImport {
  readonly #parts: ImportParts;
  readonly #head: ImportHead;
  readonly #kind: DeviceKind;
  readonly #state: ImportState;
  readonly #rejects: RejectFile;
  /** Numbers of the store by those of the file. */
  readonly #series: number[] = [];
  /** Names of the devices of the series of the file. */
  readonly #devices: string[] = [];
  readonly #marks: DayMarks;
  position: ImportPosition;

  constructor(parts: ImportParts, { head, plan, rejects, position, state }: FileImportParts) {
    this.#parts = parts;
    this.#marks = new DayMarks(parts.database, parts.dirty);
    this.#head = head;
    this.#kind = plan.kind;
    this.#state = state;
    this.position = position;
    this.#rejects = new RejectFile(rejects, position.rejectsBytes, position.refused);
  }

  async take(batch: ReadingBatch): Promise<void> {
    for (const series of batch.newSeries) {
      this.#series.push(this.#numberOf(series));
      this.#devices.push(series.device);
    }
    // Stored by an earlier run.
    if (batch.n <= this.position.batches) return;
    const spans = spansOf(batch, this.#devices);
    this.#marks.before(spans);
    const rejected = await this.#commit(batch);
    const refusals = [...batch.refusals, ...rejected.map((one) => refusalOf(batch, one))].sort(
      (a, b) => a.line - b.line,
    );
    this.#rejects.append(refusals);
    this.#save(moved(this.position, batch, rejected.length, this.#rejects.bytes), spans);
  }

  async finish(): Promise<void> {
    this.#save({ ...this.position, done: true });
    await this.#parts.store.forget({ node: IMPORT_NODE, epoch: this.#head.id });
  }

  close(): void {
    this.#rejects.close();
  }

  async #commit(batch: ReadingBatch): Promise<readonly RejectedPoint[]> {
    const { length, n } = batch;
    const series = Int32Array.from(batch.series, (number) => this.#series[number] ?? -1);
    const { rejected } = await this.#parts.store.commit({
      points: {
        length,
        series,
        timeUs: batch.timeMs.map((ms) => ms * 1000),
        value: batch.value,
        quality: batch.quality,
        origin: new Uint8Array(length).fill(IMPORT_ORIGIN),
        // The batch is settled as a whole, with the last of its files: its rows need no numbers of their own.
        stream: new Int32Array(length).fill(-1),
        n: new Float64Array(length).fill(-1),
      },
      streams: [{ stream: { node: IMPORT_NODE, epoch: this.#head.id }, ranges: [[n, n]] }],
    });
    return rejected;
  }

  /** A device that the store knows stays what it is. */
  #numberOf({ device, metric, pollClass }: FileSeries): number {
    const { store } = this.#parts;
    const [first] = store.seriesOfDevice(device);
    const known = first === undefined ? undefined : store.series(first);
    return store.seriesOf({ device, metric, pollClass, kind: known?.kind ?? this.#kind });
  }

  #save(position: ImportPosition, spans: readonly DirtySpan[] = []): void {
    this.#state.save(this.#head, position, this.#parts.gridClock.nowMs(), () => this.#marks.after(spans));
    this.position = position;
  }
}

/** From the first to the last reading of each device; one at midnight belongs to the day that it ends, too. */
function spansOf({ series, timeMs }: ReadingBatch, devices: readonly string[]): DirtySpan[] {
  const spans = new Map<string, { fromMs: number; toMs: number }>();
  for (const [row, one] of series.entries()) {
    const device = devices[one] ?? '';
    const atMs = timeMs[row] ?? 0;
    const span = spans.get(device);
    if (!span) spans.set(device, { fromMs: atMs - 1, toMs: atMs + 1 });
    else if (atMs < span.fromMs + 1) span.fromMs = atMs - 1;
    else if (atMs >= span.toMs) span.toMs = atMs + 1;
  }
  return [...spans].map(([device, span]) => ({ device, ...span }));
}

function refusalOf(batch: ReadingBatch, { index, reason }: RejectedPoint): Refusal {
  return { line: batch.line[index] ?? 0, reason: `the store refused it: ${reason}`, text: '' };
}

function moved(position: ImportPosition, batch: ReadingBatch, rejected: number, rejectsBytes: number): ImportPosition {
  let fromMs = position.fromMs ?? Number.POSITIVE_INFINITY;
  let toMs = position.toMs ?? Number.NEGATIVE_INFINITY;
  for (const timeMs of batch.timeMs) {
    if (timeMs < fromMs) fromMs = timeMs;
    if (timeMs > toMs) toMs = timeMs;
  }
  const isEmpty = fromMs > toMs;
  return {
    done: false,
    batches: batch.n,
    rejectsBytes,
    records: position.records + batch.records,
    stored: position.stored + batch.length - rejected,
    missing: position.missing + batch.missing,
    refused: position.refused + batch.refusals.length + rejected,
    fromMs: isEmpty ? undefined : fromMs,
    toMs: isEmpty ? undefined : toMs,
  };
}
