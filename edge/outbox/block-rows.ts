import type { BlockInfo } from './block-index.ts';
import { KEEP_CLASSES, type KeepClass } from './record.ts';
import { decodeRanges } from './record-codec.ts';
import { bytesOf, parsed, type Statements, textOf } from './statements.ts';

/** A row of the block table as it is written; the index knows what is worth knowing of it afterwards. */
export interface BlockRow {
  readonly id: number;
  readonly epoch: string;
  readonly keepClass: KeepClass;
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly runningMs: number;
  readonly codec: number;
  readonly checksum: number;
  readonly numbers: Uint8Array;
  readonly data: Uint8Array;
}

/** How the data of a block are encoded. */
export const CODEC = { records: 0, compact: 1 } as const;

/** What a row of the block table costs besides its two blobs, roughly. */
export const ROW_BYTES = 48;

/** The rows of the block table. */
export class BlockRows {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  /** Everything of the blocks but their data. */
  all(): BlockInfo[] {
    const rows = this.#statements.all(
      'SELECT id, epoch, class, count, from_ms, to_ms, running_ms, codec, numbers, length(data) AS bytes FROM block ORDER BY id',
    );
    return rows.map((row) => ({
      id: Number(row.id),
      epoch: textOf(row.epoch),
      keepClass: KEEP_CLASSES.find((keepClass) => keepClass === row.class) ?? KEEP_CLASSES[0] ?? 0,
      numbers: parsed(() => decodeRanges(bytesOf(row.numbers))),
      count: Number(row.count),
      fromMs: Number(row.from_ms),
      toMs: Number(row.to_ms),
      runningMs: Number(row.running_ms),
      bytes: Number(row.bytes) + bytesOf(row.numbers).length + ROW_BYTES,
      isCompact: row.codec === CODEC.compact,
    }));
  }

  /** Writes a block; returns its row number. */
  add(block: Omit<BlockRow, 'id'>): number {
    const { epoch, keepClass, count, fromMs, toMs, runningMs, codec, checksum, numbers, data } = block;
    return this.#statements.run(
      `INSERT INTO block (epoch, class, count, from_ms, to_ms, running_ms, codec, checksum, numbers, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      epoch,
      keepClass,
      count,
      fromMs,
      toMs,
      runningMs,
      codec,
      checksum,
      numbers,
      data,
    );
  }

  data(id: number): { codec: number; checksum: number; data: Uint8Array } | undefined {
    const row = this.#statements.get('SELECT codec, checksum, data FROM block WHERE id = ?', id);
    if (!row) return undefined;
    return { codec: Number(row.codec), checksum: Number(row.checksum), data: bytesOf(row.data) };
  }

  setNumbers(id: number, count: number, numbers: Uint8Array): void {
    this.#statements.run('UPDATE block SET count = ?, numbers = ? WHERE id = ?', count, numbers, id);
  }

  delete(id: number): void {
    this.#statements.run('DELETE FROM block WHERE id = ?', id);
  }
}
