import { crc32 } from 'node:zlib';
import { decodeCompact, encodeCompact } from './compact-codec.ts';
import { CODEC } from './outbox-tables.ts';
import type { OutboxRecord } from './record.ts';
import { decodeRecords, type EncodedRecords, RecordWriter } from './record-codec.ts';

export interface BlockData {
  readonly codec: number;
  readonly checksum: number;
  readonly data: Uint8Array;
}

/** The checksum finds what SQLite does not: a page of data that the disk gives back changed. */
export function packBlock(codec: number, data: Uint8Array): BlockData {
  return { codec, checksum: crc32(data), data };
}

/** The records of a block; undefined when it is damaged. */
export function unpackBlock({ codec, checksum, data }: BlockData): OutboxRecord[] | undefined {
  if (crc32(data) !== checksum) return undefined;
  try {
    return codec === CODEC.compact ? decodeCompact(data) : decodeRecords(data);
  } catch {
    return undefined;
  }
}

export function compactBlock(records: readonly OutboxRecord[]): BlockData {
  return packBlock(CODEC.compact, encodeCompact(records));
}

/** Records in the plain form; undefined when there are none. */
export function encodeRecords(records: Iterable<OutboxRecord>): EncodedRecords | undefined {
  const writer = new RecordWriter();
  for (const record of records) writer.append(record);
  return writer.finish();
}
