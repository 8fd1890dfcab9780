import type { DeviceHealth, DeviceRead } from '../reading.ts';
import type { NewBlock } from './change.ts';
import { KEEP_CLASSES, type KeepClass } from './record.ts';
import { RecordWriter } from './record-codec.ts';

/** Reads and changes of health in the order in which they came; the reads are numbered from `firstN` on. */
export interface TakenBatch {
  readonly firstN: number;
  /** Number of the last read; below `firstN` when the batch holds changes of health only. */
  readonly lastN: number;
  readonly entries: readonly (DeviceRead | DeviceHealth)[];
}

export function isRead(entry: DeviceRead | DeviceHealth): entry is DeviceRead {
  return 'layout' in entry;
}

/** Collects what is committed together. */
export class BatchWriter {
  readonly #writers = new Map<KeepClass, RecordWriter>(
    KEEP_CLASSES.map((keepClass) => [keepClass, new RecordWriter()]),
  );
  #entries: (DeviceRead | DeviceHealth)[] = [];
  #firstN = 1;
  #nextN = 1;

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  get bytes(): number {
    let bytes = 0;
    for (const writer of this.#writers.values()) bytes += writer.byteLength;
    return bytes;
  }

  /** Gives the read the next number. */
  add(read: DeviceRead, layoutId: number, keepClass: KeepClass): void {
    const { timeMs, clockGeneration, values, quality } = read;
    this.#writers.get(keepClass)?.append({ n: this.#nextN++, layoutId, timeMs, clockGeneration, values, quality });
    this.#entries.push(read);
  }

  note(health: DeviceHealth): void {
    this.#entries.push(health);
  }

  /** The batch and its blocks; the next batch begins. */
  finish(): { readonly batch: TakenBatch; readonly blocks: NewBlock[] } {
    const batch = { firstN: this.#firstN, lastN: this.#nextN - 1, entries: this.#entries };
    const blocks: NewBlock[] = [];
    for (const [keepClass, writer] of this.#writers) {
      const encoded = writer.finish();
      if (encoded) blocks.push({ ...encoded, keepClass });
    }
    this.#firstN = this.#nextN;
    this.#entries = [];
    return { batch, blocks };
  }
}
