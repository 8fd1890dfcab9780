import type { ModelRegister, NotAvailable } from '../profiles/model.ts';
import type { RegisterType } from '../profiles/schema.ts';
import { GOOD, type QualityCode, qualityCode } from '../protocol/quality.ts';
import { QUANTITIES } from '../protocol/quantities.ts';

const NOT_AVAILABLE = qualityCode('not_available');
const OUT_OF_RANGE = qualityCode('out_of_range');

/** A register made ready for decoding: everything that can be worked out once is. */
export interface Decoder {
  readonly width: number;
  readonly lowFirst: boolean;
  readonly swapped: boolean;
  readonly type: RegisterType;
  readonly factor: number;
  /** 1 / factor where that is a whole number: dividing keeps decimal values exact (2301 / 10 = 230.1), else 0. */
  readonly divisor: number;
  readonly notAvailable: readonly NotAvailable[];
  readonly min: number;
  readonly max: number;
}

export function decoderOf(register: ModelRegister): Decoder {
  const { min, max } = QUANTITIES[register.metric];
  const { factor, type, notAvailable } = register;
  return {
    width: register.count,
    lowFirst: register.wordOrder === 'low-first',
    swapped: register.byteOrder === 'little',
    type,
    factor,
    divisor: wholeDivisor(factor),
    notAvailable,
    min,
    max,
  };
}

/** 1 / factor where that is a whole number, else 0. */
export function wholeDivisor(factor: number): number {
  const divisor = Math.round(1 / factor);
  return Math.abs(factor) < 1 && Math.abs(divisor * factor - 1) < 1e-9 ? divisor : 0;
}

// One number at a time passes through here; JavaScript runs one decode to its end before the next begins.
const words = new Uint32Array(2);
const float32 = new Float32Array(words.buffer, 0, 1);
const float64 = new Float64Array(words.buffer);

/**
 * Decodes one number from the bytes of registers as they came in the frame, starting at byte `offset`, into
 * `values[index]` (catalogue's unit; NaN when not good) and `quality[index]`. Allocates nothing.
 */
export function decodeInto(
  decoder: Decoder,
  bytes: Uint8Array,
  offset: number,
  values: Float64Array,
  quality: Uint8Array,
  index: number,
): void {
  const high = decoder.width === 4 ? pairAt(decoder, bytes, offset, decoder.lowFirst ? 2 : 0) : 0;
  const low =
    decoder.width === 1
      ? wordAt(bytes, offset, 0, decoder.swapped)
      : pairAt(decoder, bytes, offset, decoder.width === 4 && !decoder.lowFirst ? 2 : 0);
  const raw = numberOf(decoder.type, high, low);
  const value = decoder.divisor === 0 ? raw * decoder.factor : raw / decoder.divisor;
  const code = qualityOfRaw(decoder, raw, high, low, value);
  values[index] = code === GOOD ? value : Number.NaN;
  quality[index] = code;
}

/** Word `index` of the number in the order of the frame. */
function wordAt(bytes: Uint8Array, offset: number, index: number, swapped: boolean): number {
  const at = offset + 2 * index;
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  return swapped ? (second << 8) | first : (first << 8) | second;
}

/** 32 bits from the words `first` and `first + 1` of the frame, in the register's word order. */
function pairAt(decoder: Decoder, bytes: Uint8Array, offset: number, first: number): number {
  const one = wordAt(bytes, offset, first, decoder.swapped);
  const two = wordAt(bytes, offset, first + 1, decoder.swapped);
  return decoder.lowFirst ? two * 0x1_0000 + one : one * 0x1_0000 + two;
}

function numberOf(type: RegisterType, high: number, low: number): number {
  switch (type) {
    case 'uint16':
    case 'uint32':
      return low;
    case 'int16':
      return (low << 16) >> 16;
    case 'int32':
      return low | 0;
    case 'uint64':
      return high * 0x1_0000_0000 + low;
    case 'int64':
      return (high | 0) * 0x1_0000_0000 + low;
    case 'float32':
      words[0] = low;
      return float32[0] ?? Number.NaN;
    case 'float64':
      words[LOW_HALF] = low;
      words[1 - LOW_HALF] = high;
      return float64[0] ?? Number.NaN;
  }
}

/** Where the low half of a double lies in memory: 0 on little-endian machines. */
const LOW_HALF = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 0 : 1;

function qualityOfRaw(decoder: Decoder, raw: number, high: number, low: number, value: number): QualityCode {
  const patterns = decoder.notAvailable;
  for (let i = 0; i < patterns.length; i++) {
    const pattern = patterns[i];
    if (pattern === undefined) continue;
    if (pattern === 'nan' ? Number.isNaN(raw) : pattern.high === high && pattern.low === low) return NOT_AVAILABLE;
  }
  // The comparison is false for NaN, too.
  return value >= decoder.min && value <= decoder.max ? GOOD : OUT_OF_RANGE;
}
