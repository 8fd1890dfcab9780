import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { OutboxRecord } from './record.ts';
import { MAX_VARINT_BYTES, VarintReader, writeSigned, writeVarint } from './varint.ts';

/**
 * Many records in few bytes, for what waits long: by layout, column by column, each value as its difference (exclusive
 * or) to the one before, byte planes apart, then zstd. Neighbouring readings share sign, exponent and the upper bits, so
 * whole planes are nearly zero. Lossless.
 */

const COMPRESSION_LEVEL = 3;
const SINGLE_BYTES = 4;
const DOUBLE_BYTES = 8;

/** Bytes of records, which must ascend by number. */
export function encodeCompact(records: readonly OutboxRecord[]): Uint8Array {
  const out = new GrowingBytes();
  const groups = Map.groupBy(records, (record) => record.layoutId);
  out.unsigned(groups.size);
  for (const [layoutId, group] of groups) writeGroup(out, layoutId, group);
  return zstdCompressSync(out.finish(), { params: { [constants.ZSTD_c_compressionLevel]: COMPRESSION_LEVEL } });
}

/** @throws RangeError or the decompressor's error when the bytes are damaged */
export function decodeCompact(data: Uint8Array): OutboxRecord[] {
  const reader = new VarintReader(zstdDecompressSync(data));
  const records: OutboxRecord[] = [];
  for (let groups = reader.unsigned(); groups > 0; groups--) readGroup(reader, records);
  return records.sort((a, b) => a.n - b.n);
}

function writeGroup(out: GrowingBytes, layoutId: number, group: readonly OutboxRecord[]): void {
  const width = group[0]?.values.length ?? 0;
  out.unsigned(layoutId);
  out.unsigned(group.length);
  out.unsigned(width);
  let lastN = 0;
  let lastMs = 0;
  let lastStepMs = 0;
  let lastClock = 0;
  for (const { n, timeMs, clockGeneration } of group) {
    const stepMs = timeMs - lastMs;
    out.unsigned(n - lastN);
    out.signed(stepMs - lastStepMs);
    out.signed(clockGeneration - lastClock);
    lastN = n;
    lastMs = timeMs;
    lastStepMs = stepMs;
    lastClock = clockGeneration;
  }
  for (let metric = 0; metric < width; metric++) writeColumn(out, group, metric);
}

function writeColumn(out: GrowingBytes, group: readonly OutboxRecord[], metric: number): void {
  const quality = Uint8Array.from(group, (record) => record.quality[metric] ?? 0);
  const isAllGood = quality.every((code) => code === 0);
  const good = group.filter((_, index) => quality[index] === 0);
  const values = Float64Array.from(good, (record) => record.values[metric] ?? Number.NaN);
  const isSingle = values.every((value) => Math.fround(value) === value);
  out.byte((isAllGood ? 0 : 1) | (isSingle ? 2 : 0));
  if (!isAllGood) out.bytes(quality);
  const raw = isSingle ? Float32Array.from(values) : values;
  out.bytes(toPlanes(new Uint8Array(raw.buffer), isSingle ? SINGLE_BYTES : DOUBLE_BYTES));
}

function readGroup(reader: VarintReader, records: OutboxRecord[]): void {
  const layoutId = reader.unsigned();
  const count = reader.unsigned();
  const width = reader.unsigned();
  const group: OutboxRecord[] = [];
  let n = 0;
  let timeMs = 0;
  let stepMs = 0;
  let clockGeneration = 0;
  for (let index = 0; index < count; index++) {
    n += reader.unsigned();
    stepMs += reader.signed();
    timeMs += stepMs;
    clockGeneration += reader.signed();
    const values = new Float64Array(width).fill(Number.NaN);
    group.push({ n, layoutId, timeMs, clockGeneration, values, quality: new Uint8Array(width) });
  }
  for (let metric = 0; metric < width; metric++) readColumn(reader, group, metric);
  for (const record of group) records.push(record);
}

function readColumn(reader: VarintReader, group: readonly OutboxRecord[], metric: number): void {
  const flags = reader.byte();
  if (flags & 1) {
    for (const [index, code] of reader.take(group.length).entries()) {
      const record = group[index];
      if (record) record.quality[metric] = code;
    }
  }
  const good = group.filter((record) => record.quality[metric] === 0);
  const valueBytes = flags & 2 ? SINGLE_BYTES : DOUBLE_BYTES;
  const bytes = fromPlanes(reader.take(good.length * valueBytes), valueBytes);
  const values = flags & 2 ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer);
  for (const [index, record] of good.entries()) record.values[metric] = values[index] ?? Number.NaN;
}

/** The bytes of numbers, exclusive-or with the number before, all first bytes first, then all second bytes, … */
function toPlanes(bytes: Uint8Array, width: number): Uint8Array {
  const count = bytes.length / width;
  const planes = new Uint8Array(bytes.length);
  for (let index = 0; index < count; index++) {
    for (let plane = 0; plane < width; plane++) {
      const at = index * width + plane;
      planes[plane * count + index] = (bytes[at] ?? 0) ^ (index === 0 ? 0 : (bytes[at - width] ?? 0));
    }
  }
  return planes;
}

function fromPlanes(planes: Uint8Array, width: number): Uint8Array {
  const count = planes.length / width;
  const bytes = new Uint8Array(planes.length);
  for (let index = 0; index < count; index++) {
    for (let plane = 0; plane < width; plane++) {
      const at = index * width + plane;
      bytes[at] = (planes[plane * count + index] ?? 0) ^ (index === 0 ? 0 : (bytes[at - width] ?? 0));
    }
  }
  return bytes;
}

class GrowingBytes {
  #bytes = new Uint8Array(64 * 1024);
  #at = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  unsigned(value: number): void {
    this.#reserve(MAX_VARINT_BYTES);
    this.#at = writeVarint(this.#bytes, this.#at, value);
  }

  signed(value: number): void {
    this.#reserve(MAX_VARINT_BYTES);
    this.#at = writeSigned(this.#bytes, this.#at, value);
  }

  bytes(added: Uint8Array): void {
    this.#reserve(added.length);
    this.#bytes.set(added, this.#at);
    this.#at += added.length;
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  #reserve(extra: number): void {
    if (this.#at + extra <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + extra));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
  }
}
