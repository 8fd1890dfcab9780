import { crc32 } from 'node:zlib';
import { CODEC } from './block-rows.ts';
import { decodeCompact, encodeCompact } from './compact-codec.ts';
import type { OutboxRecord } from './record.ts';
import { decodeRecords, type EncodedRecords, RecordWriter } from './record-codec.ts';

export interface BlockData {
  readonly codec: number;
  readonly checksum: number;
  readonly data: Uint8Array;
}

/**
 * The checksum finds what SQLite does not: a page that the disk gives back changed, or a damaged index that leads to the
 * block of another epoch.
 */
export function packBlock(epoch: string, codec: number, data: Uint8Array): BlockData {
  return { codec, checksum: checksumOf(epoch, data), data };
}

/** The records of a block; undefined when it is damaged. */
export function unpackBlock(epoch: string, { codec, checksum, data }: BlockData): OutboxRecord[] | undefined {
  if (checksumOf(epoch, data) !== checksum) return undefined;
  try {
    return codec === CODEC.compact ? decodeCompact(data) : decodeRecords(data);
  } catch {
    return undefined;
  }
}

export function compactBlock(epoch: string, records: readonly OutboxRecord[]): BlockData {
  return packBlock(epoch, CODEC.compact, encodeCompact(records));
}

function checksumOf(epoch: string, data: Uint8Array): number {
  return crc32(data, crc32(epoch));
}

/** Records in the plain form; undefined when there are none. */
export function encodeRecords(records: Iterable<OutboxRecord>): EncodedRecords | undefined {
  const writer = new RecordWriter();
  for (const record of records) writer.append(record);
  return writer.finish();
}
