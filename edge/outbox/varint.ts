/**
 * Integers of any size up to 2^53 in 7-bit groups, lowest first. Used where numbers are small and near each other
 * (differences of record numbers and times), so that most take one byte.
 */

/** Bytes that the largest integer takes. */
export const MAX_VARINT_BYTES = 8;

/** Writes a non-negative integer at `at`; returns the position after it. */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  let position = at;
  let rest = value;
  // Shifts work on 32 bits only; above that the division is exact.
  while (rest > 0x7fff_ffff) {
    bytes[position++] = (rest % 128) | 0x80;
    rest = Math.floor(rest / 128);
  }
  while (rest > 0x7f) {
    bytes[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[position++] = rest;
  return position;
}

/** Writes an integer of either sign: 0, -1, 1, -2, … become 0, 1, 2, 3, … */
export function writeSigned(bytes: Uint8Array, at: number, value: number): number {
  return writeVarint(bytes, at, value < 0 ? -2 * value - 1 : 2 * value);
}

/** Reads what the functions above wrote. Running over the end throws a RangeError: the bytes are damaged. */
export class VarintReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get position(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  byte(): number {
    const value = this.#bytes[this.#at];
    if (value === undefined) throw new RangeError('the bytes end inside a number');
    this.#at += 1;
    return value;
  }

  /** The next `length` bytes, as a view. */
  take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('the bytes end inside a field');
    const view = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return view;
  }

  unsigned(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < MAX_VARINT_BYTES; count++) {
      const group = this.byte();
      value += (group & 0x7f) * scale;
      if (group < 0x80) return value;
      scale *= 128;
    }
    throw new RangeError('a number has too many bytes');
  }

  signed(): number {
    const value = this.unsigned();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }
}
