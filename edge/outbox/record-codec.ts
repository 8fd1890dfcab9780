import type { Range } from '../protocol/ranges.ts';
import type { OutboxRecord } from './record.ts';
import { MAX_VARINT_BYTES, VarintReader, writeSigned, writeVarint } from './varint.ts';

/**
 * Records as bytes, one after the other: layout, record number and time as differences to the record before, flags,
 * then quality where one is not good, then the good values. Values that a 32-bit float holds exactly (most meters
 * send those) take 4 bytes, so that nothing is rounded.
 */

const FLAG_SINGLE = 1;
const FLAG_QUALITY = 2;
const FLAG_CLOCK = 4;

const FIRST_CAPACITY = 16 * 1024;
/** Layout, number, time, flags, clock generation and number of metrics. */
const MAX_HEADER_BYTES = 5 * MAX_VARINT_BYTES + 1;

/** What is known of a run of encoded records without decoding it. */
export interface EncodedRecords {
  readonly count: number;
  readonly firstN: number;
  readonly lastN: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Exactly which numbers, as `encodeRanges` writes them. */
  readonly numbers: Uint8Array;
  readonly data: Uint8Array;
}

/** Takes records and gives them back as bytes. */
export class RecordWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #count = 0;
  #lastN = 0;
  #lastMs = 0;
  #clockGeneration = 0;
  #fromMs = Infinity;
  #toMs = -Infinity;
  #ranges: [number, number][] = [];

  get count(): number {
    return this.#count;
  }

  get byteLength(): number {
    return this.#at;
  }

  /** Appends a record; numbers must rise. */
  append(record: OutboxRecord): void {
    const { n, layoutId, timeMs, clockGeneration, values, quality } = record;
    this.#reserve(MAX_HEADER_BYTES + values.length * 9);
    const bytes = this.#bytes;
    let at = writeVarint(bytes, this.#at, layoutId);
    at = writeVarint(bytes, at, n - this.#lastN);
    at = writeSigned(bytes, at, timeMs - this.#lastMs);
    const flags =
      (allSingle(values) ? FLAG_SINGLE : 0) |
      (allGood(quality) ? 0 : FLAG_QUALITY) |
      (clockGeneration === this.#clockGeneration ? 0 : FLAG_CLOCK);
    bytes[at++] = flags;
    if (flags & FLAG_CLOCK) at = writeVarint(bytes, at, clockGeneration);
    at = writeVarint(bytes, at, values.length);
    if (flags & FLAG_QUALITY) {
      bytes.set(quality, at);
      at += quality.length;
    }
    this.#at = this.#putValues(at, values, quality, (flags & FLAG_SINGLE) !== 0);
    this.#note(n, timeMs, clockGeneration);
  }

  /** What was appended since the last time; undefined when nothing was. */
  finish(): EncodedRecords | undefined {
    const firstRange = this.#ranges[0];
    if (firstRange === undefined) return undefined;
    const encoded = {
      count: this.#count,
      firstN: firstRange[0],
      lastN: this.#lastN,
      fromMs: this.#fromMs,
      toMs: this.#toMs,
      numbers: encodeRanges(this.#ranges),
      data: this.#bytes.slice(0, this.#at),
    };
    this.#at = 0;
    this.#count = 0;
    this.#lastN = 0;
    this.#lastMs = 0;
    this.#clockGeneration = 0;
    this.#fromMs = Infinity;
    this.#toMs = -Infinity;
    this.#ranges = [];
    return encoded;
  }

  #putValues(start: number, values: Float64Array, quality: Uint8Array, single: boolean): number {
    const view = this.#view;
    let at = start;
    for (let index = 0; index < values.length; index++) {
      if (quality[index] !== 0) continue;
      const value = values[index] ?? Number.NaN;
      if (single) view.setFloat32(at, value, true);
      else view.setFloat64(at, value, true);
      at += single ? 4 : 8;
    }
    return at;
  }

  #note(n: number, timeMs: number, clockGeneration: number): void {
    const last = this.#ranges.at(-1);
    if (last !== undefined && n === this.#lastN + 1) last[1] = n;
    else this.#ranges.push([n, n]);
    this.#count += 1;
    this.#lastN = n;
    this.#lastMs = timeMs;
    this.#clockGeneration = clockGeneration;
    this.#fromMs = Math.min(this.#fromMs, timeMs);
    this.#toMs = Math.max(this.#toMs, timeMs);
  }

  #reserve(extra: number): void {
    if (this.#at + extra <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + extra));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Reads records back. @throws RangeError when the bytes are damaged */
export function decodeRecords(data: Uint8Array): OutboxRecord[] {
  const reader = new VarintReader(data);
  const records: OutboxRecord[] = [];
  let n = 0;
  let timeMs = 0;
  let clockGeneration = 0;
  while (!reader.atEnd) {
    const layoutId = reader.unsigned();
    n += reader.unsigned();
    timeMs += reader.signed();
    const flags = reader.byte();
    if (flags & FLAG_CLOCK) clockGeneration = reader.unsigned();
    const length = reader.unsigned();
    const quality = flags & FLAG_QUALITY ? reader.take(length).slice() : new Uint8Array(length);
    const values = readValues(reader, quality, (flags & FLAG_SINGLE) !== 0);
    records.push({ n, layoutId, timeMs, clockGeneration, values, quality });
  }
  return records;
}

function readValues(reader: VarintReader, quality: Uint8Array, single: boolean): Float64Array {
  const width = single ? 4 : 8;
  const good = quality.reduce((count, code) => count + (code === 0 ? 1 : 0), 0);
  const bytes = reader.take(good * width);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(quality.length).fill(Number.NaN);
  let at = 0;
  for (let index = 0; index < quality.length; index++) {
    if (quality[index] !== 0) continue;
    values[index] = single ? view.getFloat32(at, true) : view.getFloat64(at, true);
    at += width;
  }
  return values;
}

/** Whether 32-bit floats hold the values exactly; what is not a number is not written and does not matter. */
function allSingle(values: Float64Array): boolean {
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? 0;
    if (Math.fround(value) !== value && !Number.isNaN(value)) return false;
  }
  return true;
}

function allGood(quality: Uint8Array): boolean {
  for (let index = 0; index < quality.length; index++) if (quality[index] !== 0) return false;
  return true;
}

/** Ascending ranges as differences. */
export function encodeRanges(ranges: readonly Range[]): Uint8Array {
  const bytes = new Uint8Array(ranges.length * 2 * MAX_VARINT_BYTES);
  let at = 0;
  let previous = 0;
  for (const [from, to] of ranges) {
    at = writeVarint(bytes, at, from - previous);
    at = writeVarint(bytes, at, to - from);
    previous = to;
  }
  return bytes.slice(0, at);
}

/** @throws RangeError when the bytes are damaged */
export function decodeRanges(bytes: Uint8Array): Range[] {
  const reader = new VarintReader(bytes);
  const ranges: Range[] = [];
  let previous = 0;
  while (!reader.atEnd) {
    const from = previous + reader.unsigned();
    previous = from + reader.unsigned();
    ranges.push([from, previous]);
  }
  return ranges;
}
