import { zstdDecompressSync } from 'node:zlib';

/** What a record of an outbox says of the read that it stands for. */
export interface BlockRecord {
  readonly layoutId: number;
  /** One a metric of the layout; undefined where there is a reason in the place of a value. */
  readonly values: readonly (number | undefined)[];
}

const CODEC_COMPACT = 1;
const PLAIN = { single: 1, quality: 2, clock: 4 } as const;
const COLUMN = { quality: 1, single: 2 } as const;

/**
 * The records of a block of an outbox file, read by a reader of its own: the comparison must not believe the codec whose
 * work it judges (edge/outbox/record-codec.ts and compact-codec.ts say what the bytes mean).
 *
 * @throws RangeError when the bytes are no block
 */
export function blockRecords(codec: number, data: Uint8Array): BlockRecord[] {
  return codec === CODEC_COMPACT
    ? compactRecords(new Cursor(zstdDecompressSync(data)))
    : plainRecords(new Cursor(data));
}

function plainRecords(cursor: Cursor): BlockRecord[] {
  const records: BlockRecord[] = [];
  while (!cursor.isAtEnd) {
    const layoutId = cursor.varint();
    cursor.skipVarints(2); // Number and time, as differences.
    const flags = cursor.byte();
    if (flags & PLAIN.clock) cursor.varint();
    const count = cursor.varint();
    const quality = flags & PLAIN.quality ? cursor.bytes(count) : new Uint8Array(count);
    const values = Array.from(quality, (code) => {
      if (code !== 0) return undefined;
      return flags & PLAIN.single ? cursor.single() : cursor.double();
    });
    records.push({ layoutId, values });
  }
  return records;
}

function compactRecords(cursor: Cursor): BlockRecord[] {
  const records: BlockRecord[] = [];
  for (let groups = cursor.varint(); groups > 0; groups--) {
    const layoutId = cursor.varint();
    const count = cursor.varint();
    const width = cursor.varint();
    cursor.skipVarints(3 * count); // Number, time and clock generation of each record, as differences.
    const columns = Array.from({ length: width }, () => column(cursor, count));
    for (let index = 0; index < count; index++) {
      records.push({ layoutId, values: columns.map((values) => values[index]) });
    }
  }
  return records;
}

/** One metric of all records of a group: the good values lie byte plane by byte plane, each byte against the one before. */
function column(cursor: Cursor, count: number): (number | undefined)[] {
  const flags = cursor.byte();
  const quality = flags & COLUMN.quality ? cursor.bytes(count) : new Uint8Array(count);
  const good = quality.filter((code) => code === 0).length;
  const width = flags & COLUMN.single ? 4 : 8;
  const planes = cursor.bytes(good * width);
  const last = new DataView(new ArrayBuffer(width));
  let next = 0;
  return Array.from(quality, (code) => {
    if (code !== 0) return undefined;
    for (let plane = 0; plane < width; plane++) {
      last.setUint8(plane, last.getUint8(plane) ^ (planes[plane * good + next] ?? 0));
    }
    next += 1;
    return width === 4 ? last.getFloat32(0, true) : last.getFloat64(0, true);
  });
}

class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    return this.#view.getUint8(this.#at++);
  }

  bytes(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new RangeError('a block ends too early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  single(): number {
    this.#at += 4;
    return this.#view.getFloat32(this.#at - 4, true);
  }

  double(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8, true);
  }

  /** Seven bits a byte, the lowest first; the last byte has its highest bit clear. */
  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  skipVarints(count: number): void {
    for (let left = count; left > 0; left--) this.varint();
  }
}
