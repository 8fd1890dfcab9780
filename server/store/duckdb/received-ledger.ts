import { type Range, RangeSet } from '../../../edge/protocol/ranges.ts';
import type { ReceivedRanges, RecordStream } from '../telemetry-store.ts';
import type { Catalogue } from './catalogue.ts';
import { type Engine, rowsOf } from './engine.ts';
import type { FileSet } from './file-set.ts';
import type { PeriodFile } from './period-file.ts';

/** Rows of ranges in the period files above which they are moved to the catalogue. */
const MAX_JOURNAL_ROWS = 20_000;

/**
 * The received set: which record numbers of which stream are durable. A period file journals the ranges of its own rows in
 * the transaction that writes them; from time to time the union goes to the catalogue and the journals are emptied. Doing
 * that twice, or half, changes nothing: it is a union.
 */
export class ReceivedLedger {
  readonly #catalogue: Catalogue;
  readonly #engine: Engine;
  readonly #files: FileSet;
  readonly #streams: Map<number, RecordStream>;
  readonly #numbers = new Map<string, number>();
  readonly #received = new Map<number, RangeSet>();

  constructor(catalogue: Catalogue, engine: Engine, files: FileSet) {
    this.#catalogue = catalogue;
    this.#engine = engine;
    this.#files = files;
    this.#streams = catalogue.streams();
    for (const [number, stream] of this.#streams) this.#numbers.set(keyOf(stream), number);
  }

  /** Reads what the catalogue and the journals say. */
  async load(): Promise<void> {
    for (const { stream, range } of this.#catalogue.received()) this.#rangesOf(stream).add(range[0], range[1]);
    for (const file of this.#files.all().filter(({ hasJournal }) => hasJournal)) {
      await this.#files.using([file], async () => {
        const rows = await rowsOf(
          this.#engine.admin,
          `SELECT stream, from_n::DOUBLE, to_n::DOUBLE FROM ${file.alias}.received`,
        );
        for (const [stream, from, to] of rows) this.#rangesOf(Number(stream)).add(Number(from), Number(to));
      });
    }
  }

  /** The number of a stream, durable before it is returned. */
  numberOf(stream: RecordStream): number {
    const known = this.#numbers.get(keyOf(stream));
    if (known !== undefined) return known;
    const number = this.#catalogue.addStream(stream);
    this.#streams.set(number, stream);
    this.#numbers.set(keyOf(stream), number);
    return number;
  }

  /** Ranges that became durable. */
  add(stream: number, ranges: RangeSet): void {
    if (ranges.size > 0) this.#rangesOf(stream).addAll(ranges.toArray());
  }

  all(): ReceivedRanges[] {
    return [...this.#received].flatMap(([number, ranges]) => {
      const stream = this.#streams.get(number);
      return stream && ranges.size > 0 ? [{ stream, ranges: ranges.toArray() }] : [];
    });
  }

  /** Makes ranges durable that no file holds. */
  saveWith(added: readonly { readonly stream: number; readonly ranges: readonly Range[] }[]): void {
    const union = new Map([...this.#received].map(([stream, ranges]) => [stream, new RangeSet(ranges.toArray())]));
    for (const { stream, ranges } of added) {
      const own = union.get(stream) ?? new RangeSet();
      own.addAll(ranges);
      union.set(stream, own);
    }
    this.#catalogue.replaceReceived(union);
    // Only what is durable counts as received.
    for (const { stream, ranges } of added) this.#rangesOf(stream).addAll(ranges);
  }

  /** Moves the ranges of these files to the catalogue. No commit may run meanwhile. */
  async carry(files: readonly PeriodFile[]): Promise<void> {
    const journals = files.filter(({ hasJournal }) => hasJournal);
    if (journals.length === 0) return;
    this.#catalogue.replaceReceived(this.#received);
    for (const file of journals) {
      await this.#files.using([file], async () => {
        await this.#engine.writer.run(`DELETE FROM ${file.alias}.received`);
        file.writes += 1;
        file.journalRows = 0;
        file.hasJournal = !file.dirty.isEmpty;
        this.#catalogue.setHasJournal(file.name, file.hasJournal);
      });
    }
  }

  /** Files whose journal has grown enough to be moved. */
  grown(): PeriodFile[] {
    return this.#files.all().filter(({ journalRows }) => journalRows > MAX_JOURNAL_ROWS);
  }

  /** No commit may run meanwhile. */
  async forget(stream: RecordStream): Promise<void> {
    const number = this.#numbers.get(keyOf(stream));
    if (number === undefined) return;
    // The journals are emptied first: at the next start they would bring the stream back.
    await this.carry(this.#files.all());
    this.#received.delete(number);
    this.#catalogue.replaceReceived(this.#received);
  }

  #rangesOf(stream: number): RangeSet {
    let ranges = this.#received.get(stream);
    if (!ranges) {
      ranges = new RangeSet();
      this.#received.set(stream, ranges);
    }
    return ranges;
  }
}

function keyOf({ node, epoch }: RecordStream): string {
  return `${node}\0${epoch}`;
}
